# SPDX-License-Identifier: Apache-2.0
"""Compares a service of two folders of models."""

from __future__ import annotations

from pathlib import Path

from belfry_codegen.commands.changes import all_changes, changes_of_update
from belfry_codegen.commands.diff.check import Place, affected_lines
from belfry_codegen.commands.diff.compile import NEW, OLD
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.diff.report import ServiceReport
from belfry_codegen.commands.task import fault_text
from belfry_codegen.cpp.surface import surface_of
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import dataclass, replace
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
    program: Path | None = None
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
    namespace: str = ""
    """The namespace of the headers below `belfry`; empty for the one of the service's ID."""
    headers: Path | None = None
    """Where to write the headers of both, if anything changed; None for nowhere."""
    names_suffice: bool = True
    """Whether lines that no longer compile are those with the names; otherwise a compiler finds them."""


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
    before = _load(pair, pair.old, pair.spellings) if pair.in_old else None
    after = _load(pair, pair.new, None) if pair.in_new else None
    spellings = ir.NO_SPELLINGS
    if after is None:
        gone = "its headers are gone"
        changes = [Change(("service",), "service removed", wire="it is gone", source=gone)]
    elif before is None:
        changes = [Change(("service",), "service added", is_new=True)]
    elif pair.keeps_spellings:
        changes, spellings = changes_of_update(before, after, pair.name)
    else:
        changes, spellings = all_changes(before, after, pair.name), after.spellings
    if pair.headers is not None and changes:
        _write(pair, OLD, before)
        _write(pair, NEW, _load(pair, pair.new, spellings) if after is not None else None)
    places: list[Place] = []
    if pair.program is not None and before is not None:
        named = [change for change in changes if pair.names_suffice or not change.source]
        places = affected_lines(pair.program, named, surface_of(before, pair.name))
    return Compared(pair.name, ServiceReport(pair.name, changes, places), spellings=spellings)


def _write(pair: Pair, folder: str, service: ir.Service | None) -> None:
    """Writes the headers of one version, for compilers."""
    # Imported here, because it takes Jinja2, which a comparison does not need.
    from belfry_codegen.cpp.render import render_service

    if service is None or pair.headers is None:
        return
    chosen = replace(service, chosen_namespace=pair.namespace)
    for name, text in render_service(chosen, pair.name).items():
        path = pair.headers / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


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
