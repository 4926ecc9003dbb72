# SPDX-License-Identifier: Apache-2.0
"""Views of a model's examples of calls, for the comments of a client's functions.

An example that does not fit the model, or that is not one C++ expression, is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp, boolean, number
from belfry_codegen.cpp.defaults import INTEGER_BITS, fits_float, fits_integer, moment
from belfry_codegen.cpp.enums import enumerator_names
from belfry_codegen.cpp.text import comment, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


class _UnfitError(Exception):
    """The example cannot be shown."""


@dataclass(frozen=True, slots=True)
class ValueView:
    """A value in an example."""

    form: str
    """`plain`, `null`, `document`, `timestamp`, `enumerator`, `enumeration`, `structure`, `union`, `list` or
    `entry`."""
    value: Cpp = EMPTY
    """A literal; of an enumerator and of a union the name."""
    type: Cpp = EMPTY
    """The type of an enum, a structure or a union; empty if the context implies it."""
    parts: tuple[ValueView, ...] = ()
    labels: tuple[Cpp, ...] = ()
    """The members of a structure to which the parts belong."""
    seconds: int = 0
    """The seconds of a timestamp."""
    nanoseconds: int = 0


@dataclass(frozen=True, slots=True)
class ExampleView:
    """An example of a call in the model."""

    comment: tuple[Cpp, ...]
    input: ValueView


def example_views(types: TypeTable, operation: ir.Operation, indent: int) -> tuple[ExampleView, ...]:
    """The examples of an operation that are one C++ expression."""
    views: list[ExampleView] = []
    for example in operation.examples:
        try:
            value = _Values(types).input(operation, example.input)
        except _UnfitError:
            continue
        title = prose(example.title).removesuffix(".") or "Example"
        views.append(ExampleView(comment([f"{title}. {prose(example.documentation)}"], indent), value))
    return tuple(views)


class _Values:
    def __init__(self, types: TypeTable) -> None:
        self._types = types

    def input(self, operation: ir.Operation, params: Any) -> ValueView:
        """The input of a call."""
        return self._structure(self._types.shapes[str(operation.input)], params, EMPTY)

    def _structure(self, shape: ir.Shape, value: Any, type_: Cpp) -> ValueView:
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
        members = [member for member in shape.members if value.get(member.name) is not None]
        return ValueView(
            "structure",
            type=type_,
            parts=tuple(self._member(member, value[member.name]) for member in members),
            labels=tuple(names[member.name] for member in members),
        )

    def _member(self, member: ir.Member, value: Any) -> ValueView:
        return _document(value) if member.json_value else self._value(member.target, value)

    def _value(self, target: str, value: Any) -> ValueView:
        shape = self._types.shapes[target]
        if shape.kind is ir.Kind.STRUCTURE:
            return self._structure(shape, value, self._types.names[target])
        if shape.kind is ir.Kind.UNION:
            return self._union(shape, value)
        if shape.element is not None:
            element = shape.element
            return ValueView(
                "list", parts=tuple(self._element(shape, element, item) for item in _some(value, list))
            )
        if shape.value is not None:
            reference = shape.value
            entries = _some(value, dict).items()
            return ValueView("list", parts=tuple(self._entry(shape, reference, *entry) for entry in entries))
        return self._simple(shape, value)

    def _element(self, container: ir.Shape, reference: ir.Reference, value: Any) -> ValueView:
        if value is None and container.sparse:
            return ValueView("null")
        return self._value(reference.target, value)

    def _entry(self, container: ir.Shape, reference: ir.Reference, key: str, value: Any) -> ValueView:
        return ValueView("entry", parts=(_plain(literal(key)), self._element(container, reference, value)))

    def _union(self, shape: ir.Shape, value: Any) -> ValueView:
        (name, held), *more = _some(value, dict).items()
        member = shape.member(name)
        if more or member is None or held is None:
            raise _UnfitError
        names = naming.unique(
            [(m.name, naming.plain_member_name(m.name)) for m in shape.members], ("unknown",)
        )
        own = self._types.names[shape.name]
        return ValueView("union", names[name], own, (self._member(member, held),))

    def _simple(self, shape: ir.Shape, value: Any) -> ValueView:
        kind = shape.kind
        if kind is ir.Kind.ENUM and isinstance(value, str):
            names = enumerator_names(self._types, shape)
            own = self._types.names[shape.name]
            if value in names:
                return ValueView("enumerator", names[value], own)
            return ValueView("enumeration", literal(value), own)
        if kind in (ir.Kind.STRING, ir.Kind.BLOB) and isinstance(value, str):
            return _plain(literal(value))
        if kind is ir.Kind.BOOLEAN and isinstance(value, bool):
            return _plain(boolean(value))
        # The smallest integer of 64 bits does not have a literal.
        if kind in INTEGER_BITS and fits_integer(kind, value) and value != -(1 << 63):
            return _plain(number(value))
        if kind in (ir.Kind.FLOAT, ir.Kind.DOUBLE) and fits_float(kind, value):
            return _plain(number(float(value)) + (Cpp("F") if kind is ir.Kind.FLOAT else EMPTY))
        if kind is ir.Kind.TIMESTAMP:
            return self._timestamp(value)
        if kind is ir.Kind.DOCUMENT:
            return _document(value)
        raise _UnfitError

    @staticmethod
    def _timestamp(value: Any) -> ValueView:
        if not isinstance(value, (str, int, float)) or isinstance(value, bool):
            raise _UnfitError
        try:
            seconds, nanoseconds = moment(value)
        except (ValueError, OverflowError):
            raise _UnfitError from None
        return ValueView("timestamp", seconds=seconds, nanoseconds=nanoseconds)


def _plain(value: Cpp) -> ValueView:
    return ValueView("plain", value)


def _document(value: Any) -> ValueView:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise _UnfitError from None
    return ValueView("document", literal(text))


def _some(value: Any, kind: type) -> Any:
    """The value, if it is of that type and not empty: `{}` stands for an absent value."""
    if not isinstance(value, kind) or not value:
        raise _UnfitError
    return value
