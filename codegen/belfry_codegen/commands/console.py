# SPDX-License-Identifier: Apache-2.0
"""Common parts of the command lines: exit statuses, messages, and the values of options."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.commands.repository import repository_root
from belfry_codegen.model.errors import BelfryError, UsageError, error_text

STALE = 1
BAD_INPUT = 2
MISFIT = 3
INTERRUPTED = 130

RUN_AGAIN = "run the same command again to continue"
"""Advice after an interruption of a command that keeps what it has done."""

MANIFEST = "belfry.toml"
"""The file of a project."""

_NAMESPACE = re.compile(r"[a-z][a-z0-9_]*(::[a-z][a-z0-9_]*)*")


def print_fault(fault: BelfryError | OSError, prefix: str = "") -> None:
    print_faults(error_text(fault).splitlines(), prefix)


def print_faults(lines: Sequence[str], prefix: str = "") -> None:
    for line in lines:
        print(f"belfry: {prefix}{line}", file=sys.stderr)


def print_misfits(lines: Sequence[str], prefix: str = "") -> None:
    print_faults(lines, prefix)
    entries = "this entry of an overlay does" if len(lines) == 1 else "these entries of overlays do"
    print(f"belfry: {prefix}{entries} not fit the model and had no effect; change or remove", file=sys.stderr)


def report_interruption(advice: str = "") -> int:
    """Tells that the command was interrupted, and what to do; returns the exit status."""
    print(f"belfry: interrupted{'; ' if advice else ''}{advice}", file=sys.stderr)
    return INTERRUPTED


def names_in(text: str) -> tuple[str, ...]:
    """The names that an option has, with commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def chosen_operations(text: str | None) -> tuple[str, ...] | None:
    """The operations of `--operations`; None for all."""
    names = None if text is None else names_in(text)
    if names == ():
        raise UsageError("--operations must name at least one operation")
    return names


def is_namespace(text: str) -> bool:
    """Whether a service can be generated into this namespace below `belfry`."""
    return _NAMESPACE.fullmatch(text) is not None


def own_models() -> Path:
    return repository_root("api-models") / "api-models"


def chosen_manifest(options: argparse.Namespace) -> Path | None:
    """The project's file that a command follows: the one that is named, or that of the current folder."""
    asks_otherwise = options.services or options.models is not None or getattr(options, "all", False)
    if options.manifest is None:
        return Path(MANIFEST) if not asks_otherwise and Path(MANIFEST).is_file() else None
    if asks_otherwise:
        raise UsageError(f"--manifest: {options.manifest} says which services and models are used")
    return Path(options.manifest)
