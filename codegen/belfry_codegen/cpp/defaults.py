# SPDX-License-Identifier: Apache-2.0
"""Views of members' default values."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from belfry_codegen.cpp.code import EMPTY, Cpp, boolean, number
from belfry_codegen.cpp.text import bytes_literal, literal, one_line
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import dataclass

INTEGER_BITS = {
    ir.Kind.BYTE: 7,
    ir.Kind.SHORT: 15,
    ir.Kind.INTEGER: 31,
    ir.Kind.INT_ENUM: 31,
    ir.Kind.LONG: 63,
}
"""The bits of an integer, without its sign."""
_FLOATS = {ir.Kind.FLOAT: 3.4028234663852886e38, ir.Kind.DOUBLE: 1.7976931348623157e308}
"""The largest value."""
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799
"""The years 1 to 9999."""


@dataclass(frozen=True, slots=True)
class DefaultView:
    """A member's default. The template has a macro that writes each form."""

    form: str
    """`plain`, `empty`, `document`, `number`, `enumeration`, `blob` or `timestamp`."""
    type: Cpp = EMPTY
    """The C++ type of the value, if the form needs it."""
    value: Cpp = EMPTY
    """A literal."""
    size: int = 0
    """The size of a blob, in bytes."""
    seconds: int = 0
    """The seconds of a timestamp."""
    nanoseconds: int = 0


def default_view(types: TypeTable, shape: ir.Shape, member: ir.Member) -> DefaultView | None:
    """The view of a member's default; None if it does not have one.

    A default that is not a value of the member's type is an error, also where the view leaves it out, because
    comments have it.
    """
    if member.default is None or member.json_value:
        return None
    try:
        view = _view(types, member)
    except (ValueError, OverflowError, TypeError):
        where = f"shape '{shape.name}', member '{member.name}'"
        kind = types.shapes[member.target].kind.value
        what = f"the default {one_line(json.dumps(member.default))[:80]} is not a value of type {kind}"
        raise ModelError(types.namespace, where, what) from None
    # An absent stream is empty.
    return None if member.needs_box or member.streaming else view


def _view(types: TypeTable, member: ir.Member) -> DefaultView | None:
    value = member.default
    shape = types.shapes[member.target]
    plain = types.plain(member.target)
    if shape.kind in (ir.Kind.LIST, ir.Kind.MAP):
        # Smithy allows only empty defaults for them.
        return DefaultView("empty", plain)
    if shape.kind in (ir.Kind.DOCUMENT, ir.Kind.BIG_INTEGER, ir.Kind.BIG_DECIMAL):
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        return DefaultView("document", value=literal(text))
    if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
        return None
    return _simple(shape.kind, plain, value)


def _simple(kind: ir.Kind, plain: Cpp, value: Any) -> DefaultView:
    if kind is ir.Kind.BOOLEAN and isinstance(value, bool):
        return DefaultView("plain", value=boolean(value))
    if kind in INTEGER_BITS and fits_integer(kind, value):
        return DefaultView("number", plain, number(value))
    if kind in _FLOATS and fits_float(kind, value):
        return DefaultView("number", plain, number(float(value)))
    if kind is ir.Kind.TIMESTAMP:
        seconds, nanoseconds = moment(value)
        return DefaultView("timestamp", seconds=seconds, nanoseconds=nanoseconds)
    if kind not in _TEXTS or not isinstance(value, str):
        raise ValueError(value)
    return _TEXTS[kind](plain, value)


def fits_integer(kind: ir.Kind, value: Any) -> bool:
    """Whether a value of JSON is an integer that the type has."""
    limit = 1 << INTEGER_BITS[kind]
    return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit


def fits_float(kind: ir.Kind, value: Any) -> bool:
    """Whether a value of JSON is a number that the type has, or one near it."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _FLOATS[kind]


def _blob(_: str, value: str) -> DefaultView:
    data = base64.b64decode(value, validate=True)
    return DefaultView("blob", value=bytes_literal(data), size=len(data))


_TEXTS: dict[ir.Kind, Callable[[Cpp, str], DefaultView]] = {
    ir.Kind.ENUM: lambda plain, value: DefaultView("enumeration", plain, literal(value)),
    ir.Kind.STRING: lambda _, value: DefaultView("plain", value=literal(value)),
    ir.Kind.BLOB: _blob,
}
"""Defaults that are strings in the model."""


def moment(value: Any) -> tuple[int, int]:
    """The seconds and nanoseconds of a timestamp, which is a number or an ISO 8601 text in the model.

    Raises ValueError or OverflowError for all else, and for a year that does not have one to four digits: the
    formats in which times are sent have no others.
    """
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        value = parsed.replace(tzinfo=parsed.tzinfo or UTC).timestamp()
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ValueError(value)
    seconds = int(value // 1)
    nanoseconds = round((value - seconds) * 1_000_000_000)
    if nanoseconds == 1_000_000_000:
        seconds, nanoseconds = seconds + 1, 0
    if not _FIRST_SECOND <= seconds <= _LAST_SECOND:
        raise ValueError(value)
    return seconds, nanoseconds
