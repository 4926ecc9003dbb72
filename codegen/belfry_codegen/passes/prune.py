# SPDX-License-Identifier: Apache-2.0
"""Keeps the chosen operations and the shapes that they reach."""

from __future__ import annotations

from collections.abc import Iterable

from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.records import replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.passes.references import operation_targets, reachable


def prune(service: ir.Service, operations: Iterable[str] | None = None) -> ir.Service:
    """The service with only those operations (for None all) and the shapes and waiters that they need."""
    chosen = set(service.operations) if operations is None else set(operations)
    for name in sorted(chosen):
        if name not in service.operations:
            hint = close_matches(name, service.operations)
            raise UsageError(f"{service.id}: no operation '{name}'{hint}")
    kept = {name: operation for name, operation in service.operations.items() if name in chosen}
    roots = [target for operation in kept.values() for target in operation_targets(operation)]
    needed = reachable(service.shapes, roots)
    return replace(
        service,
        operations=kept,
        shapes={name: shape for name, shape in service.shapes.items() if name in needed},
        waiters={name: waiter for name, waiter in service.waiters.items() if waiter.operation in chosen},
    )
