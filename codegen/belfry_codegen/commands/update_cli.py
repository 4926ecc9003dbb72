# SPDX-License-Identifier: Apache-2.0
"""The command `update`: newer models for a folder of them, or for a project with a belfry.toml."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from belfry_codegen.commands.console import (
    BAD_INPUT,
    MISFIT,
    chosen_manifest,
    own_models,
    print_fault,
    print_misfits,
)
from belfry_codegen.commands.diff.command import checked_program
from belfry_codegen.commands.diff.report import Report, change_lines, text_lines
from belfry_codegen.commands.overlay_repeats import repeated_entries
from belfry_codegen.commands.project import read_project
from belfry_codegen.commands.project_models import update_project
from belfry_codegen.commands.repository import checkout, own_command
from belfry_codegen.commands.update import Data, Update, check_layout, open_data, update
from belfry_codegen.model.errors import BelfryError, ModelError, UsageError
from belfry_codegen.output.progress import counted
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import Entry, find, services

_STATUSES = (0, MISFIT, BAD_INPUT)
"""From the best to the worst."""


def run_update(options: argparse.Namespace) -> int:
    """Runs the command; returns the exit status."""
    manifest = None if options.source is not None else chosen_manifest(options)
    if manifest is not None:
        return _update_project(manifest, options)
    if any(value is not None for value in (options.to, options.check, options.compile_commands)):
        raise UsageError(
            f"--to and --check are for a project with a belfry.toml; `{own_command('diff')}` compares"
        )
    options.models = options.models or own_models()
    # Those that pip or CMake installed: an update would be lost with the next version.
    if options.models == own_models() and options.models.is_absolute() and checkout() is None:
        raise UsageError(
            f"{options.models}: these models belong to the installation; give yours with --models DIR"
        )
    check_layout(options.models)
    names = list(options.services) or [name for name, _ in services(options.models)]
    with open_data(options.source) as data:
        return max([_update_one(options, name, data, len(names) > 1) for name in names], key=_STATUSES.index)


def _update_one(options: argparse.Namespace, name: str, data: Data, several: bool) -> int:
    """Updates one service; returns its exit status."""
    prefix = f"{name}: " if several else ""
    try:
        done = update(options.models, name, data, options.keep_docs)
        _print_update(name, done)
        # The model is written; what the overlay says of the old one is for its author to settle.
        faults: list[ModelError] = []
        load_service(options.models, name, misfits=faults)
        _print_repeats(find(options.models, name), prefix)
    except (BelfryError, OSError) as fault:
        print_fault(fault, prefix)
        return BAD_INPUT
    if faults:
        print_misfits([str(fault) for fault in faults], prefix)
    return MISFIT if faults else 0


def _update_project(path: Path, options: argparse.Namespace) -> int:

    done = update_project(read_project(path), options.to, checked_program(options))
    faults = [(one.name, line) for one in done.compared for line in one.fault.splitlines()]
    for name, line in faults:
        print(f"belfry: {name}: {line}", file=sys.stderr)
    if faults:
        print(f"belfry: {path} stays as it is", file=sys.stderr)
        return BAD_INPUT
    for line in done.compiled.faults if done.compiled is not None else ():
        print(f"belfry: {line}", file=sys.stderr)
    reports = [one.report for one in done.compared if one.report is not None]
    if reports:
        for line in text_lines(Report(done.old, done.new, reports, options.check, done.compiled)):
            print(line)
    for name in done.relocked:
        print(f"{name}: the model or its overlay is not the one that was locked before")
    print(f"{path}: the models of {done.new} are locked; `{own_command('generate')}` writes the headers")
    return 0


def _print_repeats(entry: Entry, prefix: str) -> None:
    """Proposes to remove what the overlay beside a model no longer needs to say."""

    if entry.overlay.is_file():
        for line in repeated_entries(entry.read(), entry.overlay):
            print(f"belfry: {prefix}{line}: the model says this by itself; remove the entry", file=sys.stderr)


def _print_update(name: str, done: Update) -> None:

    dropped = f", {counted(done.removed, 'file')} removed" if done.removed else ""
    print(f"{done.folder}: from {done.source}, {counted(done.written, 'file')} written{dropped}")
    for change in done.changes:
        for line in change_lines(change):
            print(line)
    if done.first:
        print(f"this is the service's first version; `{own_command('generate', name)}` writes its headers")
    elif done.unknown:
        print(f"what changed cannot be told: {done.unknown}")
    elif not done.changes:
        print("no change that users can see")
