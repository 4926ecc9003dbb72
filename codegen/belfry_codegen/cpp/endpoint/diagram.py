# SPDX-License-Identifier: Apache-2.0
"""Reads decision diagrams: Smithy's trait `endpointBdd`, the other form that endpoint rules have.

A node has a condition and two references: one to follow if the condition holds, one if it does not. These are
the values of a reference:

- 1, -1 and 100000000 stand for "no result".
- 100000000 + n stands for result n - 1.
- Any other number n below 100000000 stands for node n - 1.
- A negative number -n stands for node n - 1 with its two references exchanged.
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any

from belfry_codegen.cpp.endpoint.tables import EndpointRulesError
from belfry_codegen.model.records import dataclass

_FIRST_RESULT = 100_000_000
_NODE = struct.Struct(">iii")

NO_RESULT = -1
"""The place that stands for no result."""


@dataclass(frozen=True)
class Step:
    """A node of the diagram as it is reached from the root."""

    condition: int
    """Its index in `Diagram.conditions`."""
    if_true: int
    """A place in `Diagram.steps`, or -2 - n for result n; -1 for no result."""
    if_false: int


@dataclass(frozen=True)
class Diagram:
    """A decision diagram: the steps that can be reached, each before those that it leads to."""

    conditions: tuple[dict[str, Any], ...]
    results: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]
    start: int


def is_diagram(rules: Any) -> bool:
    """Whether endpoint rules are a decision diagram, not a rule set."""
    return isinstance(rules, dict) and "nodes" in rules and "rules" not in rules


def result_of(place: int) -> int:
    """The index of the result that a place below -1 stands for."""
    return -2 - place


def read_diagram(trait: Any) -> Diagram:
    """Reads the value of the trait; raises EndpointRulesError where it is broken.

    Conditions and results are checked when they are compiled.
    """
    if not isinstance(trait, dict):
        raise EndpointRulesError("endpointBdd", "this must be an object")
    conditions, results = _objects(trait, "conditions"), _objects(trait, "results")
    for i, rule in enumerate(results):
        if rule.get("type") not in ("endpoint", "error") or rule.get("conditions"):
            raise EndpointRulesError(
                f"results[{i}]", "a result must be an endpoint or an error without conditions"
            )
    nodes = _nodes(trait, len(conditions), len(results))
    steps, start = _steps(nodes, trait["root"])
    return Diagram(tuple(conditions), tuple(results), steps, start)


def _objects(trait: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = trait.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise EndpointRulesError(key, "this must be a list of objects")
    return value


def _nodes(trait: dict[str, Any], conditions: int, results: int) -> list[tuple[int, int, int]]:
    try:
        data = base64.b64decode(trait.get("nodes") or "", validate=True)
    except (TypeError, ValueError, binascii.Error) as fault:
        raise EndpointRulesError("nodes", f"this must be base64: {fault}") from None
    count = trait.get("nodeCount")
    if len(data) % _NODE.size or (isinstance(count, int) and len(data) != count * _NODE.size):
        raise EndpointRulesError(
            "nodes", f"{count} nodes of {_NODE.size} bytes are expected, not {len(data)} bytes"
        )
    nodes = list(_NODE.iter_unpack(data))
    for i, (condition, *references) in enumerate(nodes[1:], start=1):
        if not 0 <= condition < conditions:
            raise EndpointRulesError(
                f"nodes[{i}]", f"there is no condition {condition}; the diagram has {conditions}"
            )
        for reference in references:
            _check_reference(reference, len(nodes), results, f"nodes[{i}]")
    _check_reference(trait.get("root"), len(nodes), results, "root")
    return nodes


def _check_reference(reference: Any, nodes: int, results: int, where: str) -> None:
    is_number = isinstance(reference, int) and not isinstance(reference, bool)
    if is_number and reference != 0 and abs(reference) <= max(nodes, 1):
        return
    if not is_number or not _FIRST_RESULT <= reference <= _FIRST_RESULT + results:
        raise EndpointRulesError(where, f"{reference!r} refers to nothing")


def _is_node(reference: int) -> bool:
    return abs(reference) != 1 and reference < _FIRST_RESULT


def _branches(nodes: list[tuple[int, int, int]], reference: int) -> tuple[int, int]:
    """Where a reference to a node leads if its condition holds, and if not."""
    _, high, low = nodes[abs(reference) - 1]
    return (high, low) if reference > 0 else (low, high)


def _steps(nodes: list[tuple[int, int, int]], root: int) -> tuple[tuple[Step, ...], int]:
    """The steps that the root reaches, and where to start."""
    order = _order(nodes, root)
    places = {reference: place for place, reference in enumerate(order)}

    def place(reference: int) -> int:
        if _is_node(reference):
            return places[reference]
        return NO_RESULT if abs(reference) == 1 else _FIRST_RESULT - 1 - reference

    steps = []
    for reference in order:
        high, low = _branches(nodes, reference)
        steps.append(Step(nodes[abs(reference) - 1][0], place(high), place(low)))
    return tuple(steps), place(root)


def _order(nodes: list[tuple[int, int, int]], root: int) -> list[int]:
    """The references to nodes that the root reaches, each before those that it leads to."""
    done: dict[int, None] = {}
    way: dict[int, None] = {}
    # Without recursion: a diagram may be deeper than Python's stack. A reference is visited twice, when it is
    # come upon and when all that it leads to is done.
    waiting = [root] if _is_node(root) else []
    while waiting:
        reference = waiting[-1]
        if reference in done or reference in way:
            waiting.pop()
            if reference not in done:
                del way[reference]
                done[reference] = None
            continue
        way[reference] = None
        # In the order, the steps behind a condition that holds come first, so they are done last.
        for target in _branches(nodes, reference):
            if target in way:
                raise EndpointRulesError(f"nodes[{abs(target) - 1}]", "the node leads back to itself")
            if _is_node(target) and target not in done:
                waiting.append(target)
    return [*reversed(done)]
