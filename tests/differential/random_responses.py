# SPDX-License-Identifier: Apache-2.0
"""Random responses of a service, with unknown members, too."""

from __future__ import annotations

import base64
import datetime
import json
import math
from email.utils import format_datetime
from typing import Any

from botocore.utils import is_json_value_header
from botocore_judge import Response, Shape
from random_values import Values


class Responses(Values):
    """A source of responses; equal seeds give equal responses."""

    def success(self, operation: Any) -> Response:
        """A success of an operation, as botocore's model describes it."""
        status = int(operation.http.get("responseCode", 200))
        headers = {"x-amzn-RequestId": self._characters("0123456789abcdef-", 36, 36)}
        shape = operation.output_shape
        if shape is None:
            return Response(status, headers, self.random.choice((b"", b"{}", b'{"New": 1}')))
        body = self._body(shape)
        headers |= self._headers(shape)
        if "Content-Length" in headers:
            headers["Content-Length"] = str(len(body))
        return Response(status, headers, body)

    def failure(self, shape: Shape, status: int, code: str) -> Response:
        """A modelled exception, its code in one of the places where services put it."""
        headers = self._headers(shape)
        if self.random.random() < 0.9:
            headers["x-amzn-RequestId"] = self._characters("0123456789abcdef-", 36, 36)
        body = self._members(shape, 0)
        # Present but null is not how services leave it out, and the two sides take it differently.
        for name in ("message", "Message", "code", "Code"):
            if body.get(name, "") is None:
                del body[name]
        dressed = self.random.choice(("", "aws.protocoltests#", "com.amazon.coral.service#")) + code
        dressed += self.random.choice(("", ":http://internal.amazon.com/coral/", ":"))
        place = self.random.choice(("header", "header", "__type", "code", "both"))
        if place == "header":
            headers[self.random.choice(("x-amzn-errortype", "X-Amzn-ErrorType"))] = dressed
        elif place == "both":
            # Chime's exceptions have a member Code with another meaning.
            headers["X-Amzn-Errortype"] = dressed
            body["Code"] = "Conflict"
        else:
            body.pop("Code", None)
            body[place] = dressed
        if self.random.random() < 0.1:
            headers["x-amzn-query-error"] = "AWS.OldName;Sender"
        if "Message" not in body and "message" not in body and self.random.random() < 0.7:
            body[self.random.choice(("message", "Message"))] = self.random.choice(("no", "ä", ""))
        return Response(status, headers, self._encoded(body))

    def rpc_failure(self, shape: Shape | None, status: int, code: str) -> Response:
        """An exception, modelled if there is a shape, as awsJson carries it: its name is in `__type`."""
        headers = {"x-amzn-RequestId": self._characters("0123456789abcdef-", 36, 36)}
        body = {} if shape is None else self._members(shape, 0)
        # Present but null is not how services leave it out, and the two sides take it differently.
        for name in ("message", "Message"):
            if body.get(name, "") is None:
                del body[name]
        dressed = self.random.choice(("", "aws.protocoltests#", "com.amazon.coral.service#")) + code
        body["__type"] = dressed + self.random.choice(("", ":http://internal.amazon.com/coral/", ":"))
        if "Message" not in body and "message" not in body and self.random.random() < 0.7:
            body[self.random.choice(("message", "Message"))] = self.random.choice(("no", "ä", ""))
        return Response(status, headers, self._encoded(body))

    def _headers(self, shape: Shape) -> dict[str, str]:
        headers: dict[str, str] = {}
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            if location not in ("header", "headers") or self.random.random() < 0.3:
                continue
            wire = member.serialization.get("name", name)
            if location == "headers":
                for _ in range(2):
                    headers[wire + "X-" + self._characters("abcXYZ", 3, 6)] = self.header_text(None)
            else:
                headers[wire] = self._header(member)
        return headers

    def _header(self, member: Shape) -> str:
        if is_json_value_header(member):
            return base64.b64encode(json.dumps(self.document()).encode()).decode()
        if member.type_name == "timestamp":
            return self._timestamp(member, in_body=False)
        value = self.value(member) if member.type_name not in ("string", "list") else self.header_text(None)
        if isinstance(value, bool):
            return str(value).lower()
        return str(value)

    def _body(self, shape: Shape) -> bytes:
        payload = shape.serialization.get("payload")
        if payload is None:
            return self._encoded(self._members(shape, 0))
        member = shape.members[payload]
        if member.type_name in ("blob", "string"):
            if member.serialization.get("streaming"):
                return self.random.randbytes(self.random.randint(1, 50))
            # botocore reads any other payload as text.
            return self.text(member, least=1).encode()
        return self._encoded(self._value(member, 0))

    def _encoded(self, body: Any) -> bytes:
        return json.dumps(body, ensure_ascii=self.random.random() < 0.5).encode()

    def _members(self, shape: Shape, depth: int) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name, member in shape.members.items():
            if member.serialization.get("location"):
                continue
            pick = self.random.random()
            if pick < (0.75 if depth < 4 else 0.2):
                body[member.serialization.get("name", name)] = self._value(member, depth)
            elif pick > 0.95:
                body[member.serialization.get("name", name)] = None
        if self.random.random() < 0.2:
            body["NotInTheModel"] = self.document()
        items = list(body.items())
        self.random.shuffle(items)
        return dict(items)

    def _value(self, shape: Shape, depth: int) -> Any:
        kind = shape.type_name
        if kind == "structure":
            if shape.is_document_type:
                return self.document()
            return self._union(shape, depth) if shape.is_tagged_union else self._members(shape, depth + 1)
        if kind == "list":
            return [self._value(shape.member, depth + 1) for _ in range(self._count(shape, depth))]
        if kind == "map":
            count = self._count(shape, depth)
            return {self.text(shape.key): self._value(shape.value, depth + 1) for _ in range(count)}
        if kind == "timestamp":
            return json.loads(self._timestamp(shape, in_body=True))
        if kind == "blob":
            return base64.b64encode(self.random.randbytes(self.random.randint(0, 40))).decode()
        if kind in ("float", "double"):
            number = self.value(shape)
            if math.isnan(number):
                return "NaN"
            return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"
        if kind == "string" and shape.enum and self.random.random() < 0.2:
            return "NEWER_THAN_THE_MODEL"
        return self.value(shape)

    def _union(self, shape: Shape, depth: int) -> Any:
        names = list(shape.members)
        if depth > 4:
            names.sort(key=lambda name: shape.members[name].type_name in ("structure", "list", "map"))
            names = names[:1]
        chosen = self.random.choice(names)
        found: dict[str, Any] = {}
        for name, member in shape.members.items():
            wire = member.serialization.get("name", name)
            if name == chosen:
                found[wire] = self._value(member, depth + 1)
            elif self.random.random() < 0.05:
                found[wire] = None
        if self.random.random() < 0.1:
            found["__type"] = shape.name
        return found

    def _timestamp(self, shape: Shape, in_body: bool) -> str:
        """A time as JSON or as a header's text, in any format, as services do not keep to the model's."""
        time = self._time(whole=False)
        usual = shape.serialization.get("timestampFormat", "unixTimestamp" if in_body else "rfc822")
        style = usual if self.random.random() < 0.7 else self.random.choice(("iso8601", "rfc822"))
        if style == "unixTimestamp":
            if time.microsecond == 0:
                return str(int(time.timestamp()))
            return f"{int(time.timestamp())}.{time.microsecond:06}".rstrip("0")
        if style == "rfc822":
            text = format_datetime(time.replace(microsecond=0), usegmt=True)
        elif self.random.random() < 0.2:
            text = time.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30))).isoformat()
        else:
            text = time.isoformat().replace("+00:00", "Z")
        return json.dumps(text) if in_body else text
