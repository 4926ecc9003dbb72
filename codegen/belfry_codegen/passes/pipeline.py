# SPDX-License-Identifier: Apache-2.0
"""Reads a service and applies all passes, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from belfry_codegen.model import ir
from belfry_codegen.model.protocols import choose_protocol
from belfry_codegen.passes.big_numbers import spell_big_numbers
from belfry_codegen.passes.defaults import fill_defaults
from belfry_codegen.passes.documentation import without_documentation
from belfry_codegen.passes.endpoint_labels import place_endpoint_labels
from belfry_codegen.passes.endpoint_options import add_endpoint_options
from belfry_codegen.passes.error_codes import settle_error_codes
from belfry_codegen.passes.event_streams import split_event_streams
from belfry_codegen.passes.jmespath.service import compile_expressions
from belfry_codegen.passes.normalize import normalize
from belfry_codegen.passes.overlay import apply_built_in_overlay, apply_overlay
from belfry_codegen.passes.prune import prune
from belfry_codegen.passes.recursion import mark_recursion
from belfry_codegen.passes.synthesize import synthesize_messages
from belfry_codegen.passes.wire_names import settle_wire_names
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.models import Entry, find
from belfry_codegen.readers.node import Node


def load_service(
    models: Path,
    service: str,
    operations: Iterable[str] | None = None,
    documentation: bool = False,
    protocol: str | None = None,
    entry: Entry | None = None,
) -> ir.Service:
    """The service with its overlay, if it has one, restricted to `operations`, if there are any.

    It speaks `protocol`, or the best of those that its model lists.

    The model's own documentation is left out unless it is asked for, for it is its author's. An `entry` that
    is known already saves looking for it.
    """
    entry = entry or find(models, service)
    loaded = entry.read()
    loaded = replace(
        loaded,
        chosen_protocol=choose_protocol(loaded.protocols, loaded.id, protocol),
        distinct_id=entry.distinct_id(loaded.id),
    )
    loaded = settle_error_codes(loaded)
    if not documentation:
        loaded = without_documentation(loaded)
    loaded = apply_built_in_overlay(loaded)
    if entry.overlay.is_file():
        loaded = apply_overlay(loaded, Node.of(str(entry.overlay), "", load_json(entry.overlay)))
    pruned = split_event_streams(prune(loaded, operations))
    pruned = spell_big_numbers(normalize(settle_wire_names(pruned)))
    pruned = add_endpoint_options(place_endpoint_labels(pruned))
    return compile_expressions(mark_recursion(fill_defaults(synthesize_messages(pruned))))
