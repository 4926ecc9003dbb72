# SPDX-License-Identifier: Apache-2.0
"""Random parameters and responses of the rest-xml protocol: XML with HTTP bindings around it."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from xml.sax.saxutils import escape

from botocore_judge import Response, Shape
from random_responses import Responses
from random_values import Values
from random_xml_responses import NOT_XML, XmlResponses

COMPUTED = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256")
ALGORITHMS_OF = {
    f"Checksum{name}": name for name in (*COMPUTED, "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128")
}


class XmlValues(Values):
    """Parameters whose texts XML can represent."""

    def text(self, shape: Shape, least: int = 0) -> str:
        # Known difference: carriage returns, which botocore does not escape.
        text = super().text(shape, least).translate(NOT_XML).replace("\r", "")
        # Known difference: labels that name another resource, as Route 53's do when they end in a slash.
        if shape.name in ("ResourceId", "DelegationSetId", "ChangeId") and text.endswith(("/", ".")):
            text += "x"
        return text.ljust(max(least, int(shape.metadata.get("min", 0))), "x")


def _is_checksum(header: str) -> bool:
    return header.lower().startswith("x-amz-checksum-") and header.lower() != "x-amz-checksum-type"


class S3Values(XmlValues):
    """Parameters with valid bucket names and other formats of S3."""

    def parameters(self, shape: Shape | None) -> dict[str, Any]:
        """The input of an operation; a body has one checksum at most."""
        found = super().parameters(shape)
        # Known difference: a length that is given.
        found.pop("ContentLength", None)
        checksums = [name for name in found if name in ALGORITHMS_OF]
        for name in checksums[1:]:
            del found[name]
        # Known difference: checksums that only one side computes.
        if checksums and ALGORITHMS_OF[checksums[0]] not in COMPUTED:
            del found[checksums[0]]
        if "ChecksumAlgorithm" in found:
            found["ChecksumAlgorithm"] = self.random.choice(COMPUTED)
        return found

    def text(self, shape: Shape, least: int = 0) -> str:
        if shape.name == "BucketName":
            return self._bucket()
        return super().text(shape, least)

    def header_text(self, shape: Shape | None) -> str:
        """Text for a header."""
        if shape is not None and shape.name == "CopySource":
            # Known difference: botocore encodes it.
            return f"{self._characters('abc', 3, 9)}/{self._characters('abc019-', 1, 9)}"
        return super().header_text(shape)

    def _bucket(self) -> str:
        name = self._characters("abcxyz0189", 3, 12)
        return self.random.choice(
            (
                name,
                name,
                f"{name}-{name}",
                # A bucket that is not a host name goes into the path.
                f"{name}.{name}",
                f"{name}_Capital",
                f"arn:aws:s3:us-west-2:123456789012:accesspoint/{name}",
                f"arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-0123456789abcdef0/accesspoint/{name}",
            )
        )


class RestXmlResponses(XmlResponses):
    """A source of responses; equal seeds give equal responses."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self._bindings = Responses(seed)

    def rest_success(self, model: Any) -> Response:
        """A success of an operation."""
        status = int(model.http.get("responseCode", 200))
        headers = {"x-amz-request-id": self._request_id(), "x-amz-id-2": self._request_id()}
        shape = model.output_shape
        if shape is None:
            return Response(status, headers, b"")
        headers |= self._bindings._headers(shape)
        body = b"" if model.http["method"] == "HEAD" else self._content(model, shape)
        if "Content-Length" in headers and model.http["method"] != "HEAD":
            headers["Content-Length"] = str(len(body))
        headers = {name: value for name, value in headers.items() if not _is_checksum(name)}
        if "CRC32" in model.http_checksum.get("responseAlgorithms", ()):
            checksum = binascii.crc32(body).to_bytes(4, "big")
            headers["x-amz-checksum-crc32"] = base64.b64encode(checksum).decode()
        return Response(status, headers, body)

    def _content(self, model: Any, shape: Shape) -> bytes:
        payload = shape.serialization.get("payload")
        if payload is not None:
            member = shape.members[payload]
            if member.type_name == "blob":
                # botocore reads what does not stream as text.
                return self.random.randbytes(self.random.randint(1, 50))
            if member.type_name == "string":
                return self.text(member, least=1).encode()
            root = member.serialization.get("name", member.name)
            return self._response(200, model, root, self._value(member, 0)).body
        if not any("location" not in member.serialization for member in shape.members.values()):
            return b""
        return self._response(200, model, f"{model.name}Result", self._members(shape, 0)).body

    def rest_failure(self, model: Any, shape: Shape | None, status: int, code: str) -> Response:
        """An error, modelled if there is a shape, in the envelope that most services have."""
        error = self._element("Error", self._error_members(shape, code, with_type=True))
        request_id = self._element("RequestId", self._request_id())
        return self._response(status, model, "ErrorResponse", error + request_id)

    def s3_failure(self, shape: Shape | None, status: int, code: str) -> Response:
        """An error as S3 has it, which needs no envelope."""
        ids = {"x-amz-request-id": self._request_id(), "x-amz-id-2": self._request_id()}
        members = self._error_members(shape, code, with_type=False)
        members += self._element("RequestId", ids["x-amz-request-id"])
        members += self._element("HostId", escape(ids["x-amz-id-2"]))
        body = self._element("Error", members)
        declaration = self.random.choice(("", '<?xml version="1.0" encoding="UTF-8"?>\n'))
        return Response(status, {"Content-Type": "application/xml", **ids}, (declaration + body).encode())
