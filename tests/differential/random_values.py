# SPDX-License-Identifier: Apache-2.0
"""Random valid parameters for a shape of botocore's model, with many edge cases."""

from __future__ import annotations

import datetime
import math
import random
import string
from typing import Any

from botocore.utils import is_json_value_header
from botocore_judge import Shape

_NASTY = (
    " ",
    "%",
    "%2F",
    "/",
    "//",
    ".",
    "..",
    "?",
    "&",
    "=",
    "#",
    "+",
    "~",
    "!",
    "*",
    "'",
    "(",
    ")",
    ":",
    "@",
    "$",
    ",",
    ";",
    "[",
    "]",
    "{",
    "}",
    "|",
    "\\",
    "^",
    "`",
    '"',
    "<",
    ">",
    "-",
    "_",
    "ä",
    "é",
    "ß",
    "漢字",
    "🔔",
    "\u200d",
    "İ",
    "\u0301",
    "\ufeff",
    "\U0010ffff",
    "\u007f",
    "\u2028",
)
_CONTROLS = "\x00\x01\x08\t\n\x0b\x0c\r\x1b\x1f"
_PLAIN = string.ascii_letters + string.digits
_HEADER = _PLAIN + " !#$%&'()*+-./:;<=>?@[]^_`{|}~"
_INTEGERS = {"integer": 31, "long": 63, "short": 15, "byte": 7}


