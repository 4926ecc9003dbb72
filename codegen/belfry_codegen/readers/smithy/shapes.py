# SPDX-License-Identifier: Apache-2.0
"""Reads the shapes of a Smithy model that a service reaches."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers import shared_traits
from belfry_codegen.readers.node import Node, describe
from belfry_codegen.readers.smithy.json_ast import UNIT, Model, Traits, short_name, traits_of

_KINDS = {kind.value: kind for kind in ir.Kind} | {"set": ir.Kind.LIST}
_TIMESTAMPS = {spelling.value: spelling for spelling in ir.TimestampFormat}
_LOCATIONS = {
    "httpLabel": ir.Location.URI,
    "httpQuery": ir.Location.QUERY,
    "httpQueryParams": ir.Location.QUERY_MAP,
    "httpHeader": ir.Location.HEADER,
    "httpPrefixHeaders": ir.Location.HEADERS,
    "httpPayload": ir.Location.PAYLOAD,
    "httpResponseCode": ir.Location.STATUS_CODE,
}
_REQUEST_BINDINGS = ("httpLabel", "httpQuery", "httpQueryParams")
_RESPONSE_BINDINGS = ("httpHeader", "httpPrefixHeaders", "httpPayload", "httpResponseCode")
_NAMED_BINDINGS = ("httpQuery", "httpHeader", "httpPrefixHeaders")
_NAMED = (ir.Kind.STRUCTURE, ir.Kind.UNION, ir.Kind.ENUM, ir.Kind.INT_ENUM)

_ZEROS: Mapping[ir.Kind, ir.Json] = {
    ir.Kind.BOOLEAN: False,
    **dict.fromkeys((ir.Kind.BYTE, ir.Kind.SHORT, ir.Kind.INTEGER, ir.Kind.LONG), 0),
    **dict.fromkeys((ir.Kind.FLOAT, ir.Kind.DOUBLE), 0),
}
"""The defaults of version 1 for numbers and booleans."""


class Shapes:
    """Reads shapes on demand and gives each a name that is unique in the service."""

    def __init__(self, model: Model, service: Node, http_bindings: bool) -> None:
        self._model = model
        renamed = service.child("rename", f"{service.where}, 'rename'")
        self._renamed = {key: renamed.required_text(key) for key in renamed.data} if renamed else {}
        self._http_bindings = http_bindings
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._waiting: list[str] = []
        self._inputs: set[str] = set()
        self._outputs: set[str] = set()
        self.found: dict[str, ir.Shape] = {}

    def name(self, shape_id: str, user: Node) -> str:
        """The shape's name; `read_all` adds the shape to `found`."""
        if shape_id not in self._names:
            node = self._model.shape(shape_id, user)
            name = wanted = self._renamed.get(shape_id) or short_name(shape_id)
            number = 2
            while name in self._ids:
                # Only a shape that becomes a type of the generated code must keep its name.
                if self._kind(node) in _NAMED and UNIT not in (shape_id, self._ids[name]):
                    node.fail(
                        f"'{self._ids[name]}' has the same name; the service must rename one in 'rename'"
                    )
                name = f"{wanted}{number}"
                number += 1
            self._names[shape_id] = name
            self._ids[name] = shape_id
            self._waiting.append(shape_id)
        return self._names[shape_id]

    def structure(self, node: Node, key: str) -> str | None:
        """An operation's input or output; None for the unit type."""
        child = node.child(key)
        if child is None:
            return None
        target = child.required_text("target")
        if target == UNIT:
            return None
        kind = self._kind(self._model.shape(target, node))
        if kind is not ir.Kind.STRUCTURE:
            node.fail(f"'{key}': shape '{target}' must be a structure, but its type is {kind.value}")
        (self._inputs if key == "input" else self._outputs).add(target)
        return self.name(target, node)

    def read_all(self) -> None:
        """Reads every shape that was named, and the shapes that it refers to."""
        while self._waiting:
            shape_id = self._waiting.pop()
            name = self._names[shape_id]
            node = self._model.shape(shape_id, Node(self._model.file, "", {}))
            self.found[name] = self._shape(
                shape_id, Node(node.file, f"shape '{short_name(shape_id)}'", node.data)
            )

    def _kind(self, node: Node) -> ir.Kind:
        name = node.required_text("type")
        kind = _KINDS.get(name)
        if kind is None:
            node.fail(f"unknown type '{name}'{close_matches(name, _KINDS)}")
        if kind is ir.Kind.STRING and traits_of(node).has("enum"):
            return ir.Kind.ENUM
        return kind

    def _shape(self, shape_id: str, node: Node) -> ir.Shape:
        name = self._names[shape_id]
        traits = traits_of(node)
        kind = self._kind(node)
        streaming = traits.has("streaming")
        shape = ir.Shape(
            name=name,
            kind=kind,
            documentation=traits.text("documentation") or "",
            deprecated=shared_traits.deprecation_trait(traits.child("deprecated")),
            sensitive=traits.has("sensitive"),
            limits=shared_traits.limits(traits.child("length") or traits.child("range")),
            pattern=traits.text("pattern"),
            error=self._error(name, traits),
            sparse=traits.has("sparse"),
            timestamp_format=_timestamp_format(traits),
            streaming=streaming and kind is ir.Kind.BLOB,
            requires_length=traits.has("requiresLength"),
            event_stream=streaming and kind is ir.Kind.UNION,
            media_type=traits.text("mediaType") or "",
            xml=_xml(traits),
        )
        if kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            return replace(shape, members=self._members(node, self._bindings(shape_id, traits)))
        if kind is ir.Kind.LIST:
            return replace(shape, element=self._reference(node, "member"))
        if kind is ir.Kind.MAP:
            return replace(shape, key=self._reference(node, "key"), value=self._reference(node, "value"))
        if kind in (ir.Kind.ENUM, ir.Kind.INT_ENUM):
            return replace(shape, enum_values=_enum_values(node, traits, kind))
        return shape

    def _reference(self, node: Node, key: str) -> ir.Reference:
        child = node.required_child(key, f"{node.where}, {key}")
        traits = traits_of(child)
        return ir.Reference(
            target=self.name(child.required_text("target"), child),
            documentation=traits.text("documentation") or "",
            timestamp_format=_timestamp_format(traits),
            xml=_xml(traits),
        )

    def _bindings(self, shape_id: str, traits: Traits) -> tuple[str, ...]:
        """The HTTP binding traits that apply to a shape's members; all other members are in the body."""
        if not self._http_bindings:
            return ()
        if shape_id in self._inputs:
            return (*_REQUEST_BINDINGS, *_RESPONSE_BINDINGS)
        return _RESPONSE_BINDINGS if shape_id in self._outputs or traits.has("error") else ()

    def _members(self, node: Node, bindings: tuple[str, ...]) -> tuple[ir.Member, ...]:
        # Exactly one member of a union is set, so that the others do not get a default.
        without_default = traits_of(node).has("input") or node.text("type") == "union"
        return tuple(
            self._member(name, child, without_default, bindings)
            for name, child in node.children("members", "member")
        )

    def _member(self, name: str, node: Node, without_default: bool, bindings: tuple[str, ...]) -> ir.Member:
        target = self._model.shape(node.required_text("target"), node)
        kind = self._kind(target)
        traits, target_traits = traits_of(node), traits_of(target)
        location, wire_name = self._location(name, traits, bindings)
        if not shared_traits.may_travel(kind, location):
            node.fail(f"a value of type {kind.value} cannot be bound to the {location.value}")
        client_optional = traits.has("clientOptional")
        media_type = target_traits.text("mediaType") or ""
        context = traits.child("smithy.rules#contextParam")
        return ir.Member(
            name=name,
            target=self.name(node.required_text("target"), node),
            required=traits.has("required") and not client_optional,
            location=location,
            wire_name=wire_name,
            json_name=traits.text("jsonName") or None,
            documentation=traits.text("documentation") or "",
            deprecated=shared_traits.deprecation_trait(traits.child("deprecated")),
            timestamp_format=_timestamp_format(traits),
            idempotency_token=traits.has("idempotencyToken"),
            json_value=location is ir.Location.HEADER and _is_json(media_type),
            sensitive=traits.has("sensitive"),
            streaming=target_traits.has("streaming"),
            # A client may leave out any member of an input; the service applies the default.
            default=None if client_optional or without_default else self._default(traits, node, target),
            event_payload=traits.has("eventPayload"),
            event_header=traits.has("eventHeader"),
            host_label=traits.has("hostLabel"),
            limits=shared_traits.limits(traits.child("length") or traits.child("range")),
            pattern=traits.text("pattern"),
            context_param=context.required_text("name") if context else None,
            xml=_xml(traits),
        )

    def _default(self, traits: Traits, member: Node, target: Node) -> ir.Json:
        """A member's default. In version 1 numbers and booleans without the trait `box` are 0 and false."""
        if not self._model.has_implied_defaults or traits.has("default"):
            return traits.value("default")
        # In version 1 the prelude's types are boxed, except for those with "Primitive" in their names.
        target_id = member.required_text("target")
        prelude = target_id.startswith("smithy.api#") and not target_id.startswith("smithy.api#Primitive")
        if prelude or traits.has("box") or traits_of(target).has("box"):
            return None
        return _ZEROS.get(self._kind(target))

    def _location(self, name: str, traits: Traits, bindings: tuple[str, ...]) -> tuple[ir.Location, str]:
        for trait in bindings:
            if traits.has(trait):
                value = traits.value(trait)
                if trait in _NAMED_BINDINGS and not isinstance(value, str):
                    traits.node.fail(f"the trait '{trait}' must be a string, not {describe(value)}")
                return _LOCATIONS[trait], value if trait in _NAMED_BINDINGS else name
        return ir.Location.BODY, name

    def _error(self, name: str, traits: Traits) -> ir.ErrorTraits | None:
        fault = traits.text("error")
        if fault is None:
            return None
        if fault not in ("client", "server"):
            traits.node.fail(f"the trait 'error' must be 'client' or 'server', not '{fault}'")
        query = traits.child("aws.protocols#awsQueryError")
        own, usual = traits.http_status("httpError"), 400 if fault == "client" else 500
        found = shared_traits.error_traits(
            code=name,
            http_status=own or usual,
            sender_fault=fault == "client",
            retryable=traits.child("retryable"),
        )
        if query is None:
            return found
        status = own or query.http_status("httpResponseCode") or usual
        return replace(found, query=ir.QueryError(query.required_text("code"), status))


