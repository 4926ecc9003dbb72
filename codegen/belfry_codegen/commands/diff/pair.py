# SPDX-License-Identifier: Apache-2.0
"""Compares a service of two folders of models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.changes import all_changes, changes_of_update
from belfry_codegen.commands.diff.check import affected_lines
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.diff.report import ServiceReport
from belfry_codegen.commands.task import fault_text
from belfry_codegen.cpp.surface import surface_of
from belfry_codegen.model import ir
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
    keeps_spellings: bool = False
    """Whether the headers of the new one keep the spellings of the old one, as after `update`."""
    spellings: ir.Spellings | None = None
    """The spellings that the old one keeps of earlier ones; None for those of the file beside the model."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome for a service: a report, or the text of an error."""

    name: str
    report: ServiceReport | None = None
    fault: str = ""
    spellings: ir.Spellings = ir.NO_SPELLINGS
    """The spellings that the headers of the new one keep."""


def compare_pair(pair: Pair) -> Compared:
    """Compares a service. An error becomes a result, so that the others are still compared."""
    try:
        return _compare(pair)
    except Exception as fault:
        return Compared(pair.name, fault=fault_text(pair.new / pair.name, fault))


def _compare(pair: Pair) -> Compared:
    if not pair.in_new:
        gone = Change(("service",), "service removed", wire="it is gone", source="its headers are gone")
        return Compared(pair.name, ServiceReport(pair.name, [gone]))
    if not pair.in_old:
        return Compared(
            pair.name, ServiceReport(pair.name, [Change(("service",), "service added", is_new=True)])
        )
    before, after = _load(pair, pair.old, pair.spellings), _load(pair, pair.new, None)
    if pair.keeps_spellings:
        changes, spellings = changes_of_update(before, after, pair.name)
    else:
        changes, spellings = all_changes(before, after, pair.name), after.spellings
    places = affected_lines(pair.program, changes, surface_of(before, pair.name)) if pair.program else []
    return Compared(pair.name, ServiceReport(pair.name, changes, places), spellings=spellings)


def _load(pair: Pair, models: Path, spellings: ir.Spellings | None) -> ir.Service:
    # An entry of an overlay that does not fit has no effect, as in `generate`, which reports it.
    misfits: list[ModelError] = []
    entry = replace(find(models, pair.name), own_overlay=pair.overlay)
    return load_service(
        entry.models,
        pair.name,
        pair.operations,
        protocol=pair.protocol,
        entry=entry,
        misfits=misfits,
        spellings=spellings,
    )
