# SPDX-License-Identifier: Apache-2.0
"""Words that must not be names: keywords, and the macros of headers that a program may include first."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from belfry_codegen.cpp.code import EMPTY, Cpp, name

_ORIGINS = {
    "arduino": "Arduino's",
    "esp_idf": "ESP-IDF's",
    "glibc": "the C library's",
    "macos": "macOS's",
    "qt": "Qt's",
    "windows": "Windows'",
    "x11": "X11's",
}
"""The files in `macros/`, which tools/list_macros.py makes, and whose headers they are of."""
_SECTIONS = {
    "compilers": "the compiler's",
    "system": "the C library's",
    "windows": "Windows'",
    "frameworks": "X11's, Qt's or Apple's",
}
"""The sections of `reserved.txt` with macros. They hold what version 0.1.0 knew."""


def data_lines(file: str) -> list[str]:
    """The lines of a data file of this package, without comments."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def _sections(file: str) -> dict[str, list[str]]:
    """The sections of a file, and their words."""
    sections: dict[str, list[str]] = {}
    for line in data_lines(file):
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        else:
            words.extend(line.split())
    return sections


@cache
def _first_words() -> dict[str, str]:
    """The words that version 0.1.0 knew, and their sections."""
    return {word: section for section, words in _sections("reserved.txt").items() for word in words}


@cache
def _macros(kind: str) -> dict[str, str]:
    """The macros that became known since, and whose they are. The kind is `values` or `functions`."""
    macros: dict[str, str] = {}
    for file, owner in _ORIGINS.items():
        macros.update(dict.fromkeys(_sections(f"macros/{file}.txt").get(kind, ()), owner))
    return macros


@cache
def _owners() -> dict[str, str]:
    """The owner of each macro."""
    first = {word: _SECTIONS.get(section, "") for word, section in _first_words().items()}
    return {**_macros("functions"), **_macros("values"), **first}


@cache
def reserved_words() -> frozenset[str]:
    """Keywords, and macros that replace a word wherever it stands."""
    return frozenset(_first_words()) | frozenset(_macros("values"))


@cache
def function_macros() -> frozenset[str]:
    """Macros that replace a word only in front of a parenthesis."""
    return frozenset(_macros("functions"))


def escape(word: str, *, called: bool = False) -> str:
    """The word, with a trailing `_` if it is reserved; `called` if a parenthesis can stand behind it."""

    def is_reserved(candidate: str) -> bool:
        return (
            candidate in reserved_words()
            or (called and candidate in function_macros())
            or candidate.startswith("BELFRY_")  # the library's own macros
        )

    if not is_reserved(word):
        return word
    # Windows has both THIS and THIS_.
    return f"{word}_2" if is_reserved(f"{word}_") else f"{word}_"


def former_name(word: str, current: str) -> Cpp:
    """The name of a word in version 0.1.0, if it differs only because of macros known since."""
    former = f"{word}_" if word in _first_words() else word
    is_former = former != current and current in (escape(word), escape(word, called=True))
    return name(former) if is_former else EMPTY


def macro_note(word: str, current: str) -> str:
    """A sentence that explains a name's underscore; empty if it has none, or if the word is a keyword."""
    if current == word or current not in (escape(word), escape(word, called=True)):
        return ""
    owner = _owners().get(word, "")
    return (
        f"`{word}` is a macro of {owner} headers, so that this name ends in an underscore." if owner else ""
    )
