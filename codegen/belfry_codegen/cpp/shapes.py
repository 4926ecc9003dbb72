# SPDX-License-Identifier: Apache-2.0
"""Views of structures and unions."""

from __future__ import annotations

from typing import ClassVar

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.defaults import DefaultView, default_view
from belfry_codegen.cpp.enums import EnumView, enum_view
from belfry_codegen.cpp.facts import binding, facts
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.members import (
    RowView,
    member_comment,
    member_deprecation,
    renaming,
    row_view,
)
from belfry_codegen.cpp.roles import Roles
from belfry_codegen.cpp.text import comment, deprecation_reason, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.cpp.xml import XmlView, xml_view
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass
from belfry_codegen.passes.references import targets


@dataclass(frozen=True, slots=True)
class ExtrasView:
    """The tables that few shapes have."""

    prefix: Cpp
    """The prefix of their names."""
    member_names: tuple[Cpp, ...]
    xml: XmlView | None


@dataclass(frozen=True, slots=True)
class DescriptionView:
    """The table that describes a structure or union."""

    name: Cpp
    """A literal: the model's name."""
    rows: tuple[RowView, ...]
    names_locations: bool
    """Whether any row has a location, and the same for the other columns."""
    names_flags: bool
    names_formats: bool
    error_code: Cpp
    """A literal; empty if it is not an exception."""
    error_status: int | None
    extras: ExtrasView | None


@dataclass(frozen=True, slots=True)
class MemberView:
    """A data member of a structure."""

    name: Cpp
    type: Cpp
    required: bool
    """Whether code that leaves it out does not compile."""
    default: DefaultView | None
    comment: tuple[Cpp, ...]
    deprecated: Cpp | None
    """The reason as a literal, empty if the model does not give one; None if not deprecated."""


@dataclass(frozen=True, slots=True)
class StructureView:
    """A generated structure."""

    kind: ClassVar[str] = "structure"

    name: Cpp
    former: Cpp
    """The name in version 0.1.0, if it was another one."""
    comment: tuple[Cpp, ...]
    deprecated: Cpp | None
    members: tuple[MemberView, ...]
    description: DescriptionView


@dataclass(frozen=True, slots=True)
class AccessorView:
    """The functions that set and read one member of a union."""

    comment: tuple[Cpp, ...]
    deprecated: Cpp | None
    slot: Cpp
    type: Cpp
    name: Cpp
    boxed: bool


@dataclass(frozen=True, slots=True)
class UnionView:
    """A generated union."""

    kind: ClassVar[str] = "union"

    name: Cpp
    former: Cpp
    """The name in version 0.1.0, if it was another one."""
    comment: tuple[Cpp, ...]
    deprecated: Cpp | None
    accessors: tuple[AccessorView, ...]
    description: DescriptionView


ShapeView = StructureView | UnionView | EnumView


def shape_view(types: TypeTable, roles: Roles, shape: ir.Shape, includes: Includes) -> ShapeView:
    """The view of a structure, union or enum."""
    if shape.kind is ir.Kind.ENUM:
        includes.use("OpenEnum")
        return enum_view(types, shape)
    if any(map(types.is_streaming, shape.members)):
        includes.use("StreamingBlob")
    if shape.kind is ir.Kind.UNION:
        includes.use("Union")
        return union_view(types, shape)
    includes.use("type_of")
    return structure_view(types, roles, shape)


def names_deprecated(types: TypeTable, shape: ir.Shape) -> bool:
    """Whether the shape's definition names anything that is deprecated."""
    return (
        shape.deprecated is not None
        or any(value.deprecated for value in shape.enum_values)
        or any(member_deprecation(types, member) for member in shape.members)
        or any(types.shapes[name].deprecated for name in types.named_targets(targets(shape)))
    )


