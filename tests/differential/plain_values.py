# SPDX-License-Identifier: Apache-2.0
"""Converts values to the wire program's form, and to a form in which both sides are compared."""

from __future__ import annotations

import base64
import datetime
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from botocore.parsers import RpcV2CBORParser
from botocore.utils import is_json_value_header
from botocore_judge import Shape

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def to_wire(shape: Shape | None, value: Any) -> Any:
    """botocore's form of a value in the wire program's form of it."""
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if is_json_value_header(shape) or (kind == "structure" and shape.is_document_type):
        return value
    if kind == "structure":
        return {name: to_wire(shape.members[name], member) for name, member in value.items()}
    if kind == "list":
        return [to_wire(shape.member, item) for item in value]
    if kind == "map":
        return {key: to_wire(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        return base64.b64encode(value).decode()
    if kind == "timestamp":
        micros = _micros(value)
        return micros // 1_000_000 if micros % 1_000_000 == 0 else micros / 1_000_000
    if kind in ("float", "double"):
        return _number_name(value) or value
    return value


def from_botocore(shape: Shape | None, value: Any) -> Any:
    """botocore's parsed output as a comparable value."""
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if is_json_value_header(shape) or (kind == "structure" and shape.is_document_type):
        return value
    if kind == "structure":
        return {
            name: from_botocore(shape.members[name], member) if name in shape.members else member
            for name, member in value.items()
        }
    if kind == "list":
        return [from_botocore(shape.member, item) for item in value]
    if kind == "map":
        return {key: from_botocore(shape.value, item) for key, item in value.items()}
    if kind == "blob":
        data = value.read() if hasattr(value, "read") else value
        return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()
    if kind == "timestamp":
        return _micros(value)
    if kind in ("float", "double"):
        return _number_name(value) or float(value)
    return value


def from_wire(shape: Shape | None, value: Any) -> Any:
    """The wire program's output as a comparable value, with exact decimals."""
    if shape is None or value is None:
        return value
    kind = shape.type_name
    if is_json_value_header(shape) or (kind == "structure" and shape.is_document_type):
        return _plain(value)
    if kind == "structure":
        return {
            name: from_wire(shape.members[name], member) if name in shape.members else _plain(member)
            for name, member in value.items()
        }
    if kind == "list":
        return [from_wire(shape.member, item) for item in value]
    if kind == "map":
        return {key: from_wire(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        micros = Fraction(value) * 1_000_000
        return int(micros) if micros.denominator == 1 else micros
    if kind in ("float", "double"):
        return value if isinstance(value, str) else float(value)
    return value


def from_cbor(body: bytes) -> Any:
    """The result of botocore's CBOR reader in a form that can be compared; it must be all of it."""
    reader = RpcV2CBORParser()
    stream = reader.get_peekable_stream_from_bytes(body)
    found = reader.parse_data_item(stream)
    assert stream.read() == b"", "there is more than one item"
    return _with_exact_numbers(found)


def _with_exact_numbers(value: Any) -> Any:
    """Numbers in a form in which NaN equals NaN, and 1 differs from 1.0."""
    if isinstance(value, float):
        return f"float {value!r}"
    if isinstance(value, dict):
        return {key: _with_exact_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_exact_numbers(item) for item in value]
    return value


def _micros(value: datetime.datetime) -> int:
    return (value - _EPOCH) // datetime.timedelta(microseconds=1)


def _number_name(value: float | str) -> str | None:
    # botocore keeps the strings of numbers that JSON cannot represent.
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
