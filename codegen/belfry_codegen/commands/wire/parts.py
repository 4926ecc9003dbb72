# SPDX-License-Identifier: Apache-2.0
"""Distributes a service's operations over source files so that their compilation is cheap.

A compiler makes the tables and functions of a structure again in each file that reaches it, and compares each
structure of a file with all others of it. So operations with the same structures belong together, and no file
may have too many.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from math import ceil

from belfry_codegen.cpp.plan import messages
from belfry_codegen.model import ir
from belfry_codegen.passes.references import reachable

_COST_OF_FILE = 1000
"""The members of a file's structures. With more, a compiler spends more on comparing structures than another
file would cost, and 500 MB of memory."""
_COST_OF_SMALL_FILE = 250
"""A service with more than this is worth a file for each of two processors."""
_COST_OF_STRUCTURE = 2
"""A structure itself takes as long as two members."""


def parts_of(service: ir.Service) -> list[list[str]]:
    """The names of the operations of each file, in the model's order."""
    costs = {
        name: len(shape.members) + _COST_OF_STRUCTURE
        for name, shape in service.shapes.items()
        if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION)
    }
    reached = {
        name: reachable(service.shapes, messages(operation)) & costs.keys()
        for name, operation in service.operations.items()
    }
    total = _cost(costs, set().union(*reached.values()))
    count = max(ceil(total / _COST_OF_FILE), min(2, ceil(total / _COST_OF_SMALL_FILE)), 1)
    parts = [_Part(costs, total / count) for _ in range(count)]
    # The largest first: those that share its structures follow it.
    for name in sorted(reached, key=lambda name: -_cost(costs, reached[name])):
        min(parts, key=lambda part: part.burden(reached[name])).add(name, reached[name])
    order = {name: number for number, name in enumerate(service.operations)}
    return [sorted(part.operations, key=order.__getitem__) for part in parts if part.operations]


class _Part:
    """The operations of one file, and the structures that they reach."""

    def __init__(self, costs: Mapping[str, int], share: float) -> None:
        self.operations: list[str] = []
        self._costs = costs
        self._share = share
        self._structures: set[str] = set()
        self._cost = 0

    def burden(self, structures: Set[str]) -> tuple[float, int]:
        """The cost of structures that the file does not have yet, and again of what exceeds its share."""
        added = _cost(self._costs, structures - self._structures)
        return added + max(0.0, self._cost + added - self._share), self._cost

    def add(self, operation: str, structures: Set[str]) -> None:
        """Adds an operation that reaches these structures."""
        self.operations.append(operation)
        self._cost += _cost(self._costs, structures - self._structures)
        self._structures |= structures


def _cost(costs: Mapping[str, int], structures: Set[str]) -> int:
    return sum(costs[name] for name in structures)
