# SPDX-License-Identifier: Apache-2.0
"""Compares a service of two folders of models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.changes import all_changes
from belfry_codegen.commands.diff.check import affected_lines
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.diff.report import ServiceReport
from belfry_codegen.commands.task import fault_text
from belfry_codegen.cpp.surface import surface_of
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import replace
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import find


@dataclass(frozen=True, slots=True)
class Pair:
    """A service, and the models that may have it."""

    name: str
    old: Path
    new: Path
    in_old: bool
    in_new: bool
    program: Path | None
    """The program whose lines are searched."""
    overlay: Path | None = None
    """The overlay of both; None for those beside the models."""
    operations: tuple[str, ...] | None = None
    """The operations that are compared; None for all."""
    protocol: str | None = None
    """None for the best one that each model lists."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome for a service: a report, or the text of an error."""

    name: str
    report: ServiceReport | None = None
    fault: str = ""


def compare_pair(pair: Pair) -> Compared:
    """Compares a service. An error becomes a result, so that the others are still compared."""
    try:
        return Compared(pair.name, _report(pair))
    except Exception as fault:
        return Compared(pair.name, fault=fault_text(pair.new / pair.name, fault))


def _report(pair: Pair) -> ServiceReport:
    if not pair.in_new:
        gone = Change(("service",), "service removed", wire="it is gone", source="its headers are gone")
        return ServiceReport(pair.name, [gone])
    if not pair.in_old:
        return ServiceReport(pair.name, [Change(("service",), "service added", is_new=True)])
    # An entry of an overlay that does not fit has no effect, as in `generate`, which reports it.
    misfits: list[ModelError] = []
    entries = (replace(find(models, pair.name), own_overlay=pair.overlay) for models in (pair.old, pair.new))
    before, after = (
        load_service(
            entry.models,
            pair.name,
            pair.operations,
            protocol=pair.protocol,
            entry=entry,
            misfits=misfits,
        )
        for entry in entries
    )
    changes = all_changes(before, after, pair.name)
    places = affected_lines(pair.program, changes, surface_of(before, pair.name)) if pair.program else []
    return ServiceReport(pair.name, changes, places)
