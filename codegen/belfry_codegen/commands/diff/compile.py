# SPDX-License-Identifier: Apache-2.0
"""Compiles a program with the headers of both versions, and finds the lines that only the new ones break."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from belfry_codegen.commands.diff.database import Unit
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.model.errors import UsageError
from belfry_codegen.output.jobs import job_count

OLD, NEW = "old", "new"
"""The folders with the headers of the two versions."""
_PLACE = r"(?P<file>(?:[A-Za-z]:)?[^:\n]+):(?P<line>\d+)"
_ERROR = re.compile(rf"{_PLACE}:(?:\d+:)? (?:fatal )?error: (?P<text>.*)")
_NOTE = re.compile(rf"{_PLACE}:(?:\d+:)? note: ")
_ORIGIN = re.compile(rf"(?:In file included from |\s+from )?{_PLACE}(?::\d+)?[:,]")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class CompileError:
    """An error that a compiler reports with the headers of the new version only."""

    path: Path
    line: int
    message: str
    change: Change | None
    """The change that it comes from; None if that cannot be told."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The outcome of compiling a program."""

    units: int
    """The translation units."""
    using: int
    """Those that include a header of a service that changed."""
    errors: Sequence[CompileError]
    faults: Sequence[str]
    """Files that cannot be judged, and why."""


@dataclass(slots=True)
class _Report:
    """An error as a compiler prints it."""

    file: str
    line: int
    text: str
    before: list[tuple[str, int]]
    after: list[tuple[str, int]] = field(default_factory=list)

    def places(self) -> Iterator[tuple[str, int]]:
        """The error's place, and then those that led to it, the closest first."""
        yield self.file, self.line
        yield from reversed(self.before)
        yield from self.after


def hide_removed(headers: Path) -> None:
    """Writes headers that do not compile in place of those that only the old version has.

    A program's own folders of headers may have them from an earlier run of the generator.
    """
    for path in sorted((headers / OLD).rglob("*.hpp")):
        name = path.relative_to(headers / OLD)
        target = headers / NEW / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"#error {name.as_posix()} is gone\n", encoding="utf-8")


def compile_program(
    units: Sequence[Unit], program: Path, headers: Path, names: tuple[str, str], changes: Iterable[Change]
) -> Compiled:
    """Compiles each unit with the headers in `headers / OLD`, and if it uses them with those in `NEW`.

    Compilers only check, and write no file. `names` are those of the two versions, for messages.
    """
    folders = [headers / OLD, headers / NEW]

    def run(unit: Unit) -> tuple[Unit, list[_Report] | None, list[_Report]]:
        output = _run(unit, folders[0], "-H")
        before = list(_reports(output))
        if not before and not _includes(output, folders[0], unit.folder):
            return unit, None, []
        return unit, before, list(_reports(_run(unit, folders[1]))) if not before else []

    owners = _Owners(changes)
    errors: dict[tuple[Path, int, str], CompileError] = {}
    faults: list[str] = []
    using = 0
    with ThreadPoolExecutor(job_count()) as pool:
        for unit, before, after in pool.map(run, units):
            if before is None:
                continue
            using += 1
            if before:
                first = before[0]
                reason = f"does not compile with the headers of {names[0]}, so that it cannot be checked"
                faults.append(f"{unit.file}: {reason}: {first.file}:{first.line}: {first.text}")
            for report in after:
                error = _located(report, unit, program, headers, owners)
                errors.setdefault((error.path, error.line, error.message), error)
    ordered = sorted(errors.values(), key=lambda error: (error.path, error.line))
    return Compiled(len(units), using, ordered, faults)


def _run(unit: Unit, headers: Path, *more: str) -> str:
    """The output of the compiler; an error if it is not there, or fails without a message that is known."""
    options = ["-I", str(headers), "-fsyntax-only", "-fno-diagnostics-color", *more]
    try:
        done = subprocess.run(
            [*unit.compiler, *options, *unit.options],
            cwd=unit.folder,
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as fault:
        if not unit.folder.is_dir():
            raise UsageError(f"{unit.file}: its command runs in {unit.folder}, which is not there") from None
        raise UsageError(f"{unit.file}: the compiler '{fault.filename}' was not found") from None
    if done.returncode != 0 and not any(True for _ in _reports(done.stderr)):
        said = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise UsageError(f"{unit.file}: the compiler '{unit.compiler[-1]}' failed: {said}")
    return done.stderr


def _includes(output: str, headers: Path, folder: Path) -> bool:
    """Whether the list of headers that `-H` prints has one of the folder."""
    paths = (match[1] for match in re.finditer(r"^\.+ (.+)$", output, re.MULTILINE))
    return any((folder / path).is_relative_to(headers) for path in paths)


def _reports(output: str) -> Iterator[_Report]:
    """The errors in the output of g++ or clang++, with the places that led to them."""
    before: list[tuple[str, int]] = []
    current: _Report | None = None
    for line in output.splitlines():
        error, note, origin = _ERROR.match(line), _NOTE.match(line), _ORIGIN.match(line)
        if error is not None:
            if current is not None:
                yield current
            current = _Report(error["file"], int(error["line"]), error["text"], before)
            before = []
        elif note is not None:
            if current is not None:
                current.after.append((note["file"], int(note["line"])))
        elif origin is not None and ("required" in line or "from " in line):
            before.append((origin["file"].strip(), int(origin["line"])))
    if current is not None:
        yield current


def _located(report: _Report, unit: Unit, program: Path, headers: Path, owners: _Owners) -> CompileError:
    wanted, own = program.resolve(), headers.resolve()
    message = report.text.replace(f"{headers / NEW}/", "")
    for file, line in report.places():
        path = (unit.folder / file).resolve()
        if (path == wanted or wanted in path.parents) and own not in path.parents:
            text = _line(path, line)
            return CompileError(_as_given(path, program), line, message, owners.find(message, text))
    place = f"{report.file.replace(f'{headers / NEW}/', '')}:{report.line}"
    return CompileError(_as_given(unit.file, program), 1, f"{place}: {message}", owners.find(message, ""))


def _as_given(path: Path, program: Path) -> Path:
    """The path below the one that the user gave."""
    whole = program.resolve()
    return program / path.relative_to(whole) if path != whole else program


def _line(path: Path, number: int) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return lines[number - 1] if 0 < number <= len(lines) else ""


class _Owners:
    """The changes that break source code, by the names that they break."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._changes = [
            (change, [name for word in change.words for name in _NAME.findall(word)[-1:]])
            for change in changes
            if change.source and change.words
        ]

    def find(self, message: str, text: str) -> Change | None:
        """The change with most of its names in the compiler's message and in the line of the program."""
        said, written = set(_NAME.findall(message)), set(_NAME.findall(text))
        best, found = 0, None
        for change, names in self._changes:
            score = 4 * len(said.intersection(names)) + 2 * len(written.intersection(names))
            # A member is told from another one of that name by its structure.
            score += len((said | written).intersection(change.key[1:])) if score else 0
            if score > best:
                best, found = score, change
        return found
