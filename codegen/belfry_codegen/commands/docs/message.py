# SPDX-License-Identifier: Apache-2.0
"""The request of a sample call before it is signed, as HTTP has it.

`./belfry wire` makes the same request with the library itself. These pages do not build a program for each
service, so the generator writes the request from the model; tests compare it with botocore's.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from belfry_codegen.commands.docs.documents import Documents
from belfry_codegen.commands.docs.samples import TOKEN
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

_LABEL = re.compile(r"\{([^}+]+)(\+?)\}")
_STRUCTURES = (ir.Kind.STRUCTURE, ir.Kind.UNION)


@dataclass(frozen=True, slots=True)
class Message:
    """A request: what stands in its first line, the headers that the protocol decides, and its body."""

    method: str
    target: str
    """Path and query."""
    headers: tuple[tuple[str, str], ...]
    body: str
    language: str
    """The body's language, for colours: `json`, `xml` or `text`."""
    note: str = ""
    """Says in which form the body is shown, if it is not text."""


def with_token(shape: ir.Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    """The input with the idempotency token that a client fills in."""
    tokens = {member.name: TOKEN for member in shape.members if member.idempotency_token}
    return {**tokens, **value}


def message(plan: ServicePlan, planned: OperationPlan, value: Mapping[str, Any]) -> Message:
    """The request of a call with that input."""
    protocol = plan.service.protocol
    filled = with_token(plan.types.shapes[planned.input], value)
    if protocol.http_bindings:
        return _Bound(plan.service, plan.types, planned).message(filled)
    if protocol.form:
        return _form(plan, planned, filled)
    return _rpc(plan, planned, filled)


def _rpc(plan: ServicePlan, planned: OperationPlan, value: Mapping[str, Any]) -> Message:
    service, operation = plan.service, planned.operation
    protocol = service.protocol
    body = Documents(plan.types).json(planned.input, value, ir.TimestampFormat.EPOCH_SECONDS)
    text = json.dumps(body, indent=2, ensure_ascii=False)
    if protocol.target_header:
        headers = [
            ("Content-Type", f"application/x-amz-json-{service.json_version or '1.0'}"),
            ("X-Amz-Target", f"{service.shape_name}.{operation.wire_name}"),
        ]
        if service.query_compatible:
            headers.append(("X-Amzn-Query-Mode", "true"))
        return Message("POST", "/", tuple(headers), text, "json")
    media = "cbor" if protocol.event_codec == "cbor" else "json"
    target = f"/service/{service.shape_name}/operation/{operation.wire_name}"
    named = (("Smithy-Protocol", f"rpc-v2-{media}"), ("Accept", f"application/{media}"))
    if operation.unit_input:
        return Message("POST", target, named, "", "text")
    note = "The body is CBOR; this is the same document as JSON." if media == "cbor" else ""
    return Message("POST", target, (*named, ("Content-Type", f"application/{media}")), text, "json", note)


def _form(plan: ServicePlan, planned: OperationPlan, value: Mapping[str, Any]) -> Message:
    service, operation = plan.service, planned.operation
    parameters = [("Action", operation.wire_name), ("Version", service.api_version)]
    parameters += Documents(plan.types).form(planned.input, value)
    body = "\n&".join(f"{quote(name, safe='-_.~')}={quote(text, safe='-_.~')}" for name, text in parameters)
    headers = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)
    note = "The body is one line; it is broken here so that it can be read." if len(parameters) > 1 else ""
    return Message("POST", operation.http.uri or "/", headers, body, "text", note)


