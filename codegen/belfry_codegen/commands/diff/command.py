# SPDX-License-Identifier: Apache-2.0
"""The command line of `diff`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from belfry_codegen.commands.console import BAD_INPUT
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.suggestions import close_matches

if TYPE_CHECKING:
    from belfry_codegen.commands.diff.report import Report
    from belfry_codegen.commands.diff.sources import Source

BREAKS = 1
FAILURES = ("wire", "source", "breaking", "any")


def add_diff(commands: Any) -> None:
    """Adds the command to those of `belfry-codegen`."""
    command = commands.add_parser(
        "diff",
        help="tell what changed between two versions of models, and what it breaks",
        description="Tells what changed between two versions of models, and for each change whether it breaks"
        " programs that were built before (wire), code that names it (source), or neither.",
        epilog="A version is a folder of models, a Smithy model's file, botocore==VERSION, botocore (the"
        " newest release), or git:REVISION[:PATH] (default path: api-models).",
    )
    command.add_argument("old", metavar="OLD")
    command.add_argument("new", metavar="NEW")
    command.add_argument(
        "services",
        nargs="*",
        metavar="SERVICE",
        help="such as chime-sdk-voice; default: all of both",
    )
    command.add_argument(
        "--format", choices=["text", "markdown", "changelog", "json"], default="text", help="default: text"
    )
    command.add_argument(
        "--check",
        type=Path,
        metavar="PATH",
        help="also list the lines of this C++ file or folder that name what breaks",
    )
    command.add_argument(
        "--fail-on",
        choices=FAILURES,
        metavar="|".join(FAILURES),
        help="exit 1 if there is such a change",
    )
    command.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.diff.report import changelog_lines, json_lines, markdown_lines, text_lines
    from belfry_codegen.commands.diff.sources import open_source

    with (
        open_source(options.old) as old,
        open_source(options.new) as new,
    ):
        report, failed = _report(old, new, options)
    writers = {
        "text": text_lines,
        "markdown": markdown_lines,
        "changelog": changelog_lines,
        "json": json_lines,
    }
    for line in writers[options.format](report):
        print(line)
    if failed:
        return BAD_INPUT
    return BREAKS if _fails(report, options.fail_on) else 0


def _report(old: Source, new: Source, options: argparse.Namespace) -> tuple[Report, bool]:
    """The report, and whether a service could not be compared."""
    from belfry_codegen.commands.diff.pair import Pair, compare_pair
    from belfry_codegen.commands.diff.report import Report
    from belfry_codegen.output.jobs import as_completed, job_count
    from belfry_codegen.output.progress import progress
    from belfry_codegen.readers.models import services

    before, after = dict(services(old.models)), dict(services(new.models))
    known = sorted(before.keys() | after.keys())
    names = list(dict.fromkeys(options.services)) or known
    for name in names:
        if name not in known:
            raise UsageError(f"no service '{name}' in {old.name} or {new.name}{close_matches(name, known)}")
    pairs = [
        Pair(
            name,
            old.models,
            new.models,
            name in before,
            name in after,
            options.check,
            keeps_spellings=new.is_release,
        )
        for name in names
    ]
    found = []
    with progress(len(pairs), "services") as bar:
        for done in as_completed(compare_pair, pairs, job_count()):
            found.append(done)
            bar.update()
    found.sort(key=lambda done: names.index(done.name))
    for done in found:
        for line in done.fault.splitlines():
            print(f"belfry: {done.name}: {line}", file=sys.stderr)
    reports = [done.report for done in found if done.report is not None]
    return Report(old.name, new.name, reports, options.check), len(reports) < len(found)


def _fails(report: Report, kind: str | None) -> bool:
    changes = [change for one in report.services for change in one.changes]
    if kind == "any":
        return bool(changes)
    wire = kind in ("wire", "breaking") and any(change.wire for change in changes)
    return wire or (kind in ("source", "breaking") and any(change.source for change in changes))
