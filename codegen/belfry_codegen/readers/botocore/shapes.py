# SPDX-License-Identifier: Apache-2.0
"""Reads the shapes of a `service-2` file: their types, members, limits and XML traits."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.errors import MissingPartError
from belfry_codegen.model.records import replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers import shared_traits
from belfry_codegen.readers.node import Node

_KINDS = {
    "structure": ir.Kind.STRUCTURE,
    "list": ir.Kind.LIST,
    "map": ir.Kind.MAP,
    "string": ir.Kind.STRING,
    "character": ir.Kind.STRING,
    "blob": ir.Kind.BLOB,
    "boolean": ir.Kind.BOOLEAN,
    "byte": ir.Kind.BYTE,
    "short": ir.Kind.SHORT,
    "integer": ir.Kind.INTEGER,
    "long": ir.Kind.LONG,
    "float": ir.Kind.FLOAT,
    "double": ir.Kind.DOUBLE,
    "bigInteger": ir.Kind.BIG_INTEGER,
    "bigDecimal": ir.Kind.BIG_DECIMAL,
    "timestamp": ir.Kind.TIMESTAMP,
}
_LOCATIONS = {
    "uri": ir.Location.URI,
    "querystring": ir.Location.QUERY,
    "header": ir.Location.HEADER,
    "headers": ir.Location.HEADERS,
    "statusCode": ir.Location.STATUS_CODE,
}
_TIMESTAMPS = {
    "iso8601": ir.TimestampFormat.DATE_TIME,
    "unixTimestamp": ir.TimestampFormat.EPOCH_SECONDS,
    "rfc822": ir.TimestampFormat.HTTP_DATE,
}
_XML_KEYS = ("locationName", "xmlNamespace", "xmlAttribute", "flattened", "queryName")
_XML_TRAITS = frozenset(_XML_KEYS)
REFERENCE_KEYS = ("shape", "documentation", "timestampFormat", *_XML_KEYS)
_DEPRECATION_KEYS = ("deprecated", "deprecatedMessage", "deprecatedSince")
MEMBER_KEYS = (
    *("shape", "documentation", "sensitive", "box", "default", "streaming", "jsonvalue"),
    *("location", "timestampFormat", "idempotencyToken", "hostLabel", "contextParam", "eventpayload"),
    *("eventheader", *_DEPRECATION_KEYS, *_XML_KEYS),
)
SHAPE_KEYS = (
    *(
        "type",
        "documentation",
        "sensitive",
        "box",
        "min",
        "max",
        "pattern",
        "document",
        "union",
    ),
    *("members", "required", "payload", "member", "key", "value", "sparse", "enum", "timestampFormat"),
    *("exception", "error", "fault", "retryable", "streaming", "requiresLength", "jsonvalue", "eventstream"),
    *("event", "synthetic", "wrapper", *_DEPRECATION_KEYS, *_XML_KEYS),
)
"""The keys that are read from each of these objects."""


def with_flattened_names(service: ir.Service) -> ir.Service:
    """The service in which each flattened list takes, in XML and queries, the name that its element has."""

    def named(member: ir.Member) -> ir.Member:
        target = service.shapes[member.target]
        if target.element is None or target.element.xml.name is None:
            return member
        if not (member.xml.flattened or target.xml.flattened):
            return member
        return replace(member, xml=replace(member.xml, name=target.element.xml.name))

    shapes = {
        name: replace(shape, members=tuple(named(member) for member in shape.members))
        if shape.members
        else shape
        for name, shape in service.shapes.items()
    }
    return replace(service, shapes=shapes)


def kind_of(node: Node) -> ir.Kind:
    """The type of a shape."""
    name = node.required_text("type")
    kind = _KINDS.get(name)
    if kind is None:
        node.fail(f"unknown type '{name}'{close_matches(name, _KINDS)}")
    if node.flag("document"):
        return ir.Kind.DOCUMENT
    if kind is ir.Kind.STRUCTURE and (node.flag("union") or node.flag("eventstream")):
        return ir.Kind.UNION
    if kind is ir.Kind.STRING and node.has("enum"):
        return ir.Kind.ENUM
    if kind is ir.Kind.INTEGER and node.has("enum"):
        return ir.Kind.INT_ENUM
    return kind


class ShapeReader:
    """Reads shapes that refer to each other; `types` holds the kind of each known shape."""

    def __init__(self, types: Mapping[str, ir.Kind]) -> None:
        self.types = types

    def target(self, node: Node, key: str = "shape") -> str:
        """The name of the shape that an object refers to."""
        target = node.required_text(key)
        if target not in self.types:
            what = f"shape '{target}' is not defined{close_matches(target, self.types)}"
            raise MissingPartError(node.file, node.where, what)
        return target

    def structure(self, node: Node) -> str:
        """The name of the structure that an object refers to."""
        target = self.target(node)
        if self.types[target] is not ir.Kind.STRUCTURE:
            node.fail(f"shape '{target}' must be a structure, but its type is {self.types[target].value}")
        return target

    def shape(self, name: str, node: Node) -> ir.Shape:
        """The shape of that name."""
        kind = self.types[name]
        return ir.Shape(
            name=name,
            kind=kind,
            documentation=node.text("documentation"),
            deprecated=shared_traits.deprecation(node),
            sensitive=node.flag("sensitive"),
            box=node.flag("box"),
            limits=shared_traits.limits(node),
            pattern=node.optional_text("pattern"),
            members=self.members(node) if kind in (ir.Kind.STRUCTURE, ir.Kind.UNION) else (),
            error=self._error(name, node),
            element=self._reference(node, "member") if kind is ir.Kind.LIST else None,
            key=self._reference(node, "key") if kind is ir.Kind.MAP else None,
            value=self._reference(node, "value") if kind is ir.Kind.MAP else None,
            sparse=node.flag("sparse"),
            enum_values=self._enum_values(node),
            timestamp_format=_timestamp_format(node),
            streaming=node.flag("streaming"),
            requires_length=node.flag("requiresLength"),
            event_stream=node.flag("eventstream"),
            event=node.flag("event"),
            json_value=node.flag("jsonvalue"),
            synthetic=node.flag("synthetic"),
            wrapper=node.flag("wrapper"),
            xml=xml_traits(node),
        )

    def _enum_values(self, node: Node) -> tuple[ir.EnumValue, ...]:
        values = node.texts("enum")
        if node.has("enum") and not values:
            node.fail("'enum' is empty")
        if len(set(values)) != len(values):
            twice = next(value for value in values if values.count(value) > 1)
            node.fail(f"'enum' lists '{twice}' twice")
        return tuple(ir.EnumValue(value) for value in values)

    def _error(self, name: str, node: Node) -> ir.ErrorTraits | None:
        error = node.child("error")
        if not node.flag("exception") and error is None:
            return None
        sender = error.optional_flag("senderFault") if error else None
        return shared_traits.error_traits(
            code=(error.text("code") if error else "") or name,
            http_status=error.http_status("httpStatusCode") if error else None,
            sender_fault=False if node.flag("fault") else sender,
            retryable=node.child("retryable"),
        )

    def _reference(self, node: Node, key: str) -> ir.Reference:
        child = node.required_child(key, f"{node.where}, {key}")
        return ir.Reference(
            target=self.target(child),
            documentation=child.text("documentation"),
            timestamp_format=_timestamp_format(child),
            xml=xml_traits(child),
        )

    def members(self, node: Node) -> tuple[ir.Member, ...]:
        """The members of a structure or union."""
        required = node.texts("required")
        payload = node.optional_text("payload")
        members = dict(node.children("members", "member"))
        for name in (*required, *((payload,) if payload else ())):
            if name not in members:
                node.fail(f"member '{name}' is not defined{close_matches(name, members)}")
        return tuple(
            self.member(name, child, name in required, name == payload) for name, child in members.items()
        )

    def member(self, name: str, node: Node, required: bool = False, payload: bool = False) -> ir.Member:
        """A member; its structure or union says whether it is required, and whether it is the payload."""
        if not name:
            node.fail("a member's name is empty")
        target = self.target(node)
        location = ir.Location.PAYLOAD if payload else self._location(node, self.types[target])
        # An empty prefix is valid: dataexchange's SendApiAsset takes every header.
        wire_name = node.optional_text("locationName")
        if wire_name is None or (not wire_name and location is not ir.Location.HEADERS):
            wire_name = name
        return ir.Member(
            name=name,
            target=target,
            required=required,
            location=location,
            wire_name=wire_name,
            documentation=node.text("documentation"),
            deprecated=shared_traits.deprecation(node),
            timestamp_format=_timestamp_format(node),
            idempotency_token=node.flag("idempotencyToken"),
            # Outside of headers `jsonvalue` only documents what a string holds.
            json_value=node.flag("jsonvalue") and location is ir.Location.HEADER,
            sensitive=node.flag("sensitive"),
            streaming=node.flag("streaming"),
            box=node.flag("box"),
            default=node.data.get("default"),
            event_payload=node.flag("eventpayload"),
            event_header=node.flag("eventheader"),
            host_label=node.flag("hostLabel"),
            context_param=self._context_param(node),
            xml=xml_traits(node),
        )

    def _location(self, node: Node, target: ir.Kind) -> ir.Location:
        name = node.optional_text("location")
        if name is None:
            return ir.Location.BODY
        if name not in _LOCATIONS:
            node.fail(f"unknown location '{name}'{close_matches(name, _LOCATIONS)}")
        location = _LOCATIONS[name]
        if location is ir.Location.QUERY and target is ir.Kind.MAP:
            return ir.Location.QUERY_MAP
        if not shared_traits.may_travel(target, location):
            node.fail(f"a value of type {target.value} cannot be bound to location '{name}'")
        return location

    def _context_param(self, node: Node) -> str | None:
        child = node.child("contextParam")
        return child.required_text("name") if child else None


def _timestamp_format(node: Node) -> ir.TimestampFormat | None:
    return shared_traits.timestamp_format(node.optional_text("timestampFormat"), _TIMESTAMPS, node)


def xml_namespace(node: Node) -> ir.XmlNamespace | None:
    """The XML namespace of a shape, of a member, or of the service, whose metadata holds a string."""
    if isinstance(node.data.get("xmlNamespace"), str):
        return ir.XmlNamespace(node.required_text("xmlNamespace"))
    return shared_traits.xml_namespace(node.child("xmlNamespace"))


def xml_traits(node: Node) -> ir.XmlTraits:
    """The name and the form of a shape or member in XML and in queries."""
    if not node.has_any(_XML_TRAITS):
        return ir.NO_XML
    return shared_traits.xml_traits(
        ir.XmlTraits(
            name=node.optional_text("locationName"),
            namespace=xml_namespace(node),
            attribute=node.flag("xmlAttribute"),
            flattened=node.flag("flattened"),
            query_name=node.optional_text("queryName"),
        )
    )
