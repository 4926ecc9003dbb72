# SPDX-License-Identifier: Apache-2.0
"""C++ literals and comments."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from belfry_codegen.cpp.code import EMPTY, Cpp, require
from belfry_codegen.model import ir

WIDTH = 110

_TYPOGRAPHY = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2012\u2013\u2014", "''\"\"-----")
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</?(?:p|ul|ol|li|dl|dt|dd|br|div|note|important|h\d)\b[^>]*>", re.IGNORECASE)
_LATER_QUESTION_MARK = re.compile(r"(?<=\?)\?")


def literal(text: str) -> Cpp:
    """A string literal that has the same value for every compiler."""
    if text.isascii() and text.isprintable():
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        # Two question marks may begin a trigraph, of which compilers warn.
        if "??" in text:
            text = _LATER_QUESTION_MARK.sub(r"\\?", text)
        return Cpp(f'"{text}"')
    return bytes_literal(text.encode("utf-8"))


def bytes_literal(data: bytes) -> Cpp:
    """The literal of a string with these bytes."""
    return Cpp('"' + "".join(map(_escaped, data)) + '"')


def literal_lines(data: bytes, width: int) -> Iterator[Cpp]:
    """The literals of a string with these bytes, each on its own line, and at most as wide."""
    line = ""
    for character in map(_escaped, data):
        if len(line) + len(character) > width:
            yield Cpp(f'"{line}"')
            line = ""
        line += character
    yield Cpp(f'"{line}"')


def number_lines(values: Iterable[int], width: int) -> Iterator[Cpp]:
    """Integers, filled into lines, each integer followed by a comma."""
    line = ""
    for value in values:
        if len(line) + len(str(value)) + 1 > width:
            yield Cpp(line)
            line = ""
        line += f"{value:d},"
    yield Cpp(line)


def _escaped(byte: int) -> str:
    """A byte in a string literal."""
    character = chr(byte)
    if character in '"\\?':
        return "\\" + character
    # Octal, because a hexadecimal escape would include the digits that follow it.
    return character if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def comment(paragraphs: Iterable[str], indent: int, marker: str = "///") -> tuple[Cpp, ...]:
    """Comment lines, filled to the width; each paragraph begins on a new line."""
    lead = " " * indent + marker + " "
    lines: list[Cpp] = []
    for paragraph in paragraphs:
        text = one_line(paragraph)
        if text:
            room = WIDTH - len(lead)
            wrapped = [text] if len(text) <= room else _wrapped(text, room)
            lines.extend([Cpp(lead + _ended(line)) for line in wrapped])
    return tuple(lines)


def remark(text: str) -> Cpp:
    """The text of a comment that ends with its line, without the marker."""
    return Cpp(_ended(one_line(text)))


def _ended(line: str) -> str:
    # A backslash at the end, or its trigraph, would continue the comment on the next line.
    return line + " ." if line.endswith(("\\", "??/")) else line


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


def prose(documentation: str) -> str:
    """Documentation as one line of text, without the HTML that models carry."""
    if not documentation:
        return ""
    return " ".join(html.unescape(_TAG.sub("", _BLOCK.sub(" ", documentation))).split())


def deprecation_reason(deprecation: ir.Deprecation | None) -> Cpp | None:
    """The reason for `[[deprecated]]` as a literal: empty for no reason, None if it is not deprecated."""
    if deprecation is None:
        return None
    since = f"since {deprecation.since}" if deprecation.since else ""
    reason = prose(deprecation.message)
    if since:
        reason = f"{reason} ({since})" if reason else since
    # An attribute's string must not have numeric escapes (C++26), so it must be ASCII.
    plain = unicodedata.normalize("NFKD", reason.translate(_TYPOGRAPHY)).encode("ascii", "ignore").decode()
    return literal(one_line(plain)) if plain else EMPTY


def one_line(text: str) -> str:
    """The text with one space in place of each line break, control character or row of spaces."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())


def declared(kind: Cpp, name: Cpp, indent: int) -> tuple[Cpp, ...]:
    """A declaration on one line if it fits, else on two."""
    require(kind, name)
    lead = " " * indent
    line = f"{lead}{kind} {name}"
    return (Cpp(line),) if len(line) <= WIDTH else (Cpp(lead + kind), Cpp(f"{lead}    {name}"))


def filled(opening: Cpp, parts: Sequence[Cpp], closing: Cpp, indent: int) -> tuple[Cpp, ...]:
    """`opening part, part closing` on one line if it fits, else on several."""
    require(opening, *parts, closing)
    lead = " " * indent
    line = lead + opening
    lines: list[Cpp] = []
    for number, part in enumerate(parts):
        piece = part + (closing if number == len(parts) - 1 else ",")
        gap = "" if line.endswith(opening) and number == 0 else " "
        if number and len(line) + len(gap) + len(piece) > WIDTH:
            lines.append(Cpp(line))
            line = lead + " " * len(opening) + piece
        else:
            line += gap + piece
    lines.append(Cpp(line))
    return tuple(lines)


def hanging(opening: Cpp, parts: Sequence[Cpp], closing: Cpp, indent: int) -> tuple[Cpp, ...]:
    """`opening part, part closing` on one line if it fits, else with the parts on a separate line."""
    require(opening, *parts, closing)
    lead = " " * indent
    inner = ", ".join(parts) + closing
    line = lead + opening + inner
    return (Cpp(line),) if len(line) <= WIDTH else (Cpp(lead + opening), Cpp(lead + "    " + inner))