class _Bound:
    """A request of a protocol that binds members to the parts of a message."""

    def __init__(self, service: ir.Service, types: TypeTable, planned: OperationPlan) -> None:
        self._service = service
        self._types = types
        self._operation = planned.operation
        self._shape = types.shapes[planned.input]
        self._documents = Documents(types)

    def message(self, value: Mapping[str, Any]) -> Message:
        headers = [*self._headers(value)]
        body, media, language, note = self._body(value)
        if media and not any(name.lower() == "content-type" for name, _ in headers):
            headers.insert(0, ("Content-Type", media))
        given = {name.lower() for name, _ in headers}
        headers += [each for each in self._operation.headers if each[0].lower() not in given]
        return Message(self._operation.http.method, self._target(value), tuple(headers), body, language, note)

    def _members(self, value: Mapping[str, Any], location: ir.Location) -> Iterator[tuple[ir.Member, Any]]:
        for member in self._shape.members:
            if member.location is location and member.name in value:
                yield member, value[member.name]

    def _target(self, value: Mapping[str, Any]) -> str:
        labels = {
            member.wire_name: self._text(member, held, ir.TimestampFormat.DATE_TIME)
            for member, held in self._members(value, ir.Location.URI)
        }

        def label(found: re.Match[str]) -> str:
            return quote(labels.get(found[1], found[0]), safe="-_.~/" if found[2] else "-_.~{}")

        path, _, fixed = self._operation.http.uri.partition("?")
        query = [fixed] if fixed else []
        query += [f"{_quoted(name)}={_quoted(text)}" for name, text in self._query(value)]
        return _LABEL.sub(label, path) + (f"?{'&'.join(query)}" if query else "")

    def _query(self, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for member, held in self._members(value, ir.Location.QUERY):
            shape = self._types.shapes[member.target]
            for each in held if shape.element is not None else [held]:
                yield member.wire_name, self._text(member, each, ir.TimestampFormat.DATE_TIME)
        named = {member.wire_name for member, _ in self._members(value, ir.Location.QUERY)}
        for member, held in self._members(value, ir.Location.QUERY_MAP):
            reference = self._types.shapes[member.target].value
            assert reference is not None, "only maps are bound to the whole query"
            is_list = self._types.shapes[reference.target].element is not None
            for name, values in held.items():
                if name not in named:
                    yield from ((name, str(each)) for each in (values if is_list else [values]))

    def _headers(self, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for member, held in self._members(value, ir.Location.HEADER):
            times = ir.TimestampFormat.HTTP_DATE
            if member.json_value:
                text = json.dumps(held, separators=(",", ":"), ensure_ascii=False)
                yield member.wire_name, base64.b64encode(text.encode()).decode()
            elif self._types.shapes[member.target].element is not None:
                yield member.wire_name, ", ".join(self._text(member, each, times) for each in held)
            else:
                yield member.wire_name, self._text(member, held, times)
        for member, held in self._members(value, ir.Location.HEADERS):
            yield from ((f"{member.wire_name}{key}", str(text)) for key, text in held.items())

    def _text(self, member: ir.Member, value: Any, usual: ir.TimestampFormat) -> str:
        target = member.target
        while (element := self._types.shapes[target].element) is not None:
            target = element.target
        return self._documents.text(target, value, self._documents.time(member, usual))

    def _body(self, value: Mapping[str, Any]) -> tuple[str, str, str, str]:
        """The body, its media type, its language, and a note on how it is shown."""
        is_xml = self._service.protocol.xml
        media = "application/xml" if is_xml else "application/json"
        if self._operation.input_events is not None:
            return "", "application/vnd.amazon.eventstream", "text", "The body is the stream of events."
        payload = self._shape.payload
        if payload is not None:
            return self._payload(payload, value, media)
        if not any(member.location is ir.Location.BODY for member in self._shape.members):
            return "", "", "text", ""
        present = [member for member, _ in self._members(value, ir.Location.BODY)]
        if is_xml and not present:
            return "", "", "text", ""
        if is_xml:
            root = self._shape.xml.name or self._shape.name
            space = self._shape.xml.namespace or self._service.xml_namespace
            return self._documents.xml(self._shape.name, value, root, space), media, "xml", ""
        body = self._documents.json(self._shape.name, value, ir.TimestampFormat.EPOCH_SECONDS, True)
        return json.dumps(body, indent=2, ensure_ascii=False), media, "json", ""

    def _payload(self, member: ir.Member, value: Mapping[str, Any], media: str) -> tuple[str, str, str, str]:
        shape = self._types.shapes[member.target]
        held = value.get(member.name)
        if shape.kind in _STRUCTURES or shape.kind is ir.Kind.DOCUMENT or shape.element or shape.value:
            if held is None:
                is_xml = self._service.protocol.xml
                empty = "" if is_xml or shape.kind not in _STRUCTURES else "{}"
                return empty, media if empty else "", "json", ""
            if self._service.protocol.xml:
                space = member.xml.namespace or shape.xml.namespace or self._service.xml_namespace
                return self._documents.xml(member.target, held, member.wire_name, space), media, "xml", ""
            body = self._documents.json(member.target, held, ir.TimestampFormat.EPOCH_SECONDS)
            return json.dumps(body, indent=2, ensure_ascii=False), media, "json", ""
        if held is None:
            return "", "", "text", ""
        usual = "text/plain" if shape.kind in (ir.Kind.STRING, ir.Kind.ENUM) else "application/octet-stream"
        return str(held), shape.media_type or usual, "text", ""


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
