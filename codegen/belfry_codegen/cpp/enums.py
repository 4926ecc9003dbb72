# SPDX-License-Identifier: Apache-2.0
"""Views of enums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.reserved import former_name
from belfry_codegen.cpp.text import comment, deprecation_reason, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

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
    # Parameters.
    "enum_value",
    "wire_text",
)
"""Names that a generated enum or its base class already uses."""
NAMESPACE_VARIABLES = ("service", "endpoint_rules")
"""Variables of a service's namespace, which a constant of the same name would hide with a warning."""


@dataclass(frozen=True, slots=True)
class EnumeratorView:
    """One constant of an enum."""

    name: Cpp
    former: Cpp
    """The name in version 0.1.0, if it was another one."""
    comment: tuple[Cpp, ...]
    deprecated: Cpp | None
    literal: Cpp


@dataclass(frozen=True, slots=True)
class EnumView:
    """A generated enum."""

    kind: ClassVar[str] = "enum"

    name: Cpp
    former: Cpp
    """The name in version 0.1.0, if it was another one."""
    prefix: Cpp
    """The prefix of its tables' names."""
    comment: tuple[Cpp, ...]
    deprecated: Cpp | None
    enumerators: tuple[EnumeratorView, ...]
    starts: tuple[int, ...]
    """The offsets of the values in the concatenated string, plus the end."""


def enumerator_names(types: TypeTable, shape: ir.Shape) -> dict[str, Cpp]:
    """The C++ name of each constant of an enum, by its value."""
    values = [value.value for value in shape.enum_values]
    return naming.enumerator_names(values, (*MEMBERS, *NAMESPACE_VARIABLES, types.names[shape.name]))


def enum_view(types: TypeTable, shape: ir.Shape) -> EnumView:
    """The view of an enum."""
    names = enumerator_names(types, shape)
    starts = [0]
    for value in shape.enum_values:
        starts.append(starts[-1] + len(value.value.encode("utf-8")))
    return EnumView(
        name=types.names[shape.name],
        former=types.former(shape.name),
        prefix=types.names[shape.name].rstrip("_"),
        comment=comment(
            [
                prose(shape.documentation) or f"The model's enumeration `{shape.name}`.",
                types.note(shape.name),
            ],
            0,
        ),
        deprecated=deprecation_reason(shape.deprecated),
        enumerators=tuple(
            EnumeratorView(
                name=names[value.value],
                former=_former(value.value, names),
                comment=comment([prose(value.documentation)], 8),
                deprecated=deprecation_reason(value.deprecated),
                literal=literal(value.value),
            )
            for value in shape.enum_values
        ),
        starts=tuple(starts),
    )


def _former(value: str, names: Mapping[str, Cpp]) -> Cpp:
    former = former_name(naming.plain_enumerator_name(value), names[value])
    return EMPTY if former in names.values() else former
