# SPDX-License-Identifier: Apache-2.0
"""Writes the changes of services for a job of GitHub Actions: a summary of the step, and notes on lines.

See "Workflow commands for GitHub Actions" in GitHub's documentation.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from belfry_codegen.commands.diff.report import (
    Report,
    ServiceReport,
    error_markdown,
    place_markdown,
    service_markdown,
    summary,
    table_markdown,
    title_markdown,
)

SUMMARY = "GITHUB_STEP_SUMMARY"
_WORKSPACE = "GITHUB_WORKSPACE"
LIMIT = 1_000_000
"""The bytes of a summary. GitHub refuses one of more than 1 MiB as a whole."""


def github_lines(report: Report, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """The lines to print: annotations, and the summary if the environment does not name a file for it.

    Otherwise the summary is appended to that file. GitHub shows ten annotations of each kind for a step.
    """
    text = "\n".join(summary_lines(report)) + "\n"
    path = environment.get(SUMMARY, "")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    yield from line_notes(report, environment.get(_WORKSPACE, ""))
    if not path:
        yield from text.splitlines()


def line_notes(report: Report, workspace: str) -> Iterator[str]:
    """An error for each line that no longer compiles, a warning for each that names what breaks."""
    errors = report.compiled.errors if report.compiled is not None else ()
    for error in errors:
        about = f"\n{error.change.text}: {error.change.source}" if error.change is not None else ""
        yield _command("error", error.path, error.line, workspace, error.message + about)
    for one in report.services:
        for place in one.places:
            reasons = [reason for reason in (place.change.wire, place.change.source) if reason]
            text = "\n".join([f"{one.service}: {place.change.text}", *reasons])
            yield _command("warning", place.path, place.line, workspace, text)


def _command(kind: str, path: Path, line: int, workspace: str, text: str) -> str:
    place = f"file={_property(_from_root(path, workspace))},line={line},title={_property('Models')}"
    return f"::{kind} {place}::{_data(text)}"


def _from_root(path: Path, workspace: str) -> str:
    """The path below the repository, which is what GitHub knows."""
    whole = path.resolve()
    root = Path(workspace).resolve() if workspace else Path.cwd()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(path)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def summary_lines(report: Report) -> Iterator[str]:
    """The summary: a table of the services, what concerns the program, and the changes of each, folded."""
    lines = [*title_markdown(report), *table_markdown(report), *error_markdown(report)]
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        yield line
    left = list(report.changed)
    while left and (size := size + len("\n".join(_folded(report, left[0])).encode()) + 1) < LIMIT:
        yield from _folded(report, left.pop(0))
    if left:
        names = ", ".join(one.service for one in left[:5]) + (" and others" if len(left) > 5 else "")
        yield from (
            "",
            f"Changes of {names} are left out, because GitHub limits the length of a summary.",
        )


def _folded(report: Report, one: ServiceReport) -> Iterator[str]:
    about = html.escape(f"{one.service}: {summary(one.changes)}")
    yield from ("", "<details>", f"<summary>{about}</summary>")
    yield from service_markdown(one)
    yield from place_markdown(report, one)
    yield from ("", "</details>")
