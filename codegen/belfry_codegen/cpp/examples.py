# SPDX-License-Identifier: Apache-2.0
"""A model's examples of calls as C++, for the comments of a client's functions.

An example that does not fit the model, or that C++ cannot say in one expression, gives none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.defaults import initializer
from belfry_codegen.cpp.shapes import enumerator_names
from belfry_codegen.cpp.text import WIDTH, comment, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

_INTEGERS = {
    ir.Kind.BYTE: 7,
    ir.Kind.SHORT: 15,
    ir.Kind.INTEGER: 31,
    ir.Kind.INT_ENUM: 31,
    ir.Kind.LONG: 63,
}


class _UnfitError(Exception):
    """The example cannot be shown."""


@dataclass(frozen=True, slots=True)
class _Braces:
    """`opening a, b closing`, each part with what stands before it."""

    opening: str
    parts: tuple[tuple[str, _Node], ...]
    closing: str

    def flat(self) -> str:
        return self.opening + ", ".join(label + _flat(part) for label, part in self.parts) + self.closing


_Node = str | _Braces


def example_lines(
    types: TypeTable, namespace: str, operation: ir.Operation, function: str, indent: int
) -> tuple[str, ...]:
    """Comment lines with a call for each example of the operation."""
    lead = " " * indent + "/// "
    lines: list[str] = []
    for example in operation.examples:
        try:
            written = _Writer(types, namespace).call(operation, function, example.input)
        except _UnfitError:
            continue
        title = prose(example.title).removesuffix(".") or "Example"
        lines += comment([f"{title}. {prose(example.documentation)}"], indent)
        lines += [lead + line for line in ("```cpp", *written, "```")]
    return tuple(lines)


class _Writer:
    def __init__(self, types: TypeTable, namespace: str) -> None:
        self._types = types
        self._space = f"belfry::{namespace}::"

    def call(self, operation: ir.Operation, function: str, params: Any) -> list[str]:
        """The statement that makes the call."""
        given = self._members(self._types.shapes[str(operation.input)], params)
        before = f"const auto result = client.{function}("
        return list(_laid_out(_Braces("{", given, "}"), 0, before, ");", WIDTH - 8))

    def _members(self, shape: ir.Shape, value: Any) -> tuple[tuple[str, _Node], ...]:
        if not isinstance(value, Mapping):
            raise _UnfitError
        known = {member.name for member in shape.members}
        if any(key not in known for key in value):
            raise _UnfitError
        wanted = [member for member in shape.members if member.required and not member.idempotency_token]
        if any(value.get(member.name) is None for member in wanted):
            raise _UnfitError
        names = naming.member_names(
            [member.name for member in shape.members], (self._types.names[shape.name],)
        )
        # A designated initializer keeps the order of the members.
        return tuple(
            (f".{names[member.name]} = ", self._member(member, value[member.name]))
            for member in shape.members
            if value.get(member.name) is not None
        )

    def _member(self, member: ir.Member, value: Any) -> _Node:
        if member.json_value:
            return f"belfry::Document({literal(json.dumps(value, ensure_ascii=False))})"
        return self._value(member.target, value)

    def _value(self, target: str, value: Any) -> _Node:
        shape = self._types.shapes[target]
        if shape.kind is ir.Kind.STRUCTURE:
            return _Braces(f"{self._name(shape)}{{", self._members(shape, value), "}")
        if shape.kind is ir.Kind.UNION:
            return self._union(shape, value)
        if shape.element is not None:
            parts = tuple(("", self._element(shape, shape.element, item)) for item in _some(value, list))
            return _Braces("{", parts, "}")
        if shape.value is not None:
            entries = _some(value, dict).items()
            return _Braces(
                "{", tuple(("", self._entry(shape, shape.value, *entry)) for entry in entries), "}"
            )
        return self._simple(shape, value)

    def _element(self, container: ir.Shape, reference: ir.Reference, value: Any) -> _Node:
        if value is None and container.sparse:
            return "std::nullopt"
        return self._value(reference.target, value)

    def _entry(self, container: ir.Shape, reference: ir.Reference, key: str, value: Any) -> _Node:
        return _Braces("{", (("", literal(key)), ("", self._element(container, reference, value))), "}")

    def _union(self, shape: ir.Shape, value: Any) -> _Node:
        (name, held), *more = _some(value, dict).items()
        member = shape.member(name)
        if more or member is None or held is None:
            raise _UnfitError
        names = naming.unique(
            [(m.name, naming.plain_member_name(m.name)) for m in shape.members], ("unknown",)
        )
        return _Braces(f"{self._name(shape)}::from_{names[name]}(", (("", self._member(member, held)),), ")")

    def _simple(self, shape: ir.Shape, value: Any) -> str:
        kind = shape.kind
        if kind is ir.Kind.ENUM and isinstance(value, str):
            names = enumerator_names(self._types, shape)
            own = self._name(shape)
            return f"{own}::{names[value]}" if value in names else f"{own}({literal(value)})"
        if kind in (ir.Kind.STRING, ir.Kind.BLOB) and isinstance(value, str):
            return literal(value)
        if kind is ir.Kind.BOOLEAN and isinstance(value, bool):
            return str(value).lower()
        if kind in _INTEGERS and isinstance(value, int) and not isinstance(value, bool):
            limit = 1 << _INTEGERS[kind]
            # The least of 64 bits has no literal.
            if -limit < value < limit:
                return str(value)
        if kind in (ir.Kind.FLOAT, ir.Kind.DOUBLE) and isinstance(value, (int, float)):
            return f"{float(value)!r}" + ("F" if kind is ir.Kind.FLOAT else "")
        if kind is ir.Kind.TIMESTAMP:
            return self._timestamp(shape, value)
        if kind is ir.Kind.DOCUMENT:
            return f"belfry::Document({literal(json.dumps(value, ensure_ascii=False))})"
        raise _UnfitError

    def _timestamp(self, shape: ir.Shape, value: Any) -> str:
        try:
            if isinstance(value, str):
                datetime.fromisoformat(value)
            elif not isinstance(value, (int, float)) or isinstance(value, bool):
                raise _UnfitError
        except ValueError:
            raise _UnfitError from None
        return initializer(self._types, ir.Member("", shape.name, default=value)).removeprefix("::")

    def _name(self, shape: ir.Shape) -> str:
        return self._space + self._types.names[shape.name]


def _some(value: Any, kind: type) -> Any:
    """The value, if it is of that type and not empty: `{}` stands for what is not there."""
    if not isinstance(value, kind) or not value:
        raise _UnfitError
    return value


def _flat(node: _Node) -> str:
    return node if isinstance(node, str) else node.flat()


def _laid_out(node: _Node, indent: int, before: str, behind: str, width: int) -> Iterator[str]:
    lead = " " * indent
    line = lead + before + _flat(node) + behind
    if isinstance(node, str) or len(line) <= width or not node.parts:
        yield line
        return
    yield lead + before + node.opening
    for number, (label, part) in enumerate(node.parts):
        comma = "," if number < len(node.parts) - 1 or node.closing == "}" else ""
        yield from _laid_out(part, indent + 4, label, comma, width)
    yield lead + node.closing + behind
