# SPDX-License-Identifier: Apache-2.0
"""The C++ type of each shape, and its name."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp, fixed, name
from belfry_codegen.cpp.reserved import escape, former_name, macro_note
from belfry_codegen.model import ir
from belfry_codegen.model.protocols import Protocol

_SIMPLE = fixed(
    {
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
)
FORMATS = fixed(
    {
        ir.TimestampFormat.DATE_TIME: "date_time",
        ir.TimestampFormat.EPOCH_SECONDS: "epoch_seconds",
        ir.TimestampFormat.HTTP_DATE: "http_date",
    }
)
# The kinds of which `Optional` refuses some values, or takes more of them than `std::optional` does.
_CHECKED = (
    ir.Kind.STRING,
    ir.Kind.BYTE,
    ir.Kind.SHORT,
    ir.Kind.INTEGER,
    ir.Kind.LONG,
    ir.Kind.INT_ENUM,
    ir.Kind.ENUM,
)
_NAMED = (ir.Kind.STRUCTURE, ir.Kind.UNION, ir.Kind.ENUM)

TAKEN_TYPE_NAMES = (
    "AsyncClient",
    "Client",
    "Fake",
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


class LibraryNames:
    """Belfry's own names in a template, as in `belfry.Result`: qualified if the service has the same name."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = frozenset(taken)

    def __getattr__(self, plain: str) -> Cpp:
        return Cpp("::belfry::{}").of(name(plain)) if plain in self._taken else name(plain)


class TypeTable:
    """The names and C++ types of a service's shapes."""

    simple: ClassVar[Mapping[ir.Kind, Cpp]] = _SIMPLE
    """The types of values that have no name in the model."""
    list = Cpp("::belfry::List<{}>")
    map = Cpp("::belfry::Map<{}>")
    box = Cpp("::belfry::Box<{}>")

    def __init__(
        self,
        shapes: Mapping[str, ir.Shape],
        protocol: Protocol,
        namespace: Cpp = EMPTY,
        kept: Mapping[str, str] | None = None,
    ) -> None:
        self.shapes = shapes
        self.namespace = namespace
        self.protocol = protocol
        named = [key for key, shape in shapes.items() if shape.kind in _NAMED]
        inherited = {
            naming.type_name(key)
            for key in named
            if naming.type_name(key) in _BASE_MEMBERS.get(shapes[key].kind, ())
        }
        self.names = naming.type_names(named, (*TAKEN_TYPE_NAMES, *inherited))
        self.files = naming.file_names(named)
        self._taken = frozenset((*self.names.values(), *TAKEN_TYPE_NAMES))
        self.kept = self._free(kept or {})
        """Names of earlier models that still mean a type, and its shape."""
        files = naming.file_names(self.kept, self.files.values())
        self.kept_files = {
            former: file for former, file in files.items() if file == naming.file_names([former])[former]
        }
        """The files that these names had, unless the file is another type's now."""

    def _free(self, kept: Mapping[str, str]) -> dict[Cpp, str]:
        """Those of the names that mean a type and can be declared."""
        taken = self._taken | {self.former(shape) for shape in self.names}
        return {
            name(former): shape
            for former, shape in sorted(kept.items())
            if shape in self.names and former not in taken and escape(former, called=True) == former
        }

    def former(self, shape: str) -> Cpp:
        """The type's name in version 0.1.0, if it was another one."""
        former = former_name(naming.plain_type_name(shape), self.names[shape])
        return EMPTY if former in self._taken else former

    def note(self, shape: str) -> str:
        """A sentence on a macro that the type's name avoids, or nothing."""
        return macro_note(naming.plain_type_name(shape), self.names[shape])

    def qualified(self, shape: str) -> Cpp:
        """A named shape's type, in a scope in which its name may be hidden."""
        return Cpp("::belfry::{}::{}").of(self.namespace, self.names[shape])

    def in_union(self) -> TypeTable:
        """The table for the scope of a union, whose base class hides some names."""
        hidden = {shape for shape, own in self.names.items() if own in _BASE_MEMBERS[ir.Kind.UNION]}
        if not hidden:
            return self
        found = copy.copy(self)
        found.names = {
            shape: self.qualified(shape) if shape in hidden else own for shape, own in self.names.items()
        }
        return found

    def plain(self, target: str) -> Cpp:
        """The type of a value of that shape."""
        shape = self.shapes[target]
        if shape.kind in _NAMED:
            return self.names[target]
        if shape.element is not None:
            return self.list.of(self._element(shape, shape.element))
        if shape.value is not None:
            return self.map.of(self._element(shape, shape.value))
        return self.simple[shape.kind]

    def _element(self, container: ir.Shape, reference: ir.Reference) -> Cpp:
        plain = self.plain(reference.target)
        return self._optional(plain, reference.target) if container.sparse else plain

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

    def value(self, member: ir.Member) -> Cpp:
        """The type of a member's value."""
        if member.json_value:
            return self.simple[ir.Kind.DOCUMENT]
        if self.is_streaming(member):
            return Cpp("::belfry::StreamingBlob")
        plain = self.plain(member.target)
        return self.box.of(plain) if member.needs_box else plain

    def slot(self, member: ir.Member) -> Cpp:
        """The type of a member that may be absent."""
        value = self.value(member)
        bare = self.is_container(member.target) and not member.json_value
        if bare or member.needs_box:
            return value
        is_own = value == self.plain(member.target)
        return self._optional(value, member.target) if is_own else Cpp("::std::optional<{}>").of(value)

    def _optional(self, value: Cpp, target: str) -> Cpp:
        """A value that may be absent."""
        if self.shapes[target].kind in _CHECKED:
            return Cpp("::belfry::Optional<{}>").of(value)
        return Cpp("::std::optional<{}>").of(value)

    def timestamp_format(self, member: ir.Member) -> Cpp:
        """The enumerator of `TimestampFormat`; empty for the protocol's default and other types."""
        if self._leaf(member.target).kind is not ir.Kind.TIMESTAMP:
            return EMPTY
        found = member.timestamp_format or self._timestamp_format(member.target)
        return FORMATS[found] if found is not None else EMPTY

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
