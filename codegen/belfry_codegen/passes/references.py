# SPDX-License-Identifier: Apache-2.0
"""Lists the shapes that a shape or an operation refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from belfry_codegen.model import ir


def targets(shape: ir.Shape) -> Iterator[str]:
    """The names of the shapes that this one refers to, in the model's order, with repeats."""
    for member in shape.members:
        yield member.target
    for reference in (shape.element, shape.key, shape.value):
        if reference is not None:
            yield reference.target


def operation_targets(operation: ir.Operation) -> Iterator[str]:
    """The names of the shapes that an operation refers to directly."""
    if operation.input:
        yield operation.input
    if operation.output:
        yield operation.output
    yield from operation.errors


def reachable(shapes: Mapping[str, ir.Shape], roots: Iterable[str]) -> set[str]:
    """The names of all shapes that can be reached from `roots`, which are included."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(targets(shapes[name]))
    return found
