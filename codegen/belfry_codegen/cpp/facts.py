# SPDX-License-Identifier: Apache-2.0
"""Facts about a member for its comment: limits, units, defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping

from belfry_codegen.model import ir

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
