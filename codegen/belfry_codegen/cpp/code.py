# SPDX-License-Identifier: Apache-2.0
"""The type of text that templates print, so that no other text becomes code.

A field of a view that a template prints is `Cpp`, a number, or a tuple of them. Only the functions of this
module, which check a text, and those of `text`, which quote it, make `Cpp` of other text. Everywhere else its
argument is a constant; a test holds the modules to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import SupportsIndex, TypeVar, overload

Key = TypeVar("Key")


class PlainTextError(TypeError):
    """A text that is not `Cpp` was about to become code: a fault of the generator, not of a model."""

    def __init__(self, what: str, place: str = "") -> None:
        self.what = what
        self.place = place
        super().__init__(f"{place}: {what}" if place else what)


class Cpp(str):
    """Text that may stand in an output. A text of `Cpp` alone is `Cpp` again, all else is plain."""

    __slots__ = ()

    def of(self, *parts: Cpp | int) -> Cpp:
        """This text with the parts in place of its `{}`."""
        require(*parts)
        return Cpp(str.format(self, *parts))

    def joined(self, parts: Iterable[Cpp]) -> Cpp:
        """The parts with this text between them."""
        return Cpp(str.join(self, [part if type(part) is Cpp else printed(part) for part in parts]))

    @overload
    def __add__(self, value: Cpp, /) -> Cpp: ...
    @overload
    def __add__(self, value: str, /) -> str: ...
    def __add__(self, value: str, /) -> str:
        text = str.__add__(self, value)
        return Cpp(text) if type(value) is Cpp else text

    def __mul__(self, count: SupportsIndex, /) -> Cpp:
        return Cpp(str.__mul__(self, count))

    def ljust(self, width: SupportsIndex, fill: str = " ", /) -> Cpp:
        """The text with spaces behind it."""
        if fill != " ":
            raise PlainTextError("Cpp.ljust takes only spaces")
        return Cpp(str.ljust(self, width))

    def rstrip(self, characters: str | None = None, /) -> Cpp:
        """The text without these characters at its end."""
        return Cpp(str.rstrip(self, characters))

    def split(self, separator: str | None = None, maxsplit: SupportsIndex = -1) -> list[Cpp]:  # type: ignore[override]
        """The parts between separators."""
        return [Cpp(part) for part in str.split(self, separator, maxsplit)]


EMPTY = Cpp("")
"""Stands for nothing in fields that may hold it."""


def printed(value: object) -> str:
    """The text of a value that a template prints: `Cpp` itself, or the digits of an integer."""
    require(value)
    return str(value)


def require(*values: object) -> None:
    """Raises `PlainTextError` for a value that is neither `Cpp` nor an integer."""
    for value in values:
        if type(value) is not Cpp and type(value) is not int:
            shown = f"the text {value[:60]!r}" if isinstance(value, str) else f"a {type(value).__name__}"
            raise PlainTextError(
                f"{shown} is neither code nor a number; make it a literal, a comment, a name or a number"
            )


def name(text: str) -> Cpp:
    """A text that is an identifier; raises `PlainTextError` if it is none."""
    if not (text.isascii() and text.isidentifier()):
        raise PlainTextError(f"{text[:60]!r} is not an identifier")
    return Cpp(text)


def word(text: str) -> Cpp:
    """A text of letters, digits and underscores, such as the name of a file; else raises `PlainTextError`."""
    if not (text.isascii() and text.replace("_", "0").isalnum()):
        raise PlainTextError(f"{text[:60]!r} has characters that are not letters, digits or underscores")
    return Cpp(text)


def number(value: int | float) -> Cpp:
    """The literal of a number, which is finite."""
    if isinstance(value, bool) or value - value != 0:
        raise PlainTextError(f"{value!r} is not a finite number")
    # The smallest integer of 64 bits does not have a literal.
    return Cpp(f"{value + 1} - 1" if value == -(1 << 63) and isinstance(value, int) else repr(value))


def boolean(value: bool) -> Cpp:
    """The literal of a truth value."""
    return Cpp("true") if value else Cpp("false")


def fixed(table: Mapping[Key, str]) -> dict[Key, Cpp]:
    """A table of texts that stands in the generator's source."""
    return {key: Cpp(text) for key, text in table.items()}
