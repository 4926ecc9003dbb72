# SPDX-License-Identifier: Apache-2.0
"""Compares services in parallel, and compiles a program with the headers of both versions."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.diff.compile import Compiled, compile_program, hide_removed
from belfry_codegen.commands.diff.database import read_units
from belfry_codegen.commands.diff.pair import Compared, Pair, compare_pair
from belfry_codegen.model.records import replace
from belfry_codegen.output.jobs import as_completed, job_count
from belfry_codegen.output.progress import progress


@dataclass(frozen=True, slots=True)
class Program:
    """A program that changes may concern."""

    path: Path
    database: Path | None = None
    """Its compile_commands.json; None to search names only."""


def compare_all(
    pairs: Sequence[Pair], program: Program | None, names: tuple[str, str]
) -> tuple[list[Compared], Compiled | None]:
    """The outcome for each service, in the order of `pairs`, and what a compiler said of the program.

    `names` are those of the two versions.
    """
    database = program.database if program is not None else None
    units = read_units(database, program.path) if program is not None and database is not None else []
    with ExitStack() as stack:
        headers = None
        if units:
            headers = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="belfry-"))).resolve()
        tasks = [
            replace(
                pair,
                program=program.path if program is not None else None,
                headers=headers,
                names_suffice=not units,
            )
            for pair in pairs
        ]
        done = []
        with progress(len(tasks), "services") as bar:
            for one in as_completed(compare_pair, tasks, job_count()):
                done.append(one)
                bar.update()
        order = [pair.name for pair in pairs]
        done.sort(key=lambda one: order.index(one.name))
        if program is None or headers is None or any(one.fault for one in done):
            return done, None
        hide_removed(headers)
        changes = [change for one in done if one.report is not None for change in one.report.changes]
        return done, compile_program(units, program.path, headers, names, changes)
