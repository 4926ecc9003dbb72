# SPDX-License-Identifier: Apache-2.0
"""Facts about a member for its comment: where it travels, limits, units, defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.protocols import Protocol

_COUNTED = {
    ir.Kind.STRING: "characters",
    ir.Kind.ENUM: "characters",
    ir.Kind.BLOB: "bytes",
    ir.Kind.LIST: "elements",
    ir.Kind.MAP: "entries",
}
_TIMES = {
    ir.TimestampFormat.DATE_TIME: "Sent as an RFC 3339 date and time.",
    ir.TimestampFormat.EPOCH_SECONDS: "Sent as seconds since 1970.",
    ir.TimestampFormat.HTTP_DATE: "Sent as an HTTP date, in whole seconds.",
}
_LONGEST_PATTERN = 160


def binding(shape: ir.Shape, member: ir.Member, protocol: Protocol, bound: bool) -> str:
    """Where a member travels, and its name there; `bound` if members may be outside of the body."""
    name = f"`{member.wire_name}`"
    if shape.event and member.event_header:
        return f"Event header: {name}."
    if shape.event and member.event_payload:
        return "Payload of the event."
    if not bound or member.location is ir.Location.BODY:
        form = _form_name(member, protocol)
        return f"Body: {name}." if form == member.wire_name else f"Body: {name} in XML, `{form}` in forms."
    if member.location is ir.Location.URI:
        return f"Path: `{{{member.wire_name}}}`."
    return {
        ir.Location.PAYLOAD: "Body: all of it.",
        ir.Location.QUERY: f"Query: {name}.",
        ir.Location.QUERY_MAP: "Query: a parameter for each entry.",
        ir.Location.HEADER: f"Header: {name}.",
        ir.Location.HEADERS: f"Headers: {name} and the key of each entry."
        if member.wire_name
        else "Headers.",
        ir.Location.STATUS_CODE: "Status of the response.",
    }[member.location]


def _form_name(member: ir.Member, protocol: Protocol) -> str:
    """The member's name in form data. EC2's, which has none for elements, begins with a capital."""
    if not protocol.form or protocol.element_names:
        return member.wire_name
    return member.xml.query_name or member.wire_name[:1].upper() + member.wire_name[1:]


def facts(shapes: Mapping[str, ir.Shape], member: ir.Member) -> str:
    """The facts about a member as sentences, or nothing."""
    target = shapes[member.target]
    limits = target.limits if member.limits == ir.Limits() else member.limits
    found = [_limits(limits, target.kind), _pattern(member.pattern or target.pattern)]
    for each, reference in (
        ("Each element", target.element),
        ("Each key", target.key),
        ("Each value", target.value),
    ):
        if reference is not None:
            item = shapes[reference.target]
            found.append(_each(each, item))
    if target.kind is ir.Kind.TIMESTAMP and member.timestamp_format is not None:
        found.append(_TIMES[member.timestamp_format])
    if target.sparse:
        found.append("Elements may be null.")
    if member.idempotency_token:
        found.append("Filled in if absent.")
    if member.default is not None:
        found.append(f"Default: {json.dumps(member.default, ensure_ascii=False)}.")
    if member.streaming and target.kind is ir.Kind.BLOB:
        found.append("May be large.")
    if member.sensitive:
        found.append("Never printed.")
    return " ".join(fact for fact in found if fact)


def _each(each: str, item: ir.Shape) -> str:
    said = [
        fact[0].lower() + fact[1:-1]
        for fact in (_limits(item.limits, item.kind), _pattern(item.pattern))
        if fact
    ]
    return f"{each}: {', '.join(said)}." if said else ""


def _limits(limits: ir.Limits, kind: ir.Kind) -> str:
    low, high = limits.minimum, limits.maximum
    if low is None and high is None:
        return ""
    unit = _COUNTED.get(kind, "")
    if unit and low == 0:
        low = None
    if low is not None and high is not None:
        span = f"{low}" if low == high else f"{low} to {high}"
    elif high is not None:
        span = f"At most {high}"
    elif low is not None:
        span = f"At least {low}"
    else:
        return ""
    return f"{span} {unit}." if unit else f"{span}."


def _pattern(pattern: str | None) -> str:
    if pattern is None or len(pattern) > _LONGEST_PATTERN or "`" in pattern:
        return ""
    return f"Pattern `{pattern}`."
