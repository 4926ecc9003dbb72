# SPDX-License-Identifier: Apache-2.0
"""Random XML responses of the query protocols, in different forms of XML."""

from __future__ import annotations

import base64
import datetime
import math
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from botocore_judge import Response, Shape
from random_values import Values

# XML 1.0 has no place for these, not even as references.
NOT_XML = dict.fromkeys([*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF])


class XmlResponses(Values):
    """A source of responses; equal seeds give equal responses."""

    def query_success(self, model: Any) -> Response:
        """A success of an operation of the query protocol."""
        shape = model.output_shape
        result = ""
        if shape is not None:
            wrapper = shape.serialization.get("resultWrapper", f"{model.name}Result")
            result = self._element(wrapper, self._members(shape, 0))
        metadata = self._element("ResponseMetadata", self._element("RequestId", self._request_id()))
        parts = [result, metadata]
        self.random.shuffle(parts)
        return self._response(200, model, f"{model.name}Response", "".join(parts))

    def ec2_success(self, model: Any) -> Response:
        """A success of an operation of the EC2 protocol."""
        parts = [self._element("requestId", self._request_id())]
        if model.output_shape is not None:
            parts.append(self._members(model.output_shape, 0))
        self.random.shuffle(parts)
        return self._response(200, model, f"{model.name}Response", "".join(parts))

    def query_failure(self, model: Any, shape: Shape | None, status: int, code: str) -> Response:
        """An error, modelled if there is a shape, in the query protocol's envelope."""
        error = self._element("Error", self._error_members(shape, code, with_type=True))
        request_id = self._element("RequestId", self._request_id())
        return self._response(status, model, "ErrorResponse", error + request_id)

    def ec2_failure(self, model: Any, status: int, code: str) -> Response:
        """An error in the envelope of EC2 and SimpleDB."""
        error = self._element("Error", self._error_members(None, code, with_type=False))
        request_id = self._element("RequestID", self._request_id())
        return self._response(status, model, "Response", self._element("Errors", error) + request_id)

    def _response(self, status: int, model: Any, root: str, content: str) -> Response:
        namespace = (
            model.service_model.metadata.get("xmlNamespace") or "http://ec2.amazonaws.com/doc/2016-11-15/"
        )
        body = self._element(root, content, f" xmlns={quoteattr(namespace)}")
        declaration = self.random.choice(
            ("", '<?xml version="1.0"?>\n', '<?xml version="1.0" encoding="UTF-8"?>\n\n')
        )
        headers = {"Content-Type": "text/xml;charset=UTF-8"}
        return Response(status, headers, (declaration + body).encode())

    def _request_id(self) -> str:
        return self._characters("0123456789abcdef-", 36, 36)

    def _error_members(self, shape: Shape | None, code: str, with_type: bool) -> str:
        parts = [self._element("Code", escape(code))]
        names = () if shape is None else shape.members
        # Known difference: a message that is called `message`, without the `Message` that services send.
        if "Message" not in names and ("message" in names or self.random.random() < 0.9):
            parts.append(self._element("Message", self._text(self.random.choice(("no", "ä <b>", "a\nb")))))
        if with_type:
            parts.append(self._element("Type", self.random.choice(("Sender", "Receiver"))))
        if shape is not None:
            # Some exceptions have them among their members.
            parts.append(self._members(shape, 0, without=("Code", "Type")))
        return "".join(parts)

    def _members(self, shape: Shape, depth: int, without: tuple[str, ...] = ()) -> str:
        parts: list[str] = []
        members = list(shape.members.items())
        if shape.is_tagged_union:
            members = [self.random.choice(members)]
        for name, member in members:
            if member.serialization.get("location") or member.serialization.get("xmlAttribute"):
                continue
            if name in without:
                continue
            if shape.is_tagged_union or self.random.random() < (0.75 if depth < 4 else 0.2):
                parts.append(self._member(self._name(name, member), member, depth))
        if self.random.random() < 0.2 and not shape.is_tagged_union:
            parts.append(self._element("NotInTheModel", "<a b='c'>d<e/></a>"))
        self.random.shuffle(parts)
        return "".join(parts)

    def _name(self, name: str, member: Shape) -> str:
        if member.type_name == "list" and member.serialization.get("flattened"):
            inner = member.member.serialization.get("name")
            if inner is not None:
                return str(inner)
        return str(member.serialization.get("name", name))

    def _member(self, name: str, shape: Shape, depth: int) -> str:
        if not shape.serialization.get("flattened"):
            return self._whole(name, shape, depth)
        if shape.type_name == "map":
            return "".join(self._element(name, entry) for entry in self._entries(shape, depth))
        count = max(1, self._count(shape, depth))
        return "".join(self._whole(name, shape.member, depth + 1) for _ in range(count))

    def _whole(self, name: str, shape: Shape, depth: int) -> str:
        return self._element(name, self._value(shape, depth), self._attributes(shape))

    def _attributes(self, shape: Shape) -> str:
        """Those members of a structure that are attributes of its element."""
        found = ""
        for member in shape.members.values() if shape.type_name == "structure" else ():
            if member.serialization.get("xmlAttribute") and self.random.random() < 0.75:
                prefix = member.serialization["name"].split(":")[0]
                found += f' xmlns:{prefix}="http://www.w3.org/2001/XMLSchema-instance"'
                found += f" {member.serialization['name']}={quoteattr(self._value(member, 0))}"
        return found

    def _entries(self, shape: Shape, depth: int) -> list[str]:
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        keys = {self.text(shape.key).translate(NOT_XML): None for _ in range(self._count(shape, depth))}
        return [
            self._element(key_name, self._text(key))
            + self._element(value_name, self._value(shape.value, depth + 1))
            for key in keys
        ]

    def _value(self, shape: Shape, depth: int) -> str:
        kind = shape.type_name
        if kind == "structure":
            return self._members(shape, depth + 1)
        if kind == "list":
            name = shape.member.serialization.get("name", "member")
            return "".join(
                self._whole(name, shape.member, depth + 1) for _ in range(self._count(shape, depth))
            )
        if kind == "map":
            return "".join(self._element("entry", entry) for entry in self._entries(shape, depth))
        if kind == "timestamp":
            return self._timestamp(shape)
        if kind == "blob":
            return base64.b64encode(self.random.randbytes(self.random.randint(0, 40))).decode()
        if kind in ("float", "double"):
            number = self.value(shape)
            if math.isfinite(number):
                return repr(number)
            return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
        if kind == "boolean":
            return self.random.choice(("true", "false"))
        if kind == "string" and shape.enum and self.random.random() < 0.2:
            return "NEWER_THAN_THE_MODEL"
        return self._text(str(self.value(shape)))

    def _timestamp(self, shape: Shape) -> str:
        time = self._time(whole=False)
        style = shape.serialization.get("timestampFormat", "iso8601")
        if style == "unixTimestamp":
            return repr(time.timestamp()) if time.microsecond else str(int(time.timestamp()))
        if style == "rfc822":
            return format_datetime(time.replace(microsecond=0), usegmt=True)
        if self.random.random() < 0.2:
            return time.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30))).isoformat()
        return time.isoformat().replace("+00:00", "Z")

    def _text(self, text: str) -> str:
        """A text in one of the ways to write it; a carriage return only survives as a reference."""
        text = text.translate(NOT_XML)
        pick = self.random.random()
        if pick < 0.15 and text and "]]>" not in text and "\r" not in text:
            return f"<![CDATA[{text}]]>"
        if pick < 0.3:
            return "".join(f"&#{ord(character)};" for character in text)
        if pick < 0.4:
            return "".join(f"&#x{ord(character):X};" for character in text)
        return escape(text, {"\r": "&#13;", '"': "&quot;", "'": "&apos;"})

    def _element(self, name: str, content: str, attributes: str = "") -> str:
        pick = self.random.random()
        if not content and pick < 0.5:
            return f"<{name}{attributes}/>" if pick < 0.25 else f"<{name}{attributes} />"
        if content.startswith("<") and not content.startswith("<![") and pick < 0.3:
            content = content + "\n  " if pick < 0.1 else "\n\t" + content + "<!-- a <comment> -->\r\n"
        return f"<{name}{attributes}>{content}</{name}>"
