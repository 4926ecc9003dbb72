# SPDX-License-Identifier: Apache-2.0
"""Compares two versions of a service: each change, and what it means for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from belfry_codegen.commands.diff.operations import operation_changes, service_changes
from belfry_codegen.commands.diff.records import Break, Change, Key
from belfry_codegen.commands.diff.shapes import ShapeChanges
from belfry_codegen.commands.diff.source import source_breaks
from belfry_codegen.cpp.surface import surface_of
from belfry_codegen.model import ir


def compare(old: ir.Service, new: ir.Service, folder: str) -> list[Change]:
    """Every difference that users can see: the service's, then operations', then shapes'.

    Both are loaded, so that names and messages are those of the generated code. `folder` is the service's
    name among the models.
    """
    found = [
        *service_changes(old, new),
        *operation_changes(old, new),
        *ShapeChanges(old, new).all(),
    ]
    return list(_with_breaks(found, source_breaks(surface_of(old, folder), surface_of(new, folder))))


def _with_breaks(changes: Sequence[Change], breaks: dict[Key, Break]) -> Iterator[Change]:
    """The changes, each with the code that it breaks; then breaks that belong to none of the changes."""
    left = dict(breaks)
    for change in changes:
        found = left.pop(change.key, None)
        yield replace(change, source=found.reason, words=found.words) if found else change
    for key, found in left.items():
        # Such as a name that another member's name now takes.
        yield Change(key, f"{key[0]} {'.'.join(key[1:3])}", source=found.reason, words=found.words)
