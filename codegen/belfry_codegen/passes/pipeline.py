# SPDX-License-Identifier: Apache-2.0
"""Prepares a service for generation: finds and reads it, and applies overlays and passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

from belfry_codegen.model import ir
from belfry_codegen.model.errors import CombinedError, ModelError
from belfry_codegen.model.protocols import choose_protocol
from belfry_codegen.model.records import replace
from belfry_codegen.passes.big_numbers import spell_big_numbers
from belfry_codegen.passes.defaults import fill_defaults
from belfry_codegen.passes.documentation import without_documentation
from belfry_codegen.passes.endpoint_labels import place_endpoint_labels
from belfry_codegen.passes.endpoint_options import add_endpoint_options
from belfry_codegen.passes.endpoint_values import remove_unread_values
from belfry_codegen.passes.error_codes import settle_error_codes
from belfry_codegen.passes.event_streams import split_event_streams
from belfry_codegen.passes.jmespath.service import compile_expressions
from belfry_codegen.passes.normalize import normalize
from belfry_codegen.passes.overlay import apply_overlay
from belfry_codegen.passes.prune import prune
from belfry_codegen.passes.recursion import mark_recursion
from belfry_codegen.passes.sensitivity import mark_sensitive
from belfry_codegen.passes.spellings import keep_orders
from belfry_codegen.passes.synthesize import synthesize_messages
from belfry_codegen.passes.wire_names import settle_wire_names
from belfry_codegen.readers.models import Entry, find
from belfry_codegen.readers.overlay import overlay_files
from belfry_codegen.readers.overlay_file import OverlayFile
from belfry_codegen.readers.spellings import read_spellings

Pass = Callable[[ir.Service], ir.Service]

PASSES: tuple[Pass, ...] = (
    split_event_streams,
    settle_wire_names,
    normalize,
    spell_big_numbers,
    place_endpoint_labels,
    remove_unread_values,
    add_endpoint_options,
    synthesize_messages,
    keep_orders,
    fill_defaults,
    mark_sensitive,
    mark_recursion,
    compile_expressions,
)
"""The passes that run on every service after its operations are chosen, in this order."""


def load_service(
    models: Path,
    service: str,
    operations: Iterable[str] | None = None,
    documentation: bool = False,
    protocol: str | None = None,
    entry: Entry | None = None,
    model: ir.Service | None = None,
    misfits: list[ModelError] | None = None,
    spellings: ir.Spellings | None = None,
) -> ir.Service:
    """The service of that name, ready to be generated.

    It has only those `operations`, or all of them for None, and uses `protocol`, or for None the best of
    those that its model lists. The model's own documentation is left out unless it is asked for, because its
    copyright is the author's; overlays' documentation stays. A known `entry` saves the search for it, and its
    `model` saves reading it.

    Entries of overlays that do not fit the model are left out, and their errors are appended to `misfits`. If
    that is None, or an overlay is wrong for every model, the error raised has all of them.

    `spellings` is what the generated code keeps of earlier models, for None what the file beside the model
    has.
    """
    entry = entry or find(models, service)
    found = model or entry.read()
    found = replace(
        found,
        chosen_protocol=choose_protocol(found.protocols, found.id, protocol),
        spellings=read_spellings(entry.spellings) if spellings is None else spellings,
    )
    if not documentation:
        found = without_documentation(found)
    overlays = [OverlayFile(path) for path in overlay_files(found.id, entry.overlay)]
    chosen = None if operations is None else tuple(operations)
    prepared = None
    while prepared is None:
        try:
            prepared = _prepared(found, overlays, chosen)
        except ModelError as fault:
            if not any(overlay.leave_out(fault) for overlay in overlays):
                _raise_all([*_faults(overlays), fault])
    faults = _faults(overlays)
    if faults and (misfits is None or any(overlay.is_broken for overlay in overlays)):
        _raise_all(faults)
    if misfits is not None:
        misfits.extend(faults)
    return prepared


def _prepared(
    found: ir.Service, overlays: Iterable[OverlayFile], operations: tuple[str, ...] | None
) -> ir.Service:
    for overlay in overlays:
        found = apply_overlay(found, overlay.read(found.shapes))
    # Before the other operations are removed: a waiter may expect an error that no chosen operation lists.
    found = prune(settle_error_codes(found), operations)
    for apply in PASSES:
        found = apply(found)
    return found


def _faults(overlays: Iterable[OverlayFile]) -> list[ModelError]:
    return [fault for overlay in overlays for fault in overlay.faults]


def _raise_all(faults: list[ModelError]) -> NoReturn:
    raise faults[0] if len(faults) == 1 else CombinedError(faults)
