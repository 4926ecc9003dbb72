# SPDX-License-Identifier: Apache-2.0
"""The types of expressions' values.

A type is a set of alternatives, because `a || b` may be either. Null is always among them and is not listed,
because any member may be absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


class Simple(Enum):
    """A type without parts; error messages use the enum's values."""

    ANY = "any value"
    """The type is not known, and every use is allowed."""
    BOOLEAN = "a boolean"
    INTEGER = "an integer"
    """An integer of at most 32 bits."""
    LONG = "a long"
    REAL = "a floating-point number"
    STRING = "a string"
    DOCUMENT = "a document"
    """A document type; expressions see only its JSON text."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A structure, union, list or map of the model."""

    shape: str


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list that an expression makes."""

    element: Types


@dataclass(frozen=True, slots=True)
class Hash:
    """An object that an expression makes."""

    members: tuple[tuple[str, Types], ...]


Alternative = Simple | Shaped | ListOf | Hash
Types = frozenset[Alternative]

NULL: Types = frozenset()
ANY: Types = frozenset({Simple.ANY})

_SIMPLE = {
    ir.Kind.BOOLEAN: Simple.BOOLEAN,
    ir.Kind.STRING: Simple.STRING,
    ir.Kind.ENUM: Simple.STRING,
    ir.Kind.BLOB: Simple.STRING,
    ir.Kind.BYTE: Simple.INTEGER,
    ir.Kind.SHORT: Simple.INTEGER,
    ir.Kind.INTEGER: Simple.INTEGER,
    ir.Kind.INT_ENUM: Simple.INTEGER,
    ir.Kind.LONG: Simple.LONG,
    ir.Kind.FLOAT: Simple.REAL,
    ir.Kind.DOUBLE: Simple.REAL,
    ir.Kind.TIMESTAMP: Simple.REAL,
    ir.Kind.BIG_INTEGER: Simple.DOCUMENT,
    ir.Kind.BIG_DECIMAL: Simple.DOCUMENT,
    ir.Kind.DOCUMENT: Simple.DOCUMENT,
}


class Shapes:
    """The types of members, elements and values in the shapes of a service."""

    def __init__(self, shapes: Mapping[str, ir.Shape]) -> None:
        self._shapes = shapes

    def of(self, shape: str) -> Types:
        """The type of values of that shape."""
        return frozenset({_SIMPLE.get(self._shapes[shape].kind) or Shaped(shape)})

    def of_member(self, member: ir.Member) -> Types:
        """The type of a member's values."""
        return frozenset({Simple.DOCUMENT}) if member.json_value else self.of(member.target)

    def structure(self, alternative: Alternative) -> ir.Shape | None:
        """The structure or union that the alternative is, if it is one."""
        if not isinstance(alternative, Shaped):
            return None
        shape = self._shapes[alternative.shape]
        return shape if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION) else None

    def element(self, alternative: Alternative) -> Types | None:
        """The type of a list's elements; None for what is not a list."""
        if isinstance(alternative, ListOf):
            return alternative.element
        if isinstance(alternative, Shaped):
            element = self._shapes[alternative.shape].element
            return self.of(element.target) if element is not None else None
        return ANY if alternative is Simple.ANY else None

    def is_object(self, alternative: Alternative) -> bool:
        """Whether the alternative has members."""
        return self.values(alternative) is not None

    def member(self, alternative: Alternative, name: str) -> Types | None:
        """The type of an object's member; None where there is none."""
        if isinstance(alternative, Hash):
            return dict(alternative.members).get(name)
        if (structure := self.structure(alternative)) is not None:
            member = structure.member(name)
            return self.of_member(member) if member is not None else None
        return self.values(alternative)

    def values(self, alternative: Alternative) -> Types | None:
        """The type of an object's members together; None for what is not an object."""
        if isinstance(alternative, Hash):
            return NULL.union(*(types for _, types in alternative.members))
        if (structure := self.structure(alternative)) is not None:
            return NULL.union(*(self.of_member(member) for member in structure.members))
        if isinstance(alternative, Shaped):
            value = self._shapes[alternative.shape].value
            return self.of(value.target) if value is not None else None
        return ANY if alternative is Simple.ANY else None

    def member_names(self, types: Types) -> Iterator[str]:
        """The names of the members that the model gives to the alternatives."""
        for alternative in types:
            if isinstance(alternative, Hash):
                yield from (name for name, _ in alternative.members)
            elif (structure := self.structure(alternative)) is not None:
                yield from (member.name for member in structure.members)

    def describe(self, types: Types) -> str:
        """The alternatives, as error messages list them."""
        return " or ".join(sorted(self._describe(alternative) for alternative in types)) or "null"

    def _describe(self, alternative: Alternative) -> str:
        if isinstance(alternative, Simple):
            return alternative.value
        if isinstance(alternative, Shaped):
            return f"the {self._shapes[alternative.shape].kind.value} '{alternative.shape}'"
        if isinstance(alternative, ListOf):
            return f"a list of ({self.describe(alternative.element)})"
        return "an object"
