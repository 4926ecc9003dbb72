# SPDX-License-Identifier: Apache-2.0
"""What a member holds before anybody sets it, if the model gives it a default."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from belfry_codegen.cpp.text import literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

_INTEGERS = {
    ir.Kind.BYTE: "::std::int8_t",
    ir.Kind.SHORT: "::std::int16_t",
    ir.Kind.INTEGER: "::std::int32_t",
    ir.Kind.INT_ENUM: "::std::int32_t",
    ir.Kind.LONG: "::std::int64_t",
}
_FLOATS = {ir.Kind.FLOAT: "float", ir.Kind.DOUBLE: "double"}


def initializer(types: TypeTable, member: ir.Member) -> str:
    """The expression for a member's default; empty where it has none."""
    value = member.default
    # A stream that is left out is an empty one.
    if value is None or member.json_value or member.needs_box or member.streaming:
        return ""
    shape = types.shapes[member.target]
    plain = types.plain(member.target)
    if shape.kind in (ir.Kind.LIST, ir.Kind.MAP):
        # Smithy allows no other default for them than the empty one.
        return f"::std::initializer_list<{plain}::value_type>{{}}"
    if shape.kind in (ir.Kind.DOCUMENT, ir.Kind.BIG_INTEGER, ir.Kind.BIG_DECIMAL):
        return f"::belfry::Document({literal(json.dumps(value, ensure_ascii=False))})"
    return _simple(shape.kind, plain, value)


def _simple(kind: ir.Kind, plain: str, value: Any) -> str:
    if kind is ir.Kind.BOOLEAN and isinstance(value, bool):
        return str(value).lower()
    if kind in _INTEGERS and isinstance(value, int):
        return f"static_cast<{_INTEGERS[kind]}>({value})"
    if kind in _FLOATS and isinstance(value, (int, float)):
        return f"static_cast<{_FLOATS[kind]}>({float(value)!r})"
    if kind is ir.Kind.TIMESTAMP:
        return _timestamp(value)
    if not isinstance(value, str):
        return ""
    if kind is ir.Kind.ENUM:
        return f"{plain}(::std::string_view({literal(value)}))"
    if kind is ir.Kind.BLOB:
        size = len(base64.b64decode(value))
        escaped = "".join(f"\\{byte:03o}" for byte in base64.b64decode(value))
        return f'::belfry::Blob(::std::string_view("{escaped}", {size}))'
    return literal(value) if kind is ir.Kind.STRING else ""


def _timestamp(value: Any) -> str:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        value = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
    seconds = int(value // 1)
    nanoseconds = round((value - seconds) * 1_000_000_000)
    return f"::belfry::Timestamp{{{seconds}, {nanoseconds}}}"
