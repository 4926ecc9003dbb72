# SPDX-License-Identifier: Apache-2.0
"""Lists all changes between two versions of a service, those of its endpoint rules included."""

from __future__ import annotations

from belfry_codegen.commands.diff.compare import compare
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.endpoint_changes import endpoint_changes
from belfry_codegen.commands.spellings import keep_spellings
from belfry_codegen.model import ir


def all_changes(old: ir.Service, new: ir.Service, folder: str) -> list[Change]:
    """The changes between two loaded services; `folder` is the service's name among the models."""
    return [*compare(old, new, folder), *endpoint_changes(old, new)]


def changes_of_update(old: ir.Service, new: ir.Service, folder: str) -> tuple[list[Change], ir.Spellings]:
    """The changes for a program whose headers keep the spellings of the old service, and those spellings."""
    kept, changes = keep_spellings(old, new, folder)
    return [*all_changes(old, kept, folder), *changes], kept.spellings
