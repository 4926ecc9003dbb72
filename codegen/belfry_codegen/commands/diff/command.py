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
    from belfry_codegen.commands.diff.run import Program
    from belfry_codegen.commands.diff.sources import Source

BREAKS = 1
FAILURES = ("wire", "source", "breaking", "any", "program")


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
        "--format",
        choices=["text", "markdown", "changelog", "json", "github"],
        default="text",
        help="default: text; github: annotations of lines, and a summary for GITHUB_STEP_SUMMARY",
    )
    command.add_argument(
        "--check",
        type=Path,
        metavar="PATH",
        help="also list the lines of this C++ file or folder that name what breaks",
    )
    add_compile_commands(command)
    command.add_argument(
        "--fail-on",
        choices=FAILURES,
        metavar="|".join(FAILURES),
        help="exit 1 if there is such a change; program: if --check lists a line",
    )
    command.set_defaults(run=_diff)


def add_compile_commands(command: argparse.ArgumentParser) -> None:
    """Adds the option with which `--check` compiles."""
    command.add_argument(
        "--compile-commands",
        type=Path,
        metavar="FILE",
        help="with --check: a compile_commands.json, whose commands compile the program with the headers of"
        " both versions; lists the lines that only the new ones break",
    )


def checked_program(options: argparse.Namespace) -> Program | None:
    """The program that `--check` and `--compile-commands` name."""
    from belfry_codegen.commands.diff.run import Program

    if options.check is None:
        if options.compile_commands is not None:
            raise UsageError("--compile-commands needs --check, which says whose lines are listed")
        return None
    return Program(options.check, options.compile_commands)


def _diff(options: argparse.Namespace) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.diff.github import github_lines
    from belfry_codegen.commands.diff.report import changelog_lines, json_lines, markdown_lines, text_lines
    from belfry_codegen.commands.diff.sources import open_source

    if options.fail_on == "program" and options.check is None:
        raise UsageError("--fail-on program needs --check")
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
        "github": github_lines,
    }
    for line in writers[options.format](report):
        print(line)
    if failed:
        return BAD_INPUT
    return BREAKS if _fails(report, options.fail_on) else 0


def _report(old: Source, new: Source, options: argparse.Namespace) -> tuple[Report, bool]:
    """The report, and whether a service could not be compared."""
    from belfry_codegen.commands.diff.pair import Pair
    from belfry_codegen.commands.diff.report import Report
    from belfry_codegen.commands.diff.run import compare_all
    from belfry_codegen.readers.models import services

    program = checked_program(options)
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
            keeps_spellings=new.is_release,
        )
        for name in names
    ]
    found, compiled = compare_all(pairs, program, (old.name, new.name))
    for done in found:
        for line in done.fault.splitlines():
            print(f"belfry: {done.name}: {line}", file=sys.stderr)
    for line in compiled.faults if compiled is not None else ():
        print(f"belfry: {line}", file=sys.stderr)
    reports = [done.report for done in found if done.report is not None]
    failed = len(reports) < len(found) or bool(compiled is not None and compiled.faults)
    return Report(old.name, new.name, reports, options.check, compiled), failed


def _fails(report: Report, kind: str | None) -> bool:
    changes = [change for one in report.services for change in one.changes]
    if kind == "any":
        return bool(changes)
    if kind == "program":
        return report.concerns_program
    wire = kind in ("wire", "breaking") and any(change.wire for change in changes)
    return wire or (kind in ("source", "breaking") and any(change.source for change in changes))