def structure_view(types: TypeTable, roles: Roles, shape: ir.Shape) -> StructureView:
    """The view of a structure."""
    name = types.names[shape.name]
    names = naming.member_names([member.name for member in shape.members], (name,))
    strict = shape.name in roles.input_only
    # In an event only the members of the payload document are in the body, for every protocol.
    bound = shape.event or (types.protocol.http_bindings and roles.is_message(shape))
    members = []
    for member in shape.members:
        required = strict and member.required and not member.idempotency_token
        default = default_view(types, shape, member)
        members.append(
            MemberView(
                name=names[member.name],
                type=types.value(member) if required else types.slot(member),
                required=required,
                default=None if required else default,
                comment=member_comment(types, shape, member, names[member.name], bound),
                deprecated=deprecation_reason(member_deprecation(types, member)),
            )
        )
    return StructureView(
        name=name,
        former=types.former(shape.name),
        comment=comment([prose(shape.documentation) or _role(roles, shape), types.note(shape.name)], 0),
        deprecated=deprecation_reason(shape.deprecated),
        members=tuple(members),
        description=_description(types, shape, bound),
    )


def _role(roles: Roles, shape: ir.Shape) -> str:
    if shape.name in roles.inputs:
        return f"Input of `Client::{roles.inputs[shape.name]}`."
    if shape.name in roles.outputs:
        return f"Output of `Client::{roles.outputs[shape.name]}`."
    if shape.error is not None:
        status = f" with HTTP status {shape.error.http_status}" if shape.error.http_status else ""
        return f"The service's error `{shape.error.code}`{status}."
    return f"The model's structure `{shape.name}`."


def union_view(types: TypeTable, shape: ir.Shape) -> UnionView:
    """The view of a union."""
    plain = [(member.name, naming.plain_member_name(member.name)) for member in shape.members]
    names = naming.unique(plain, ("unknown",))
    inside = types.in_union()
    accessors = []
    for member in shape.members:
        # A union's member has none in the code, but in its comment.
        default_view(types, shape, member)
        slot = inside.value(member)
        about = [
            f"Holds `{member.name}`. {prose(member.documentation)}",
            f"{binding(shape, member, types.protocol, False)} {facts(types.shapes, member)}",
            renaming(member, names[member.name]),
        ]
        accessors.append(
            AccessorView(
                comment=comment(about, 4),
                deprecated=deprecation_reason(member_deprecation(types, member)),
                slot=slot,
                type=inside.plain(member.target) if member.needs_box else slot,
                name=names[member.name],
                boxed=member.needs_box,
            )
        )
    fallback = f"The model's union `{shape.name}`: one of its members, or none."
    return UnionView(
        name=types.names[shape.name],
        former=types.former(shape.name),
        comment=comment([prose(shape.documentation) or fallback, types.note(shape.name)], 0),
        deprecated=deprecation_reason(shape.deprecated),
        accessors=tuple(accessors),
        description=_description(types, shape, False),
    )


def _description(types: TypeTable, shape: ir.Shape, bound: bool) -> DescriptionView:
    rows = tuple(row_view(types, member, bound) for member in shape.members)
    return DescriptionView(
        name=literal(shape.name),
        rows=rows,
        names_locations=any(row.location for row in rows),
        names_flags=any(row.flags for row in rows),
        names_formats=any(row.timestamp_format for row in rows),
        error_code=literal(shape.error.code) if shape.error is not None else EMPTY,
        error_status=shape.error.http_status if shape.error is not None else None,
        extras=_extras(types, shape),
    )


def _extras(types: TypeTable, shape: ir.Shape) -> ExtrasView | None:
    names: tuple[Cpp, ...] = ()
    if any(member.name != member.wire_name for member in shape.members):
        names = tuple(literal(member.name) for member in shape.members)
    xml = xml_view(types.shapes, shape) if types.protocol.xml else None
    if not names and xml is None:
        return None
    return ExtrasView(types.names[shape.name].rstrip("_"), names, xml)
