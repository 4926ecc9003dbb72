# SPDX-License-Identifier: Apache-2.0
"""Writes the changes of services as text, as Markdown, as an entry of a changelog, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.diff.check import Place
from belfry_codegen.commands.diff.compile import Compiled, CompileError
from belfry_codegen.commands.diff.records import Change, Verdict, verdict_of

_SHOWN_OPERATIONS = 5


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """The changes of one service."""

    service: str
    changes: Sequence[Change]
    places: Sequence[Place] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict on all changes."""
        return verdict_of(self.changes)


@dataclass(frozen=True, slots=True)
class Report:
    """The changes between two sources of models."""

    old: str
    new: str
    services: Sequence[ServiceReport]
    checked: Path | None = None
    """The program whose lines were searched."""
    compiled: Compiled | None = None
    """The outcome of compiling it; None if it was not compiled."""

    @property
    def changed(self) -> list[ServiceReport]:
        """The services that have changes."""
        return [one for one in self.services if one.changes]

    @property
    def verdict(self) -> Verdict:
        """The verdict on all services together."""
        return verdict_of(change for one in self.services for change in one.changes)

    @property
    def concerns_program(self) -> bool:
        """Whether a line of the program has to be looked at."""
        named = any(one.places for one in self.services)
        return named or (self.compiled is not None and bool(self.compiled.errors))


def text_lines(report: Report) -> Iterator[str]:
    """The report for a terminal."""
    for one in report.changed:
        yield f"{one.service}: {report.old} to {report.new}: {summary(one.changes)}"
        for change in sorted(one.changes, key=lambda change: not change.is_breaking):
            yield from change_lines(change)
        yield from _place_lines(report, one)
        yield ""
    yield from _error_lines(report)
    unchanged = len(report.services) - len(report.changed)
    if not report.changed:
        yield f"{report.old} to {report.new}: no change that users can see"
    elif unchanged:
        yield f"{unchanged} of {len(report.services)} services have no change that users can see"
    if report.changed:
        yield f"verdict: {report.verdict.value}"


def change_lines(change: Change) -> Iterator[str]:
    """One change for a terminal."""
    first, *more = change.text.splitlines()
    yield ("BREAKING: " if change.is_breaking else "  ") + first
    yield from (f"      {line}" for line in more)
    if change.wire:
        yield f"    wire: {change.wire}"
    if change.source:
        yield f"    source: {change.source}"
    if change.is_breaking and change.operations:
        yield f"    operations: {_operations(change)}"


def _place_lines(report: Report, one: ServiceReport) -> Iterator[str]:
    if report.checked is None:
        return
    lines = sorted({(place.path, place.line) for place in one.places})
    if not lines:
        if report.compiled is None:
            yield f"  no line of {report.checked} names what breaks"
        return
    yield f"  lines of {report.checked} that name what breaks:"
    for place in one.places:
        yield f"    {place.path}:{place.line}: {place.change.text.splitlines()[0]}"
        yield f"        {place.text}"


def _error_lines(report: Report) -> Iterator[str]:
    """The outcome of compiling the program, for a terminal."""
    compiled = report.compiled
    if compiled is None:
        return
    files = f"{compiled.using} of {compiled.units} files of {report.checked} use these services"
    if not compiled.errors:
        what = "" if compiled.faults else "; all compile with the headers of both versions"
        yield from (files + what, "")
        return
    yield f"{files}; lines that compile with the headers of {report.old} and not of {report.new}:"
    for error in compiled.errors:
        yield f"  {error.path}:{error.line}: {error.message}"
        if error.change is not None:
            yield f"    {_reason(error)}"
    yield ""


def _reason(error: CompileError) -> str:
    assert error.change is not None
    return f"{error.change.text.splitlines()[0]}: {error.change.source}"


def _operations(change: Change) -> str:
    names = list(change.operations)
    rest = len(names) - _SHOWN_OPERATIONS
    return ", ".join(names[:_SHOWN_OPERATIONS]) + (f" and {rest} more" if rest > 0 else "")


def summary(changes: Sequence[Change]) -> str:
    """The verdict, and how many changes of each kind there are."""
    breaking = [change for change in changes if change.is_breaking]
    wire = sum(bool(change.wire) for change in breaking)
    source = sum(bool(change.source) for change in breaking)
    new = sum(change.is_new for change in changes if not change.is_breaking)
    parts = [f"{len(breaking)} breaking ({wire} on the wire, {source} in source)"] if breaking else []
    parts += [f"{new} new"] if new else []
    rest = len(changes) - len(breaking) - new
    parts += [f"{rest} other"] if rest else []
    return f"{verdict_of(changes).value}; {', '.join(parts)}"