class Values:
    """A source of values; equal seeds give equal values."""

    def __init__(self, seed: str, optional: float = 0.6, headers_are_plain: bool = True) -> None:
        self.random = random.Random(seed)
        self.optional = optional
        self.headers_are_plain = headers_are_plain

    def parameters(self, shape: Shape | None) -> dict[str, Any]:
        """The input of an operation, members in the model's order."""
        if shape is None:
            return {}
        found: dict[str, Any] = {}
        for name, member in shape.members.items():
            if name in shape.required_members or self.random.random() < self.optional:
                found[name] = self._bound(member)
        return found

    def _bound(self, member: Shape) -> Any:
        where = member.serialization
        location = where.get("location")
        if where.get("hostLabel"):
            return self._characters(_PLAIN + "-", 3, 20).strip("-") or "a"
        if is_json_value_header(member):
            return self.document()
        if location == "header" and member.type_name == "string":
            return self.random.choice(member.enum) if member.enum else self.header_text(member)
        if location == "header" and member.type_name == "list":
            return [self._bound_item(member.member) for _ in range(self.random.randint(1, 3))]
        if location == "header" and member.type_name == "timestamp":
            return self._time(whole=True)
        if location == "headers":
            return {
                self._characters(_PLAIN, 1, 8): self.header_text(None)
                for _ in range(self.random.randint(0, 3))
            }
        if location == "uri" and member.type_name == "string":
            # Known difference: labels that name another resource.
            label = self.text(member, least=1)
            return "-" if label in (".", "..") else label
        return self.value(member, 0)

    def _bound_item(self, item: Shape) -> Any:
        return self.header_text(item) if item.type_name == "string" else self.value(item, 0)

    def value(self, shape: Shape, depth: int = 0) -> Any:
        """A value that the shape allows."""
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, depth)
        if kind == "list":
            return [self.value(shape.member, depth + 1) for _ in range(self._count(shape, depth))]
        if kind == "map":
            keys = [self.text(shape.key, least=1) for _ in range(self._count(shape, depth))]
            return {key: self.value(shape.value, depth + 1) for key in keys}
        if kind in ("string", "character"):
            return self.text(shape)
        if kind == "blob":
            return self.random.randbytes(self._length(shape, 0, 40))
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in _INTEGERS:
            return self._integer(shape, _INTEGERS[kind])
        if kind in ("float", "double"):
            return self._number(shape, kind)
        if kind == "timestamp":
            return self._time(whole=False)
        raise AssertionError(f"{shape.name}: no values of type {kind}")

    def _structure(self, shape: Shape, depth: int) -> Any:
        if shape.is_document_type:
            return self.document()
        if shape.is_tagged_union:
            names = list(shape.members)
            # Beyond a depth, the shape with the least nesting comes first.
            if depth > 4:
                names.sort(key=lambda name: shape.members[name].type_name in ("structure", "list", "map"))
                names = names[:1]
            name = self.random.choice(names)
            return {name: self.value(shape.members[name], depth + 1)}
        found: dict[str, Any] = {}
        chance = self.optional if depth < 3 else 0.25 if depth < 6 else 0.0
        for name, member in shape.members.items():
            if name in shape.required_members or self.random.random() < chance:
                found[name] = self.value(member, depth + 1)
        return found

    def text(self, shape: Shape, least: int = 0) -> str:
        """A string with characters that are special in URLs, JSON and UTF-8."""
        if getattr(shape, "enum", None) and self.random.random() < 0.9:
            return str(self.random.choice(shape.enum))
        length = self._length(shape, least, 12)
        if self.random.random() < 0.4:
            return self._characters(_PLAIN, length, length)
        pieces: list[str] = []
        # Limits count code points, so that a piece of several characters may overshoot; it is cut.
        while sum(map(len, pieces)) < length:
            pick = self.random.random()
            if pick < 0.5:
                pieces.append(self.random.choice(_NASTY))
            elif pick < 0.55:
                pieces.append(self.random.choice(_CONTROLS))
            else:
                pieces.append(self.random.choice(_PLAIN))
        return "".join(pieces)[:length]

    def header_text(self, shape: Shape | None) -> str:
        """Text for a header, without white space at its ends, which would be lost."""
        text = self._characters(_HEADER, 1, 20).strip()
        if shape is not None and self.random.random() < 0.2:
            text += self.random.choice((",", '"', ",x", ' "quoted"'))
        return text or "x"

    def document(self, depth: int = 0) -> Any:
        """Any JSON value, an object at the top."""
        pick = self.random.randint(0, 7) if depth else 7
        if depth > 3 and pick > 5:
            pick = 0
        if pick == 7:
            return {self._characters(_PLAIN, 1, 6): self.document(depth + 1) for _ in range(3)}
        if pick == 6:
            return [self.document(depth + 1) for _ in range(self.random.randint(0, 3))]
        scalars = (
            None,
            True,
            False,
            self.random.randint(-(2**53), 2**53),
            self.random.uniform(-1e9, 1e9),
            'a"ä\\/🔔',
        )
        return scalars[pick]

    def _characters(self, alphabet: str, least: int, most: int) -> str:
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(least, most)))

    def _length(self, shape: Shape, least: int, usual: int) -> int:
        low = max(least, int(shape.metadata.get("min", 0)))
        high = int(shape.metadata.get("max", 10_000))
        if self.random.random() < 0.02 and high > 1_000:
            return max(low, min(high, 3_000))
        return self.random.randint(low, max(low, min(high, low + usual)))

    def _count(self, shape: Shape, depth: int) -> int:
        low = int(shape.metadata.get("min", 0))
        high = int(shape.metadata.get("max", 100))
        return self.random.randint(low, max(low, min(high, low + (3 if depth < 4 else 0))))

    def _integer(self, shape: Shape, bits: int) -> int:
        low = max(int(shape.metadata.get("min", -(2**bits))), -(2**bits))
        high = min(int(shape.metadata.get("max", 2**bits - 1)), 2**bits - 1)
        return self.random.choice((low, high, self.random.randint(low, high)))

    def _number(self, shape: Shape, kind: str) -> float:
        low = float(shape.metadata.get("min", -1e30))
        high = float(shape.metadata.get("max", 1e30))
        if self.random.random() < 0.1 and low == -1e30:
            return self.random.choice((math.nan, math.inf, -math.inf, 0.0, 1e22, -2.5e-7))
        if self.random.random() < 0.5:
            low, high = max(low, -1000.0), min(high, 1000.0)
        number = self.random.uniform(low, high)
        # Six digits are the same number for 32 bits and for 64.
        return float(f"{number:.6g}") if kind == "float" else number

    def _time(self, whole: bool) -> datetime.datetime:
        second = self.random.choice(
            (0, 1, 951_782_400, 1_767_323_045, 4_102_444_799, self.random.randint(0, 2**32))
        )
        time = datetime.datetime.fromtimestamp(second, datetime.UTC)
        # Known difference: how tiny numbers are written.
        if whole or second < 10 or self.random.random() < 0.5:
            return time
        return time + datetime.timedelta(microseconds=self.random.choice((500_000, 1, 999_999, 123_000)))
