# SPDX-License-Identifier: Apache-2.0
"""Values for sample calls, as JSON with the model's names of members.

A timestamp is its text in RFC 3339, a blob its text, and a document any JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.defaults import INTEGER_BITS
from belfry_codegen.model import ir

TIME = "2026-01-02T03:04:05Z"
TOKEN = "b5bd1ffe-5c4e-4ea1-8f4a-0a1f0c2b3d4e"
"""Stands for the idempotency token that a client makes."""
_NUMBER = 123
_DEPTH = 24
"""No sample is deeper: a model may nest as deep as it likes without recursion."""
_FRACTIONAL = (ir.Kind.FLOAT, ir.Kind.DOUBLE)
_STRUCTURES = (ir.Kind.STRUCTURE, ir.Kind.UNION)


def sample(shapes: Mapping[str, ir.Shape], shape: str) -> dict[str, Any]:
    """A value of that structure with its required members, whose texts are the members' own names."""
    value = _Sampler(shapes, True, 0).value(shape, "")
    assert isinstance(value, dict), "the inputs of operations are structures"
    return value


def complete_sample(shapes: Mapping[str, ir.Shape], shape: str, most: int) -> dict[str, Any]:
    """A value of that structure with each member, and each member of structures in it.

    A structure in itself is left out. Beyond `most` values, structures that were already shown are left out.
    """
    value = _Sampler(shapes, False, most).value(shape, "")
    assert isinstance(value, dict), "the inputs of operations are structures"
    return value


class _Sampler:
    def __init__(self, shapes: Mapping[str, ir.Shape], minimal: bool, most: int) -> None:
        self._shapes = shapes
        self._minimal = minimal
        self._left = most
        self._open: list[str] = []
        self._shown: set[str] = set()

    def value(self, target: str, name: str, limits: ir.Limits | None = None) -> Any:
        """A value; None if there is none to be shown."""
        shape = self._shapes[target]
        self._left -= 1
        if shape.kind in _STRUCTURES:
            return self._structure(shape)
        if shape.element is not None:
            element = self.value(shape.element.target, name)
            return [] if element is None else [element]
        if shape.value is not None:
            assert shape.key is not None, "a map has keys"
            held = self.value(shape.value.target, name)
            return {} if held is None else {str(self.value(shape.key.target, "key")): held}
        return self._simple(shape, name, limits or shape.limits)

    def _structure(self, shape: ir.Shape) -> dict[str, Any] | None:
        repeated = not self._minimal and self._left < 0 and shape.name in self._shown
        if shape.name in self._open or repeated or len(self._open) >= _DEPTH:
            return None
        self._open.append(shape.name)
        self._shown.add(shape.name)
        members = shape.members
        if shape.kind is ir.Kind.UNION:
            members = members[:1]
        elif self._minimal:
            members = tuple(each for each in members if each.required and not each.idempotency_token)
        values = {}
        for member in members:
            value = self._member(member)
            if value is not None:
                values[member.name] = value
        self._open.pop()
        if shape.kind is ir.Kind.UNION and not values:
            return None
        return values

    def _member(self, member: ir.Member) -> Any:
        if member.json_value:
            return {"key": "value"}
        name = "string"
        if self._minimal:
            name = naming.plain_member_name(member.name).strip("_").replace("_", "-")
        limits = None if member.limits == ir.Limits() else member.limits
        value = self.value(member.target, name, limits)
        if value is None and member.required and not self._minimal:
            # Left out as a repetition, but an input without it does not compile.
            self._minimal = True
            value = self.value(member.target, name, limits)
            self._minimal = False
        return value

    @staticmethod
    def _simple(shape: ir.Shape, name: str, limits: ir.Limits) -> Any:
        kind = shape.kind
        if kind is ir.Kind.ENUM:
            return shape.enum_values[0].value if shape.enum_values else name
        if kind is ir.Kind.INT_ENUM and shape.enum_values:
            value = shape.enum_values[0].value
            return int(value) if re.fullmatch(r"-?\d+", value) else 1
        if kind in (ir.Kind.STRING, ir.Kind.BLOB):
            return name or "string"
        if kind is ir.Kind.BOOLEAN:
            return True
        if kind in INTEGER_BITS or kind in _FRACTIONAL:
            return _number(kind, limits)
        if kind is ir.Kind.TIMESTAMP:
            return TIME
        if kind is ir.Kind.DOCUMENT:
            return {"key": "value"}
        return _NUMBER


def _number(kind: ir.Kind, limits: ir.Limits) -> int | float:
    low, high = limits.minimum, limits.maximum
    value: int | float = _NUMBER + 0.5 if kind in _FRACTIONAL else _NUMBER
    if low is not None and value < low:
        value = low
    elif high is not None and value > high:
        value = high
    if kind in _FRACTIONAL:
        return float(value)
    # A limit of another kind's range is not this kind's.
    largest = (1 << INTEGER_BITS[kind]) - 1
    return max(-largest, min(int(value), largest))
