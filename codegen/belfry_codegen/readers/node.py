# SPDX-License-Identifier: Apache-2.0
"""Typed access to parsed JSON. A node knows its place in the file, so that errors can name it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from belfry_codegen.model.errors import ModelError, Place
from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """An object of a model file."""

    file: str
    where: str
    """The place as an error names it: `shape 'X', member 'Y'`."""
    data: dict[str, Any]

    @staticmethod
    def of(file: str, where: str, value: Any) -> Node:
        """`value` as an object."""
        if not isinstance(value, dict):
            raise ModelError(file, where, f"expected an object, not {describe(value)}")
        return Node(file, where, value)

    @property
    def place(self) -> Place:
        """The object's place in the file."""
        return Place(self.file, self.where)

    def fail(self, what: str, key: str = "") -> NoReturn:
        """Raises the ModelError that names this place, and the key in it."""
        self.place.fail(what, key)

    def has(self, key: str) -> bool:
        return key in self.data

    def has_any(self, keys: frozenset[str]) -> bool:
        return not keys.isdisjoint(self.data)

    def _get(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        value = self.data.get(key)
        if value is None:
            return None
        # In Python a bool is also an int; in JSON it is not.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fail(f"'{key}' must be {what}, not {describe(value)}", key)
        return value

    def text(self, key: str, default: str = "") -> str:
        value = self._get(key, str, "a string")
        return default if value is None else str(value)

    def optional_text(self, key: str) -> str | None:
        value = self._get(key, str, "a string")
        return None if value is None else str(value)

    def required_text(self, key: str) -> str:
        value = self.optional_text(key)
        if not value:
            self.fail(f"'{key}' is missing")
        return value

    def expression(self, key: str) -> Expression | None:
        """The JMESPath expression under `key`, if there is one."""
        text = self.optional_text(key)
        return Expression(text, self.file, self.where) if text else None

    def required_expression(self, key: str) -> Expression:
        return Expression(self.required_text(key), self.file, self.where)

    def expressions(self, key: str) -> tuple[Expression, ...]:
        """A JMESPath expression, or a list of them."""
        return tuple(Expression(text, self.file, self.where) for text in self.text_or_texts(key))

    def flag(self, key: str) -> bool:
        return key in self.data and bool(self._get(key, bool, "true or false"))

    def optional_flag(self, key: str) -> bool | None:
        value = self._get(key, bool, "true or false")
        return None if value is None else bool(value)

    def integer(self, key: str) -> int | None:
        value = self._get(key, int, "an integer")
        return None if value is None else int(value)

    def required_integer(self, key: str) -> int:
        value = self.integer(key)
        if value is None:
            self.fail(f"'{key}' is missing")
        return value

    def number(self, key: str) -> int | float | None:
        value = self._get(key, (int, float), "a number")
        if value is not None and not abs(value) <= sys.float_info.max:
            self.fail(f"'{key}' is out of range")
        if isinstance(value, (int, float)):
            return value
        return None

    def integer_within(self, key: str, low: int, high: int) -> int | None:
        """An integer from `low` to `high`."""
        value = self.integer(key)
        if value is not None and not low <= value <= high:
            self.fail(f"'{key}' must be from {low} to {high}, not {value}")
        return value

    def http_status(self, key: str) -> int | None:
        """A status code of HTTP (RFC 9110, section 15)."""
        return self.integer_within(key, 100, 599)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._get(key, list, "a list")
        if value is None:
            return ()
        for item in value:
            if not isinstance(item, str):
                self.fail(f"'{key}' must be a list of strings, but it holds {describe(item)}", key)
        return tuple(value)

    def text_or_texts(self, key: str) -> tuple[str, ...]:
        """A string, or a list of them."""
        if isinstance(self.data.get(key), str):
            return (self.data[key],)
        return self.texts(key)

    def child(self, key: str, where: str | None = None) -> Node | None:
        """The object under `key`, if there is one."""
        value = self._get(key, dict, "an object")
        return None if value is None else Node(self.file, self.where if where is None else where, value)

    def required_child(self, key: str, where: str | None = None) -> Node:
        node = self.child(key, where)
        if node is None:
            self.fail(f"'{key}' is missing")
        return node

    def children(self, key: str, noun: str) -> Iterator[tuple[str, Node]]:
        """The named objects under `key`. The place of each is this place followed by `noun 'name'`."""
        value = self._get(key, dict, "an object")
        for name, item in (value or {}).items():
            place = f"{noun} '{name}'"
            yield name, Node.of(self.file, f"{self.where}, {place}" if self.where else place, item)

    def items(self, key: str) -> Iterator[Node]:
        """The objects in the list under `key`."""
        value = self._get(key, list, "a list")
        for item in value or []:
            if not isinstance(item, dict):
                self.fail(f"'{key}' must be a list of objects, but it holds {describe(item)}", key)
            yield Node(self.file, self.where, item)


def describe(value: Any) -> str:
    """A JSON value's type, as errors name it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"
