# SPDX-License-Identifier: Apache-2.0
"""Views of structures, unions and enums: everything that a template puts down, as strings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.defaults import initializer
from belfry_codegen.cpp.facts import facts
from belfry_codegen.cpp.text import comment, declared, deprecation_reason, filled, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.cpp.xml import XmlView, xml_view
from belfry_codegen.model import ir
from belfry_codegen.passes.references import targets

_LOCATIONS = {
    ir.Location.BODY: "body",
    ir.Location.PAYLOAD: "payload",
    ir.Location.URI: "label",
    ir.Location.QUERY: "query",
    ir.Location.QUERY_MAP: "query_map",
    ir.Location.HEADER: "header",
    ir.Location.HEADERS: "header_prefix",
    ir.Location.STATUS_CODE: "status_code",
}

_ENUM_MEMBERS = (
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


@dataclass(frozen=True, slots=True)
class MemberView:
    """A data member: its comment, and its declaration."""

    comment: tuple[str, ...]
    deprecated: str | None
    """The reason as a literal, empty where the model gives none; None for what is not deprecated."""
    declaration: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtrasView:
    """The tables that few shapes have; their names begin with `prefix`."""

    prefix: str
    fields: str
    member_names: tuple[str, ...]
    xml: XmlView | None


@dataclass(frozen=True, slots=True)
class StructureView:
    """A generated structure."""

    is_structure: bool
    is_union: bool
    is_enum: bool
    name: str
    literal: str
    comment: tuple[str, ...]
    deprecated: str | None
    required_tags: tuple[str, ...]
    members: tuple[MemberView, ...]
    description: tuple[str, ...]
    """`.name = "X"` and what else stands before the members."""
    count: int
    entries: tuple[tuple[str, ...], ...]
    extras: ExtrasView | None


@dataclass(frozen=True, slots=True)
class AccessorView:
    """The functions that set and read one member of a union."""

    comment: tuple[str, ...]
    deprecated: str | None
    number: int
    slot: str
    type: str
    setter: str
    getter: str
    boxed: bool


@dataclass(frozen=True, slots=True)
class UnionView:
    """A generated union."""

    is_structure: bool
    is_union: bool
    is_enum: bool
    name: str
    literal: str
    comment: tuple[str, ...]
    deprecated: str | None
    head: tuple[str, ...]
    friend: tuple[str, ...]
    accessors: tuple[AccessorView, ...]
    description: tuple[str, ...]
    count: int
    entries: tuple[tuple[str, ...], ...]
    extras: ExtrasView | None


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

    is_structure: bool
    is_union: bool
    is_enum: bool
    name: str
    comment: tuple[str, ...]
    deprecated: str | None
    enumerators: tuple[EnumeratorView, ...]
    starts: tuple[str, ...]
    """Lines of numbers: where among the values, one behind the other, each one starts and the last ends."""
    values_table: str
    count: int


ShapeView = StructureView | UnionView | EnumView


@dataclass(frozen=True, slots=True)
class Roles:
    """How operations use a service's structures."""

    inputs: Mapping[str, str]
    """Input shape, and the function that takes it."""
    outputs: Mapping[str, str]
    """Output shape, and the function that returns it."""
    input_only: frozenset[str]
    """Inputs that are nothing else."""

    def is_message(self, shape: ir.Shape) -> bool:
        """Whether the shape is bound to HTTP itself, rather than part of a body."""
        return shape.name in self.inputs or shape.name in self.outputs or shape.error is not None


def shape_view(types: TypeTable, roles: Roles, shape: ir.Shape) -> ShapeView:
    """The view of a structure, union or enum."""
    if shape.kind is ir.Kind.ENUM:
        return _enum_view(types, shape)
    if shape.kind is ir.Kind.UNION:
        return _union_view(types, shape)
    return _structure_view(types, roles, shape)


def _shape_comment(shape: ir.Shape, fallback: str) -> tuple[str, ...]:
    return comment([prose(shape.documentation) or fallback], 0)


def member_deprecation(types: TypeTable, member: ir.Member) -> ir.Deprecation | None:
    """A member's own deprecation, or its target's, where no C++ type of that name could warn."""
    target = types.shapes[member.target]
    return member.deprecated or (target.deprecated if member.target not in types.names else None)


