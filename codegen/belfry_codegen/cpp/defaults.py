# SPDX-License-Identifier: Apache-2.0
"""Views of members' default values."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from belfry_codegen.cpp.text import bytes_literal, literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

_INTEGERS = (ir.Kind.BYTE, ir.Kind.SHORT, ir.Kind.INTEGER, ir.Kind.INT_ENUM, ir.Kind.LONG)
_FLOATS = (ir.Kind.FLOAT, ir.Kind.DOUBLE)


@dataclass(frozen=True, slots=True)
class DefaultView:
    """A member's default. The template has a macro that writes each form."""

    form: str
    """`plain`, `empty`, `document`, `number`, `enumeration`, `blob` or `timestamp`."""
    type: str = ""
    """The C++ type of the value, if the form needs it."""
    value: str = ""
    """A literal."""
    size: int = 0
    """The size of a blob, in bytes."""
    seconds: int = 0
    """The seconds of a timestamp."""
    nanoseconds: int = 0


def default_view(types: TypeTable, member: ir.Member) -> DefaultView | None:
    """The view of a member's default; None if it does not have one."""
    value = member.default
    # An absent stream is empty.
    if value is None or member.json_value or member.needs_box or member.streaming:
        return None
    shape = types.shapes[member.target]
    plain = types.plain(member.target)
    if shape.kind in (ir.Kind.LIST, ir.Kind.MAP):
        # Smithy allows only empty defaults for them.
        return DefaultView("empty", plain)
    if shape.kind in (ir.Kind.DOCUMENT, ir.Kind.BIG_INTEGER, ir.Kind.BIG_DECIMAL):
        return DefaultView("document", value=literal(json.dumps(value, ensure_ascii=False)))
    return _simple(shape.kind, plain, value)


def _simple(kind: ir.Kind, plain: str, value: Any) -> DefaultView | None:
    if kind is ir.Kind.BOOLEAN and isinstance(value, bool):
        return DefaultView("plain", value=str(value).lower())
    if kind in _INTEGERS and isinstance(value, int):
        return DefaultView("number", plain, str(int(value)))
    if kind in _FLOATS and isinstance(value, (int, float)):
        return DefaultView("number", plain, repr(float(value)))
    if kind is ir.Kind.TIMESTAMP:
        seconds, nanoseconds = moment(value)
        return DefaultView("timestamp", seconds=seconds, nanoseconds=nanoseconds)
    if not isinstance(value, str):
        return None
    write = _TEXTS.get(kind)
    return write(plain, value) if write is not None else None


def _blob(_: str, value: str) -> DefaultView:
    data = base64.b64decode(value)
    return DefaultView("blob", value=bytes_literal(data), size=len(data))


_TEXTS: dict[ir.Kind, Callable[[str, str], DefaultView]] = {
    ir.Kind.ENUM: lambda plain, value: DefaultView("enumeration", plain, literal(value)),
    ir.Kind.STRING: lambda _, value: DefaultView("plain", value=literal(value)),
    ir.Kind.BLOB: _blob,
}
"""Defaults that are strings in the model."""


def moment(value: Any) -> tuple[int, int]:
    """The seconds and nanoseconds of a timestamp, which is a number or an ISO 8601 text in the model."""
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        value = parsed.replace(tzinfo=parsed.tzinfo or UTC).timestamp()
    seconds = int(value // 1)
    return seconds, round((value - seconds) * 1_000_000_000)
