# SPDX-License-Identifier: Apache-2.0
"""Random CBOR responses of Smithy's RPC v2, in all encodings of CBOR."""

from __future__ import annotations

import math
import random
import struct
from dataclasses import dataclass, replace
from typing import Any

from botocore_judge import Response, Shape
from random_responses import Responses

_PROTOCOL = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
_WIDTHS = ((24, 1), (25, 2), (26, 4), (27, 8))
_INDEFINITE = 31
_BREAK = b"\xff"


@dataclass(frozen=True)
class Time:
    """Epoch seconds, which CBOR has a tag for."""

    seconds: float


class CborResponses(Responses):
    """A source of responses; equal seeds give equal responses."""

    _maps_around = 0

    def success(self, operation: Any) -> Response:
        """A success of an operation."""
        headers = {"x-amzn-RequestId": self._characters("0123456789abcdef-", 36, 36), **_PROTOCOL}
        shape = operation.output_shape
        if shape is None:
            return Response(200, headers, self.random.choice((b"", b"\xa0", b"\xbf\xff")))
        return Response(200, headers, self._encoded(self._members(shape, 0)))

    def rpc_failure(self, shape: Shape | None, status: int, code: str) -> Response:
        """An exception, modelled if there is a shape: its name is in `__type`."""
        made = super().rpc_failure(shape, status, code)
        return replace(made, headers={**made.headers, **_PROTOCOL})

    def _value(self, shape: Shape, depth: int) -> Any:
        kind = shape.type_name
        if kind == "blob":
            return self.random.randbytes(self.random.randint(0, 40))
        if kind == "timestamp":
            return Time(self._time(whole=False).timestamp())
        if kind in ("float", "double"):
            return self.value(shape)
        if kind == "map":
            self._maps_around += 1
            made = super()._value(shape, depth)
            self._maps_around -= 1
            return made
        return super()._value(shape, depth)

    def _members(self, shape: Shape, depth: int) -> dict[str, Any]:
        made = super()._members(shape, depth)
        # Known difference: botocore does not parse the values of a map.
        if self._maps_around:
            made.pop("NotInTheModel", None)
        return made

    def _encoded(self, body: Any) -> bytes:
        return encode(self.random, body)


def encode(source: random.Random, value: Any) -> bytes:
    """One of the encodings of a value (RFC 8949): not always the shortest, and not always of known length."""
    if value is None:
        return source.choice((b"\xf6", b"\xf6", b"\xf7"))
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(source, 0, value) if value >= 0 else _head(source, 1, -1 - value)
    if isinstance(value, float):
        return _number(source, value)
    if isinstance(value, Time):
        seconds = int(value.seconds) if value.seconds.is_integer() else value.seconds
        return _head(source, 6, 1) + encode(source, seconds)
    if isinstance(value, bytes):
        return _string(source, 2, [value[at : at + 7] for at in range(0, len(value), 7)])
    if isinstance(value, str):
        return _string(source, 3, [value[at : at + 5].encode() for at in range(0, len(value), 5)])
    if isinstance(value, list):
        return _items(source, 4, [encode(source, item) for item in value])
    return _items(source, 5, [encode(source, key) + encode(source, item) for key, item in value.items()])


def _head(source: random.Random, major: int, number: int) -> bytes:
    fitting = [(info, size) for info, size in _WIDTHS if number < 256**size]
    if number < 24 and source.random() < 0.9:
        return bytes([major << 5 | number])
    info, size = fitting[0] if source.random() < 0.8 else source.choice(fitting)
    return bytes([major << 5 | info]) + number.to_bytes(size, "big")


def _number(source: random.Random, value: float) -> bytes:
    if value.is_integer() and abs(value) < 2**53 and source.random() < 0.3:
        return encode(source, int(value))
    exact = [b"\xfb" + struct.pack(">d", value)]
    for code, initial in (("e", b"\xf9"), ("f", b"\xfa")):
        try:
            packed = struct.pack(">" + code, value)
        except OverflowError:
            continue
        back = struct.unpack(">" + code, packed)[0]
        if back == value or math.isnan(value):
            exact.append(initial + packed)
    return source.choice(exact)


def _string(source: random.Random, major: int, pieces: list[bytes]) -> bytes:
    if source.random() < 0.85:
        whole = b"".join(pieces)
        return _head(source, major, len(whole)) + whole
    parts = b"".join(_head(source, major, len(piece)) + piece for piece in pieces)
    return bytes([major << 5 | _INDEFINITE]) + parts + _BREAK


def _items(source: random.Random, major: int, items: list[bytes]) -> bytes:
    if source.random() < 0.7:
        return _head(source, major, len(items)) + b"".join(items)
    return bytes([major << 5 | _INDEFINITE]) + b"".join(items) + _BREAK