def markdown_lines(report: Report) -> Iterator[str]:
    """The report as GitHub Flavored Markdown, such as a comment of a pull request."""
    yield from title_markdown(report)
    yield from table_markdown(report)
    yield from error_markdown(report)
    for one in report.changed:
        yield from ("", f"### {one.service}")
        yield from service_markdown(one)
        yield from place_markdown(report, one)


def title_markdown(report: Report) -> Iterator[str]:
    """The heading and the verdict."""
    yield f"## Models: {_code(report.old)} to {_code(report.new)}"
    yield ""
    yield f"Verdict: **{report.verdict.value}**." if report.changed else "No change that users can see."


def table_markdown(report: Report) -> Iterator[str]:
    """A table of the services that changed."""
    if not report.changed:
        return
    yield ""
    yield "| service | verdict | breaking | new | other |"
    yield "|---|---|---|---|---|"
    for one in report.changed:
        breaking = sum(change.is_breaking for change in one.changes)
        new = sum(change.is_new and not change.is_breaking for change in one.changes)
        rest = len(one.changes) - breaking - new
        yield f"| {one.service} | {one.verdict.value} | {breaking} | {new} | {rest} |"


def error_markdown(report: Report) -> Iterator[str]:
    """The lines of the program that no longer compile."""
    if report.compiled is None or not report.compiled.errors:
        return
    yield from ("", f"Lines of {_code(str(report.checked))} that no longer compile:", "")
    for error in report.compiled.errors:
        yield f"- {_code(f'{error.path}:{error.line}')} {_prose(error.message)}"
        if error.change is not None:
            yield f"  - {_prose(_reason(error))}"


def place_markdown(report: Report, one: ServiceReport) -> Iterator[str]:
    """The lines of the program that name what breaks in a service."""
    if report.checked is None or not one.places:
        return
    yield from ("", f"Lines of {_code(str(report.checked))} that name what breaks:", "")
    for place in one.places:
        yield f"- {_code(f'{place.path}:{place.line}')} {_prose(place.change.text.splitlines()[0])}"


def changelog_lines(report: Report) -> Iterator[str]:
    """An entry of a changelog."""
    for one in report.changed:
        yield f"### {one.service}, {report.old} to {report.new} ({one.verdict.value})"
        yield from service_markdown(one)
        yield ""


def service_markdown(one: ServiceReport) -> Iterator[str]:
    """The changes of a service in groups."""
    changes = one.changes
    for title, chosen in (
        ("Breaking", [change for change in changes if change.is_breaking]),
        ("New", [change for change in changes if change.is_new and not change.is_breaking]),
        ("Other", [change for change in changes if not change.is_new and not change.is_breaking]),
    ):
        if chosen:
            yield from ("", f"**{title}**", "")
            for change in chosen:
                yield from _markdown_change(change)


def _markdown_change(change: Change) -> Iterator[str]:
    first, *more = change.text.splitlines()
    yield f"- {_prose(first)}"
    for line in more:
        yield f"  - {_prose(line)}"
    if change.wire:
        yield f"  - wire: {_prose(change.wire)}"
    if change.source:
        yield f"  - source: {_prose(change.source)}"
    if change.is_breaking and change.operations:
        yield f"  - operations: {_prose(_operations(change))}"


def _prose(text: str) -> str:
    """Text of which Markdown takes no character for markup: models hold patterns and names of any kind."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|~$" else letter for letter in text)


def _code(text: str) -> str:
    longest = max((len(run) for run in _runs(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _runs(text: str) -> Iterator[str]:
    run = ""
    for letter in f"{text} ":
        if letter == "`":
            run += letter
        elif run:
            yield run
            run = ""


def json_lines(report: Report) -> Iterator[str]:
    """The report for programs."""
    document: dict[str, object] = {
        "old": report.old,
        "new": report.new,
        "verdict": report.verdict.value,
        "services": [
            {
                "service": one.service,
                "verdict": one.verdict.value,
                "changes": [
                    {
                        "kind": change.key[0],
                        "path": list(change.key[1:]),
                        "text": change.text,
                        "new": change.is_new,
                        "wire": change.wire or None,
                        "source": change.source or None,
                        "operations": list(change.operations),
                    }
                    for change in one.changes
                ],
                **(
                    {
                        "lines": [
                            {"file": str(p.path), "line": p.line, "change": p.change.text} for p in one.places
                        ]
                    }
                    if report.checked is not None
                    else {}
                ),
            }
            for one in report.services
        ],
    }
    if report.compiled is not None:
        document["compiled"] = {
            "files": report.compiled.units,
            "using": report.compiled.using,
            "errors": [
                {
                    "file": str(error.path),
                    "line": error.line,
                    "message": error.message,
                    "change": error.change.text if error.change is not None else None,
                }
                for error in report.compiled.errors
            ],
        }
    yield json.dumps(document, indent=2, ensure_ascii=False)
