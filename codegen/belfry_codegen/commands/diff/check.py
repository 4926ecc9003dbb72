# SPDX-License-Identifier: Apache-2.0
"""Finds the lines of a program that breaking changes may concern, by the names that they have in C++."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.diff.records import Change
from belfry_codegen.cpp.surface import OperationSurface, Surface
from belfry_codegen.model.errors import UsageError

_SUFFIXES = frozenset(
    {".c++", ".cc", ".cpp", ".cppm", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp", ".ixx"}
)
_COMMENT = re.compile(r"//.*|/\*.*?\*/")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a program."""

    path: Path
    line: int
    text: str
    change: Change


def affected_lines(program: Path, changes: Iterable[Change], old: Surface) -> list[Place]:
    """The lines of C++ files that name what a breaking change concerns, by file and line.

    A name may also be that of something else: the compiler knows more than this search.
    """
    files = list(_files(program))
    wanted = [
        (change, pattern) for change in changes if (pattern := _pattern(change, old.operations)) is not None
    ]
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            code = _COMMENT.sub("", line)
            found += [
                Place(path, number, line.strip(), change)
                for change, pattern in wanted
                if pattern.search(code)
            ]
    return found


def _files(program: Path) -> Iterator[Path]:
    if program.is_file():
        yield program
        return
    if not program.is_dir():
        raise UsageError(f"{program}: there is no such file or folder")
    found = sorted(path for path in program.rglob("*") if path.suffix.lower() in _SUFFIXES and path.is_file())
    if not found:
        raise UsageError(f"{program}: no C++ files are in it")
    yield from found


def _pattern(change: Change, operations: Mapping[str, OperationSurface]) -> re.Pattern[str] | None:
    words = list(change.words)
    if change.wire and not words:
        words = [f"{operations[name].call.name}(" for name in change.operations if name in operations]
    if not change.is_breaking or not words:
        return None
    return re.compile("|".join(map(_word, words)))


def _word(word: str) -> str:
    """The pattern of a name: `.member` also matches `->member`; a name does not match a part of another."""
    if word.startswith("."):
        return r"(?:\.|->)\s*" + _ends(word[1:])
    return r"\b" + _ends(word)


def _ends(word: str) -> str:
    return re.escape(word[:-1]) + r"\s*\(" if word.endswith("(") else re.escape(word) + r"\b"
