# SPDX-License-Identifier: Apache-2.0
"""Common parts of the commands `generate` and `update`: exit statuses, messages, and what is worked on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.commands.repository import repository_root
from belfry_codegen.model.errors import BelfryError, UsageError, error_text

STALE = 1
BAD_INPUT = 2
MISFIT = 3
INTERRUPTED = 130

MANIFEST = "belfry.toml"
"""The file of a project."""


def print_fault(fault: BelfryError | OSError, prefix: str = "") -> None:
    print_faults(error_text(fault).splitlines(), prefix)


def print_faults(lines: Sequence[str], prefix: str = "") -> None:
    for line in lines:
        print(f"belfry: {prefix}{line}", file=sys.stderr)


def print_misfits(lines: Sequence[str], prefix: str = "") -> None:
    print_faults(lines, prefix)
    entries = "this entry of an overlay does" if len(lines) == 1 else "these entries of overlays do"
    print(f"belfry: {prefix}{entries} not fit the model and had no effect; change or remove", file=sys.stderr)


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
