# SPDX-License-Identifier: Apache-2.0
"""The common parts of members of structures and unions: comment, deprecation, row of the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from belfry_codegen.cpp.facts import facts
from belfry_codegen.cpp.text import comment, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

LOCATIONS = {
    ir.Location.BODY: "body",
    ir.Location.PAYLOAD: "payload",
    ir.Location.URI: "label",
    ir.Location.QUERY: "query",
    ir.Location.QUERY_MAP: "query_map",
    ir.Location.HEADER: "header",
    ir.Location.HEADERS: "header_prefix",
    ir.Location.STATUS_CODE: "status_code",
}
"""The enumerators of `Location`."""


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of a table of members."""

    name: str
    """A literal: the name on the wire."""
    timestamp_format: str
    """The enumerator of `TimestampFormat`; empty for the protocol's default and other types."""
    location: str
    """The enumerator of `Location`; empty for the body."""
    flags: tuple[str, ...]
    """Constants of `MemberFlags`."""


def row_view(types: TypeTable, member: ir.Member, bound: bool) -> RowView:
    """The row of a member; `bound` if members may be outside of the body."""
    outside = bound and member.location is not ir.Location.BODY
    return RowView(
        name=literal(member.wire_name),
        timestamp_format=types.timestamp_format(member),
        location=LOCATIONS[member.location] if outside else "",
        flags=tuple(member_flags(types, member)),
    )


def member_flags(types: TypeTable, member: ir.Member) -> Iterator[str]:
    """The constants of `MemberFlags` that apply to a member."""
    target = types.shapes[member.target]
    if member.required:
        yield "required"
    if member.idempotency_token:
        yield "idempotency_token"
    if member.sensitive:
        yield "sensitive"
    if member.host_label:
        yield "host_label"
    if member.json_value:
        yield "json_value"
    if member.streaming and target.kind is ir.Kind.BLOB:
        yield "streaming"
    if target.requires_length:
        yield "requires_length"
    if member.lenient:
        yield "lenient"


def member_comment(types: TypeTable, member: ir.Member) -> tuple[str, ...]:
    """The comment of a structure's member."""
    text = prose(member.documentation) or prose(types.shapes[member.target].documentation)
    if member.required:
        text = f"**Required.** {text}"
    return comment([text, facts(types.shapes, member)], 4)


def member_deprecation(types: TypeTable, member: ir.Member) -> ir.Deprecation | None:
    """A member's own deprecation, or its target's if a C++ type cannot warn."""
    target = types.shapes[member.target]
    return member.deprecated or (target.deprecated if member.target not in types.names else None)