def names_deprecated(types: TypeTable, shape: ir.Shape) -> bool:
    """Whether the shape's definition names anything that is deprecated."""
    return (
        shape.deprecated is not None
        or any(value.deprecated for value in shape.enum_values)
        or any(member_deprecation(types, member) for member in shape.members)
        or any(types.shapes[name].deprecated for name in types.named_targets(targets(shape)))
    )


def _structure_view(types: TypeTable, roles: Roles, shape: ir.Shape) -> StructureView:
    name = types.names[shape.name]
    names = naming.member_names([member.name for member in shape.members], (name,))
    strict = shape.name in roles.input_only
    # Of an event only the document of what is left is a body, whatever the protocol is.
    bound = shape.event or (types.protocol.http_bindings and roles.is_message(shape))
    members = []
    entries = []
    tags = []
    for member in shape.members:
        own = names[member.name]
        if strict and member.required and not member.idempotency_token:
            tags.append(own)
            kind = f"::belfry::Required<{types.value(member)}, {name}, required::{own}>"
            declaration = declared(kind, f"{own};", 4)
        else:
            declaration = declared(types.slot(member), f"{own}{{{initializer(types, member)}}};", 4)
        reason = deprecation_reason(member_deprecation(types, member))
        members.append(MemberView(_member_comment(types, member), reason, declaration))
        slot = _type_of(f"decltype(S::{own})", types.traits(member))
        entries.append(_entry(types, member, slot, f"offsetof(S, {own})", bound))
    return StructureView(
        is_structure=True,
        is_union=False,
        is_enum=False,
        name=name,
        literal=literal(shape.name),
        comment=_shape_comment(shape, _role(roles, shape)),
        deprecated=deprecation_reason(shape.deprecated),
        required_tags=tuple(tags),
        members=tuple(members),
        description=_description(types, shape),
        count=len(shape.members),
        entries=tuple(entries),
        extras=_extras(types, shape),
    )


def _role(roles: Roles, shape: ir.Shape) -> str:
    if shape.name in roles.inputs:
        return f"Input of `Client::{roles.inputs[shape.name]}`."
    if shape.name in roles.outputs:
        return f"What `Client::{roles.outputs[shape.name]}` returns."
    if shape.error is not None:
        status = f" with HTTP status {shape.error.http_status}" if shape.error.http_status else ""
        return f"The service's error `{shape.error.code}`{status}."
    return f"The model's structure `{shape.name}`."


def _member_comment(types: TypeTable, member: ir.Member) -> tuple[str, ...]:
    text = prose(member.documentation) or prose(types.shapes[member.target].documentation)
    if member.required:
        text = f"**Required.** {text}"
    return comment([text, facts(types.shapes, member)], 4)


def _type_of(slot: str, traits: str) -> tuple[str, ...]:
    return (f"::belfry::type_of<{slot}", f"{traits}>") if traits else (f"::belfry::type_of<{slot}>",)


def _entry(
    types: TypeTable, member: ir.Member, slot: tuple[str, ...], offset: str, bound: bool
) -> tuple[str, ...]:
    parts = [literal(member.wire_name), *slot, offset]
    target = types.shapes[member.target]
    flags = [
        name
        for name, is_set in (
            ("required", member.required),
            ("idempotency_token", member.idempotency_token),
            ("sensitive", member.sensitive or types.leaf_is_sensitive(member.target)),
            ("host_label", member.host_label),
            ("json_value", member.json_value),
            ("streaming", member.streaming and target.kind is ir.Kind.BLOB),
            ("requires_length", target.requires_length),
            ("lenient", member.lenient),
        )
        if is_set
    ]
    location = member.location if bound else ir.Location.BODY
    if location is not ir.Location.BODY or flags:
        parts.append(f"::belfry::Location::{_LOCATIONS[location]}")
    if flags:
        parts.append(" | ".join(f"::belfry::MemberFlags::{name}" for name in flags))
    return filled("{", parts, "},", 12)


