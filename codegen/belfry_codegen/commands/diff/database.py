# SPDX-License-Identifier: Apache-2.0
"""Reads a compilation database (https://clang.llvm.org/docs/JSONCompilationDatabase.html)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belfry_codegen.model.errors import UsageError
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node

_COMPILER = re.compile(r"(?:.*-)?(?:g\+\+|gcc|c\+\+|cc|clang|clang\+\+)(?:-[0-9.]+)?(?:\.exe)?")
_ALONE = frozenset({"-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MP", "-MG"})
_WITH_VALUE = frozenset({"-o", "-MF", "-MT", "-MQ"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A translation unit, and how it is compiled."""

    file: Path
    folder: Path
    """The folder in which the command runs."""
    compiler: Sequence[str]
    """The compiler, perhaps with a program such as ccache before it."""
    options: Sequence[str]
    """The options and the file, without outputs."""


def read_units(database: Path, program: Path) -> list[Unit]:
    """The translation units in a compile_commands.json whose files are, or lie in, `program`."""
    if not database.is_file():
        raise UsageError(
            f"{database}: there is no such file; CMake writes it with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON"
        )
    wanted = program.resolve()
    entries = load_json(database)
    if not isinstance(entries, list):
        raise UsageError(f"{database}: expected a list of commands")
    units: dict[Path, Unit] = {}
    for number, entry in enumerate(entries):
        node = Node.of(str(database), f"command {number + 1}", entry)
        folder = database.parent / node.text("directory")
        file = (folder / node.required_text("file")).resolve()
        if file == wanted or wanted in file.parents:
            # A file that belongs to several targets is compiled as in the first one.
            units.setdefault(file, _unit(node, file, folder))
    if not units:
        raise UsageError(f"{database}: no command compiles a file of {program}")
    return list(units.values())


def _unit(node: Node, file: Path, folder: Path) -> Unit:
    words = _words(node)
    at = next((number for number, word in enumerate(words[:3]) if _is_compiler(word)), None)
    if at is None:
        node.fail(f"'{words[0] if words else ''}' is not the name of g++ or clang++, which --check can run")
    return Unit(file, folder, words[: at + 1], list(_without_outputs(words[at + 1 :])))


def _words(node: Node) -> list[str]:
    arguments: Any = node.data.get("arguments")
    if arguments is None:
        return shlex.split(node.required_text("command"))
    if not isinstance(arguments, list) or not all(isinstance(word, str) for word in arguments):
        node.fail("'arguments' must be a list of strings", "arguments")
    return list(arguments)


def _is_compiler(word: str) -> bool:
    return _COMPILER.fullmatch(Path(word).name) is not None


def _without_outputs(words: Sequence[str]) -> Iterator[str]:
    skips = False
    for word in words:
        if skips:
            skips = False
        elif word in _WITH_VALUE:
            skips = True
        elif word not in _ALONE and not re.match(r"-o.|-M[FTQ].|-Wp,-M", word):
            yield word
