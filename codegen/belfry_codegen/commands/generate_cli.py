# SPDX-License-Identifier: Apache-2.0
"""The command `generate`: the services that the command line or a belfry.toml names, and the report."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from belfry_codegen.commands.console import (
    BAD_INPUT,
    MISFIT,
    STALE,
    chosen_manifest,
    chosen_operations,
    is_namespace,
    own_models,
    print_faults,
    print_misfits,
    report_interruption,
)
from belfry_codegen.commands.generate import Report, generate
from belfry_codegen.commands.repository import checkout, own_command
from belfry_codegen.commands.task import Options
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.output.progress import counted
from belfry_codegen.readers.models import Entry, find, nothing_in, survey


def run_generate(options: argparse.Namespace) -> int:
    """Runs the command; returns the exit status."""
    started = time.monotonic()
    manifest = chosen_manifest(options)
    if manifest is not None:
        return _generate_project(manifest, options, started)
    options.models = options.models or own_models()
    operations = chosen_operations(options.operations)
    if operations is not None and len(options.services) != 1:
        raise UsageError("--operations can be used with one service only")
    if options.protocol is not None and len(options.services) != 1:
        raise UsageError("--protocol can be used with one service only")
    if options.namespace and len(options.services) != 1:
        raise UsageError("--namespace can be used with one service only")
    if options.namespace and not is_namespace(options.namespace):
        raise UsageError(
            f"--namespace: expected lower-case names with '::' between them, not '{options.namespace}'"
        )
    services, unreadable = _chosen(options)
    wanted = Options(
        options.out or (checkout() or Path()) / "include",
        operations,
        options.docs,
        options.protocol,
        options.check,
        namespace=options.namespace,
        compiled=options.compiled,
        borrowed=options.borrowed,
    )
    return _finish(services, unreadable, dict.fromkeys(services, wanted), options, started)


def _finish(
    services: Mapping[str, Entry],
    unreadable: Sequence[ModelError],
    wanted: Mapping[str, Options],
    options: argparse.Namespace,
    started: float,
) -> int:
    """Generates services, and tells the outcome."""
    report = generate(services, wanted, options.cache) if services else Report()
    several = len(services) + len(unreadable) > 1
    for outcome in report.outcomes:
        for path in outcome.stale:
            print(f"stale: {path}", file=sys.stderr)
        for left_over in outcome.left_over:
            print(f"no longer generated: {left_over}", file=sys.stderr)
        prefix = f"{outcome.name}: " if several else ""
        if outcome.fault:
            print_faults(outcome.fault.splitlines(), prefix)
        if outcome.note:
            print(f"belfry: {prefix}{outcome.note}", file=sys.stderr)
        if outcome.misfits:
            print_misfits(outcome.misfits, prefix)
    for fault in unreadable:
        print(f"belfry: {fault}", file=sys.stderr)
    failed = len(report.faults) + len(unreadable)
    if not options.check and len(report.outcomes) > len(report.faults):
        _print_summary(report, failed, several, time.monotonic() - started)
    if report.interrupted:
        return report_interruption("each service was written completely or not at all")
    if failed:
        return BAD_INPUT
    if report.misfits:
        return MISFIT
    return 0 if report.is_fresh else STALE


def _generate_project(path: Path, options: argparse.Namespace, started: float) -> int:
    # Imported here, because the other commands must start without it.
    from belfry_codegen.commands.project import read_lock, read_project, write_lock
    from belfry_codegen.commands.project_models import (
        locked_spellings,
        new_lock,
        project_entries,
        project_models,
        project_options,
        require_locked,
    )

    for name in ("operations", "protocol", "namespace", "out", "docs", "compiled", "borrowed"):
        if getattr(options, name):
            raise UsageError(f"--{name}: {path} says this; change it there")
    project = read_project(path)
    with project_models(project) as models:
        entries = project_entries(project, models)
        lock = read_lock(project.lock)
        found = new_lock(entries, project.botocore, locked_spellings(lock))
        require_locked(project, lock, found)
        status = _finish(entries, [], project_options(project, found, options.check), options, started)
    if lock == found or status not in (0, MISFIT):
        return status
    if options.check:
        print(f"stale: {project.lock}", file=sys.stderr)
        return STALE
    write_lock(project.lock, found)
    return status


def _chosen(options: argparse.Namespace) -> tuple[dict[str, Entry], list[ModelError]]:
    """The services to generate, and errors for model files that cannot be read."""
    if options.services and options.all:
        raise UsageError("give either --all or names of services, not both")
    if options.services:
        return {name: _find(options.models, name) for name in options.services}, []
    found, faults = survey(options.models, options.cache)
    if not found and not faults:
        raise nothing_in(options.models)
    if not options.all and options.models != own_models() and not options.models.is_file():
        raise UsageError(f"give names of services, or --all for all {len(found)} in {options.models}")
    return found, faults


def _find(models: Path, name: str) -> Entry:
    try:
        return find(models, name)
    except UsageError as fault:
        if models != own_models():
            raise
        raise UsageError(f"{fault}; {_advice_to_copy(name)}") from None


def _advice_to_copy(name: str) -> str:
    """How to get a model. The folder of models that CMake installs is not the user's to write to."""
    if checkout() is not None:
        return f"`{own_command('update', name)}` copies its model from botocore"
    command = own_command("update", name, "--models", "DIR")
    return f"`{command}` copies its model from botocore; then give --models DIR (MODELS_DIR in CMake)"


def _print_summary(report: Report, failed: int, several: bool, seconds: float) -> None:
    written = sum(outcome.written for outcome in report.outcomes)
    unchanged = sum(outcome.unchanged for outcome in report.outcomes)
    removed = sum(outcome.removed for outcome in report.outcomes)
    text = f"{written} written, {unchanged} unchanged, {removed} removed"
    if several:
        done = len(report.outcomes) - len(report.faults)
        text += f"; {counted(done, 'service')} in {seconds:.1f} s" + (f", {failed} failed" if failed else "")
    print(text, file=sys.stderr)