def _description(types: TypeTable, shape: ir.Shape) -> tuple[str, ...]:
    """What comes before and after the members; aggregates are initialised in the order of their fields."""
    found = []
    if shape.error is not None:
        found.append(f".error_code = {literal(shape.error.code)}")
        if shape.error.http_status is not None:
            found.append(f".error_status = {shape.error.http_status}")
    if _extras(types, shape) is not None:
        found.append(f".extras = &detail::{_table(types, shape, 'extras')}")
    return tuple(found)


def _extras(types: TypeTable, shape: ir.Shape) -> ExtrasView | None:
    prefix = types.names[shape.name].rstrip("_")
    names = _model_names(shape)
    xml = xml_view(types.shapes, shape, prefix) if types.protocol.xml else None
    fields = []
    if names:
        fields.append(f".member_names = {prefix}_member_names")
    if xml is not None:
        fields.append(f".xml = &{prefix}_xml")
    return ExtrasView(prefix, ", ".join(fields), names, xml) if fields else None


def _model_names(shape: ir.Shape) -> tuple[str, ...]:
    """The members' names, if one of them is not its wire name."""
    if all(member.name == member.wire_name for member in shape.members):
        return ()
    return tuple(literal(member.name) for member in shape.members)


def _table(types: TypeTable, shape: ir.Shape, what: str) -> str:
    return f"{types.names[shape.name].rstrip('_')}_{what}"


def _union_view(types: TypeTable, shape: ir.Shape) -> UnionView:
    name = types.names[shape.name]
    plain = [(member.name, naming.plain_member_name(member.name)) for member in shape.members]
    names = naming.unique(plain, ("unknown",))
    accessors = []
    entries = []
    for number, member in enumerate(shape.members):
        slot = types.value(member)
        accessors.append(
            AccessorView(
                comment=comment(
                    [f"Holds `{member.name}`. {prose(member.documentation)}", facts(types.shapes, member)], 4
                ),
                deprecated=deprecation_reason(member_deprecation(types, member)),
                number=number,
                slot=slot,
                type=types.plain(member.target) if member.needs_box else slot,
                setter=f"from_{names[member.name]}",
                getter=f"as_{names[member.name]}",
                boxed=member.needs_box,
            )
        )
        entries.append(
            _entry(
                types,
                member,
                _type_of(f"typename S::template Slot<{number}>", types.traits(member)),
                "0",
                False,
            )
        )
    slots = [name, *(accessor.slot for accessor in accessors)]
    return UnionView(
        is_structure=False,
        is_union=True,
        is_enum=False,
        name=name,
        literal=literal(shape.name),
        comment=_shape_comment(shape, f"The model's union `{shape.name}`: one of its members, or none."),
        deprecated=deprecation_reason(shape.deprecated),
        head=filled(f"class {name} : public ::belfry::Union<", slots, "> {", 0),
        friend=filled("friend ::belfry::Union<", slots, ">;", 4),
        accessors=tuple(accessors),
        description=_description(types, shape),
        count=len(shape.members),
        entries=tuple(entries),
        extras=_extras(types, shape),
    )


def enumerator_names(types: TypeTable, shape: ir.Shape) -> dict[str, str]:
    """The C++ name of each constant of an enum, by its value."""
    values = [value.value for value in shape.enum_values]
    return naming.enumerator_names(values, (*_ENUM_MEMBERS, types.names[shape.name]))


def _enum_view(types: TypeTable, shape: ir.Shape) -> EnumView:
    name = types.names[shape.name]
    values = [value.value for value in shape.enum_values]
    names = enumerator_names(types, shape)
    enumerators = tuple(
        EnumeratorView(
            name=names[value.value],
            comment=comment([prose(value.documentation)], 8),
            deprecated=deprecation_reason(value.deprecated),
            literal=literal(value.value),
        )
        for value in shape.enum_values
    )
    return EnumView(
        is_structure=False,
        is_union=False,
        is_enum=True,
        name=name,
        comment=_shape_comment(shape, f"The model's enumeration `{shape.name}`."),
        deprecated=deprecation_reason(shape.deprecated),
        enumerators=enumerators,
        starts=_starts(values),
        values_table=_table(types, shape, "values"),
        count=len(enumerators),
    )


def _starts(values: list[str]) -> tuple[str, ...]:
    starts = [0]
    for value in values:
        starts.append(starts[-1] + len(value.encode("utf-8")))
    return filled("", [str(start) for start in starts], ",", 4)
