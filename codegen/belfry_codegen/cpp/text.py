# SPDX-License-Identifier: Apache-2.0
"""C++ literals and comments."""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from belfry_codegen.model import ir

WIDTH = 110

_TYPOGRAPHY = str.maketrans("\u2018\u2019\u201c\u201d\u2010\u2011\u2012\u2013\u2014", "''\"\"-----")
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</?(?:p|ul|ol|li|dl|dt|dd|br|div|note|important|h\d)\b[^>]*>", re.IGNORECASE)


def literal(text: str) -> str:
    """A string literal that has the same value for every compiler."""
    if text.isascii() and text.isprintable():
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return bytes_literal(text.encode("utf-8"))


def bytes_literal(data: bytes) -> str:
    """The literal of a string with these bytes."""
    return '"' + "".join(map(escaped, data)) + '"'


def escaped(byte: int) -> str:
    """A byte in a string literal."""
    character = chr(byte)
    if character in '"\\':
        return "\\" + character
    # Octal, because a hexadecimal escape would include the digits that follow it.
    return character if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def comment(paragraphs: Iterable[str], indent: int, marker: str = "///") -> tuple[str, ...]:
    """Comment lines, filled to the width; each paragraph begins on a new line."""
    lead = " " * indent + marker + " "
    lines: list[str] = []
    for paragraph in paragraphs:
        text = one_line(paragraph)
        room = WIDTH - len(lead)
        wrapped = [text] if 0 < len(text) <= room else _wrapped(text, room)
        # A backslash at the end would continue the comment on the next line.
        lines.extend(lead + (line + " ." if line.endswith("\\") else line) for line in wrapped)
    return tuple(lines)


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


def prose(documentation: str) -> str:
    """Documentation as one line of text, without the HTML that models carry."""
    return " ".join(html.unescape(_TAG.sub("", _BLOCK.sub(" ", documentation))).split())


def deprecation_reason(deprecation: ir.Deprecation | None) -> str | None:
    """The reason for `[[deprecated]]` as a literal: empty for no reason, None if it is not deprecated."""
    if deprecation is None:
        return None
    since = f"since {deprecation.since}" if deprecation.since else ""
    reason = prose(deprecation.message)
    if since:
        reason = f"{reason} ({since})" if reason else since
    # An attribute's string must not have numeric escapes (C++26), so it must be ASCII.
    plain = unicodedata.normalize("NFKD", reason.translate(_TYPOGRAPHY)).encode("ascii", "ignore").decode()
    return literal(one_line(plain)) if plain else ""


def one_line(text: str) -> str:
    """The text with one space in place of each line break, control character or row of spaces."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(text.split())


def declared(kind: str, name: str, indent: int) -> tuple[str, ...]:
    """A declaration on one line if it fits, else on two."""
    lead = " " * indent
    line = f"{lead}{kind} {name}"
    return (line,) if len(line) <= WIDTH else (lead + kind, f"{lead}    {name}")


def filled(opening: str, parts: Sequence[str], closing: str, indent: int) -> tuple[str, ...]:
    """`opening part, part closing` on one line if it fits, else on several."""
    lead = " " * indent
    line = lead + opening
    lines: list[str] = []
    for number, part in enumerate(parts):
        piece = part + (closing if number == len(parts) - 1 else ",")
        gap = "" if line.endswith(opening) and number == 0 else " "
        if number and len(line) + len(gap) + len(piece) > WIDTH:
            lines.append(line)
            line = lead + " " * len(opening) + piece
        else:
            line += gap + piece
    lines.append(line)
    return tuple(lines)


def hanging(opening: str, parts: Sequence[str], closing: str, indent: int) -> tuple[str, ...]:
    """`opening part, part closing` on one line if it fits, else with the parts on a separate line."""
    lead = " " * indent
    inner = ", ".join(parts) + closing
    line = lead + opening + inner
    return (line,) if len(line) <= WIDTH else (lead + opening, lead + "    " + inner)
