# SPDX-License-Identifier: Apache-2.0
"""Views of enums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.text import comment, deprecation_reason, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

MEMBERS = (
    "Unknown_",
    "Value",
    "enum_values",
    "to_string",
    "is_known",
    "number",
    "assign",
    "text",
    "OpenEnum",
    "OpenEnumBase",
)
"""Names that a generated enum or its base class already uses."""


@dataclass(frozen=True, slots=True)
class EnumeratorView:
    """One constant of an enum."""

    name: str
    comment: tuple[str, ...]
    deprecated: str | None
    literal: str


@dataclass(frozen=True, slots=True)
class EnumView:
    """A generated enum."""

    kind: ClassVar[str] = "enum"

    name: str
    prefix: str
    """The prefix of its tables' names."""
    comment: tuple[str, ...]
    deprecated: str | None
    enumerators: tuple[EnumeratorView, ...]
    starts: tuple[int, ...]
    """The offsets of the values in the concatenated string, plus the end."""


def enumerator_names(types: TypeTable, shape: ir.Shape) -> dict[str, str]:
    """The C++ name of each constant of an enum, by its value."""
    values = [value.value for value in shape.enum_values]
    return naming.enumerator_names(values, (*MEMBERS, types.names[shape.name]))


def enum_view(types: TypeTable, shape: ir.Shape) -> EnumView:
    """The view of an enum."""
    names = enumerator_names(types, shape)
    starts = [0]
    for value in shape.enum_values:
        starts.append(starts[-1] + len(value.value.encode("utf-8")))
    return EnumView(
        name=types.names[shape.name],
        prefix=types.names[shape.name].rstrip("_"),
        comment=comment([prose(shape.documentation) or f"The model's enumeration `{shape.name}`."], 0),
        deprecated=deprecation_reason(shape.deprecated),
        enumerators=tuple(
            EnumeratorView(
                name=names[value.value],
                comment=comment([prose(value.documentation)], 8),
                deprecated=deprecation_reason(value.deprecated),
                literal=literal(value.value),
            )
            for value in shape.enum_values
        ),
        starts=tuple(starts),
    )
