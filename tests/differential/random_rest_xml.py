# SPDX-License-Identifier: Apache-2.0
"""Random parameters and responses of the rest-xml protocol: XML with HTTP bindings around it."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from botocore_judge import Response, Shape
from random_responses import Responses
from random_values import Values
from random_xml_responses import NOT_XML, XmlResponses


class XmlValues(Values):
    """Parameters whose texts XML has a place for."""

    def text(self, shape: Shape, least: int = 0) -> str:
        # Known difference: carriage returns, which botocore leaves to be lost.
        text = super().text(shape, least).translate(NOT_XML).replace("\r", "")
        return text.ljust(max(least, int(shape.metadata.get("min", 0))), "x")


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
        body = self._content(model, shape)
        if "Content-Length" in headers and model.http["method"] != "HEAD":
            headers["Content-Length"] = str(len(body))
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

    def s3_failure(self, model: Any, shape: Shape | None, status: int, code: str) -> Response:
        """An error as S3 has it, which needs no envelope."""
        ids = {"x-amz-request-id": self._request_id(), "x-amz-id-2": self._request_id()}
        members = self._error_members(shape, code, with_type=False)
        members += self._element("RequestId", ids["x-amz-request-id"])
        members += self._element("HostId", escape(ids["x-amz-id-2"]))
        body = self._element("Error", members)
        declaration = self.random.choice(("", '<?xml version="1.0" encoding="UTF-8"?>\n'))
        return Response(status, {"Content-Type": "application/xml", **ids}, (declaration + body).encode())
