# SPDX-License-Identifier: Apache-2.0
"""The common parts of members of structures and unions: comment, deprecation, row of the table."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp, fixed
from belfry_codegen.cpp.facts import binding, facts
from belfry_codegen.cpp.reserved import former_name
from belfry_codegen.cpp.text import comment, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

LOCATIONS = fixed(
    {
        ir.Location.BODY: "body",
        ir.Location.PAYLOAD: "payload",
        ir.Location.URI: "label",
        ir.Location.QUERY: "query",
        ir.Location.QUERY_MAP: "query_map",
        ir.Location.HEADER: "header",
        ir.Location.HEADERS: "header_prefix",
        ir.Location.STATUS_CODE: "status_code",
    }
)
"""The enumerators of `Location`."""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a table of members."""

    name: Cpp
    """A literal: the name on the wire."""
    timestamp_format: Cpp
    """The enumerator of `TimestampFormat`; empty for the protocol's default and other types."""
    location: Cpp
    """The enumerator of `Location`; empty for the body."""
    flags: tuple[Cpp, ...]
    """Constants of `MemberFlags`."""


def row_view(types: TypeTable, member: ir.Member, bound: bool) -> RowView:
    """The row of a member; `bound` if members may be outside of the body."""
    outside = bound and member.location is not ir.Location.BODY
    return RowView(
        name=literal(member.wire_name),
        timestamp_format=types.timestamp_format(member),
        location=LOCATIONS[member.location] if outside else EMPTY,
        flags=tuple(member_flags(types, member)),
    )


def member_flags(types: TypeTable, member: ir.Member) -> Iterator[Cpp]:
    """The constants of `MemberFlags` that apply to a member."""
    target = types.shapes[member.target]
    if member.required:
        yield Cpp("required")
    if member.idempotency_token:
        yield Cpp("idempotency_token")
    if member.sensitive:
        yield Cpp("sensitive")
    if member.host_label:
        yield Cpp("host_label")
    if member.json_value:
        yield Cpp("json_value")
    if member.streaming and target.kind is ir.Kind.BLOB:
        yield Cpp("streaming")
    if target.requires_length:
        yield Cpp("requires_length")
    if member.lenient:
        yield Cpp("lenient")


def member_comment(
    types: TypeTable, shape: ir.Shape, member: ir.Member, name: str, bound: bool
) -> tuple[Cpp, ...]:
    """The comment of a structure's member; `bound` if members may be outside of the body."""
    text = prose(member.documentation) or prose(types.shapes[member.target].documentation)
    if member.required:
        text = f"**Required.** {text}"
    where = binding(shape, member, types.protocol, bound)
    return comment([text, f"{where} {facts(types.shapes, member)}", renaming(member, name)], 4)


def renaming(member: ir.Member, name: str) -> str:
    """A sentence with the member's name in version 0.1.0, if it was another one: a member cannot have two."""
    word = naming.plain_member_name(member.name)
    former = naming.plain_function_name(member.name)
    if former == word:
        former = former_name(word, name)
    return f"Its name was `{former}` in 0.1.0." if former else ""


def member_deprecation(types: TypeTable, member: ir.Member) -> ir.Deprecation | None:
    """A member's own deprecation, or its target's if a C++ type cannot warn."""
    target = types.shapes[member.target]
    return member.deprecated or (target.deprecated if member.target not in types.names else None)
