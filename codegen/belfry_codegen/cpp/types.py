# SPDX-License-Identifier: Apache-2.0
"""The C++ type of each shape, and its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from belfry_codegen.cpp import naming
from belfry_codegen.model import ir
from belfry_codegen.model.protocols import Protocol

_SIMPLE = {
    ir.Kind.STRING: "::std::string",
    ir.Kind.BLOB: "::belfry::Blob",
    ir.Kind.BOOLEAN: "bool",
    ir.Kind.BYTE: "::std::int8_t",
    ir.Kind.SHORT: "::std::int16_t",
    ir.Kind.INTEGER: "::std::int32_t",
    ir.Kind.LONG: "::std::int64_t",
    ir.Kind.FLOAT: "float",
    ir.Kind.DOUBLE: "double",
    # A document keeps the text of a number, and so all of its digits.
    ir.Kind.BIG_INTEGER: "::belfry::Document",
    ir.Kind.BIG_DECIMAL: "::belfry::Document",
    ir.Kind.TIMESTAMP: "::belfry::Timestamp",
    ir.Kind.DOCUMENT: "::belfry::Document",
    ir.Kind.INT_ENUM: "::std::int32_t",
}
FORMATS = {
    ir.TimestampFormat.DATE_TIME: "date_time",
    ir.TimestampFormat.EPOCH_SECONDS: "epoch_seconds",
    ir.TimestampFormat.HTTP_DATE: "http_date",
}
_NAMED = (ir.Kind.STRUCTURE, ir.Kind.UNION, ir.Kind.ENUM)

TAKEN_TYPE_NAMES = (
    "Client",
    "service",
    "endpoint_rules",
    "operations",
    "required",
    "detail",
    "paginators",
    "waiters",
    # Template parameters of generated functions.
    "O",
    "S",
)
# Names of members of an enum's or union's base class, which the type itself cannot have.
_BASE_MEMBERS = {
    ir.Kind.ENUM: ("OpenEnum", "OpenEnumBase", "Value"),
    ir.Kind.UNION: ("Slot", "Union"),
}


class LibraryNames(dict[str, str]):
    """Belfry's own names in a template, as in `belfry.Result`: qualified if the service has the same name."""

    def __init__(self, taken: Iterable[str]) -> None:
        super().__init__()
        self._taken = frozenset(taken)

    def __missing__(self, name: str) -> str:
        return f"::belfry::{name}" if name in self._taken else name


class TypeTable:
    """The names and C++ types of a service's shapes."""

    def __init__(self, shapes: Mapping[str, ir.Shape], protocol: Protocol) -> None:
        self.shapes = shapes
        self.protocol = protocol
        named = [name for name, shape in shapes.items() if shape.kind in _NAMED]
        inherited = {
            naming.type_name(name)
            for name in named
            if naming.type_name(name) in _BASE_MEMBERS.get(shapes[name].kind, ())
        }
        self.names = naming.type_names(named, (*TAKEN_TYPE_NAMES, *inherited))
        self.files = naming.file_names(named)

    def qualified(self, name: str, namespace: str) -> str:
        """A named shape's type, in a scope in which its name may be hidden."""
        return f"::belfry::{namespace}::{self.names[name]}"

    def plain(self, target: str) -> str:
        """The type of a value of that shape."""
        shape = self.shapes[target]
        if shape.kind in _NAMED:
            return self.names[target]
        if shape.element is not None:
            return f"::belfry::List<{self._element(shape, shape.element)}>"
        if shape.value is not None:
            return f"::belfry::Map<{self._element(shape, shape.value)}>"
        return _SIMPLE[shape.kind]

    def _element(self, container: ir.Shape, reference: ir.Reference) -> str:
        plain = self.plain(reference.target)
        return f"::std::optional<{plain}>" if container.sparse else plain

    def is_container(self, target: str) -> bool:
        return self.shapes[target].kind in (ir.Kind.LIST, ir.Kind.MAP)

    def is_streaming(self, member: ir.Member) -> bool:
        """Whether a member's bytes can be sent and received piece by piece: only if it is the whole body."""
        return (
            member.streaming
            and member.location is ir.Location.PAYLOAD
            and self.shapes[member.target].kind is ir.Kind.BLOB
            and self.protocol.http_bindings
        )

    def value(self, member: ir.Member) -> str:
        """The type of a member's value."""
        if member.json_value:
            return "::belfry::Document"
        if self.is_streaming(member):
            return "::belfry::StreamingBlob"
        plain = self.plain(member.target)
        return f"::belfry::Box<{plain}>" if member.needs_box else plain

    def slot(self, member: ir.Member) -> str:
        """The type of a member that may be absent."""
        value = self.value(member)
        bare = self.is_container(member.target) and not member.json_value
        return value if bare or member.needs_box else f"::std::optional<{value}>"

    def timestamp_format(self, member: ir.Member) -> str:
        """The enumerator of `TimestampFormat`; empty for the protocol's default and other types."""
        if self._leaf(member.target).kind is not ir.Kind.TIMESTAMP:
            return ""
        found = member.timestamp_format or self._timestamp_format(member.target)
        return FORMATS[found] if found is not None else ""

    def _timestamp_format(self, target: str) -> ir.TimestampFormat | None:
        """The format of the timestamps in a list or map: its innermost element's, else their type's."""
        shape = self.shapes[target]
        named = None
        while (reference := shape.element or shape.value) is not None:
            named = reference.timestamp_format
            shape = self.shapes[reference.target]
        return named or shape.timestamp_format

    def _leaf(self, target: str) -> ir.Shape:
        shape = self.shapes[target]
        seen = set()
        while (reference := shape.element or shape.value) is not None and shape.name not in seen:
            seen.add(shape.name)
            shape = self.shapes[reference.target]
        return shape

    def named_targets(self, targets: Iterable[str]) -> Iterator[str]:
        """The structures, unions and enums that these shapes are or hold."""
        for target in targets:
            leaf = self._leaf(target)
            if leaf.kind in _NAMED:
                yield leaf.name