def mark_events(shapes: Mapping[str, ir.Shape]) -> dict[str, ir.Shape]:
    """The shapes, with the members of event streams marked as events, as botocore's models mark them."""
    events = {member.target for shape in shapes.values() if shape.event_stream for member in shape.members}
    return {
        name: replace(shape, event=True) if name in events and shape.error is None else shape
        for name, shape in shapes.items()
    }


def _enum_values(node: Node, traits: Traits, kind: ir.Kind) -> tuple[ir.EnumValue, ...]:
    found = []
    if traits.has("enum") and kind is ir.Kind.ENUM and not node.has("members"):
        entries = Node(node.file, node.where, {"enum": traits.value("enum")})
        for entry in entries.items("enum"):
            about = entry.text("documentation")
            found.append(ir.EnumValue(entry.required_text("value"), about, entry.optional_text("name")))
    for name, child in node.children("members", "member"):
        own = traits_of(child)
        value = own.value("enumValue")
        if value is None and kind is ir.Kind.ENUM:
            value = name
        wanted = str if kind is ir.Kind.ENUM else int
        if not isinstance(value, wanted) or isinstance(value, bool):
            noun = "string" if wanted is str else "number"
            child.fail(f"'enumValue' must be a {noun}, not {describe(value)}")
        if isinstance(value, int) and not -(2**31) <= value < 2**31:
            child.fail(f"'enumValue' does not fit 32 bits: {value}")
        about = own.text("documentation") or ""
        deprecated = shared_traits.deprecation_trait(own.child("deprecated"))
        found.append(ir.EnumValue(str(value), about, name, deprecated))
    if not found:
        node.fail("the enumeration must have at least one value")
    values = [value.value for value in found]
    if len(set(values)) != len(values):
        twice = next(value for value in values if values.count(value) > 1)
        node.fail(f"the enumeration lists '{twice}' twice")
    return tuple(found)


def _timestamp_format(traits: Traits) -> ir.TimestampFormat | None:
    return shared_traits.timestamp_format(traits.text("timestampFormat"), _TIMESTAMPS, traits.node)


def _is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _xml(traits: Traits) -> ir.XmlTraits:
    return shared_traits.xml_traits(
        ir.XmlTraits(
            name=traits.text("xmlName"),
            namespace=shared_traits.xml_namespace(traits.child("xmlNamespace")),
            attribute=traits.has("xmlAttribute"),
            flattened=traits.has("xmlFlattened"),
            query_name=traits.text("aws.protocols#ec2QueryName"),
        )
    )
