# SPDX-License-Identifier: Apache-2.0
"""A decision diagram (Smithy's trait `endpointBdd`): its numbered text, and its trace for parameters.

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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from belfry_codegen.commands.explain.evaluate import Evaluator
from belfry_codegen.commands.explain.results import NO_RULE, Outcome, outcome_of, result_lines
from belfry_codegen.commands.explain.rules import condition_trace
from belfry_codegen.commands.explain.words import LEGEND, condition_words
from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rule_set

_FIRST_RESULT = 100_000_000
_NODE = struct.Struct(">iii")
_DEEPEST = 8
"""How many steps are printed inside each other before a text begins at the margin again."""


@dataclass(frozen=True)
class Step:
    """A node of the diagram as it is reached from the root."""

    condition: dict[str, Any]
    if_true: int
    """A place in `Diagram.steps`, or -1 - n for result n; -1 for no result."""
    if_false: int


@dataclass(frozen=True)
class Diagram:
    """A decision diagram: the steps that can be reached, the first one first."""

    rule_set: dict[str, Any]
    """The parameters, with all conditions and results, as a rule set: what the compiler checks."""
    steps: tuple[Step, ...]
    start: int
    results: tuple[dict[str, Any], ...]


def read_diagram(trait: Any) -> Diagram:
    """Reads and checks the value of the trait; raises EndpointRulesError where it is broken."""
    if not isinstance(trait, dict):
        raise EndpointRulesError("endpointBdd", "this must be an object")
    conditions, results = _objects(trait, "conditions"), _objects(trait, "results")
    rule_set = {
        "version": trait.get("version"),
        "parameters": trait.get("parameters"),
        # A name is assigned before it is used on each way through the diagram, so in this order, too.
        "rules": [{"type": "tree", "conditions": conditions, "rules": results}],
    }
    compile_rule_set(rule_set)
    if any(rule["type"] == "tree" or rule.get("conditions") for rule in results):
        raise EndpointRulesError("results", "a result must be an endpoint or an error without conditions")
    nodes = _nodes(trait, len(conditions), len(results))
    steps, start = _reachable(nodes, trait["root"], conditions)
    return Diagram(rule_set, steps, start, tuple(results))


def diagram_lines(diagram: Diagram) -> Iterator[str]:
    """The text of a diagram."""
    yield "Steps of the decision diagram:"
    if any(step.condition.get("assign") is not None for step in diagram.steps):
        yield f"({LEGEND})"
    yield from _Text(diagram).lines()


def trace(diagram: Diagram, evaluator: Evaluator) -> tuple[list[str], Outcome]:
    """The steps that are taken, one a line, and what the diagram gives."""
    lines: list[str] = []
    place = diagram.start
    while place >= 0:
        step = diagram.steps[place]
        line, holds = condition_trace(step.condition, evaluator)
        lines.append(f"step {place + 1}: {line}")
        place = step.if_true if holds else step.if_false
    if place == -1:
        return lines, Outcome(error=NO_RULE)
    return lines, outcome_of(diagram.results[-place - 2], evaluator)


class _Text:
    """Prints each step once: inside the only step that leads to it, or else at the margin."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._uses = [0] * len(diagram.steps)
        for step in diagram.steps:
            for place in (step.if_true, step.if_false):
                if place >= 0:
                    self._uses[place] += 1
        self._waiting = {diagram.start: None} if diagram.start >= 0 else {}
        self._printed: set[int] = set()

    def lines(self) -> Iterator[str]:
        """All steps, those at the margin in their order."""
        if self._diagram.start < 0:
            yield from self._target(self._diagram.start, 0)
        while self._waiting:
            place = min(self._waiting)
            del self._waiting[place]
            yield from self._step(place, 0)

    def _step(self, place: int, depth: int) -> Iterator[str]:
        step = self._diagram.steps[place]
        self._printed.add(place)
        indent = "   " * depth
        yield f"{indent}{place + 1}. if {condition_words(step.condition)}:"
        yield from self._target(step.if_true, depth + 1)
        yield f"{indent}else:"
        yield from self._target(step.if_false, depth + 1)

    def _target(self, place: int, depth: int) -> Iterator[str]:
        indent = "   " * depth
        if place == -1:
            yield f'{indent}error "{NO_RULE}"'
        elif place < 0:
            for line in result_lines(self._diagram.results[-place - 2]):
                yield indent + line
        elif self._uses[place] == 1 and depth < _DEEPEST:
            yield from self._step(place, depth)
        else:
            yield f"{indent}go to step {place + 1}"
            if place not in self._printed:
                self._waiting[place] = None


def _objects(trait: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = trait.get(key)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise EndpointRulesError(key, "this must be a list of objects")
    return value


def _nodes(trait: dict[str, Any], conditions: int, results: int) -> list[tuple[int, int, int]]:
    try:
        data = base64.b64decode(trait.get("nodes") or "", validate=True)
    except (TypeError, binascii.Error) as fault:
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
    if isinstance(reference, int) and reference != 0 and abs(reference) <= max(nodes, 1):
        return
    if not isinstance(reference, int) or not _FIRST_RESULT <= reference <= _FIRST_RESULT + results:
        raise EndpointRulesError(where, f"{reference!r} refers to nothing")


def _reachable(
    nodes: list[tuple[int, int, int]], root: int, conditions: list[dict[str, Any]]
) -> tuple[tuple[Step, ...], int]:
    """The steps that the root reaches, numbered as one comes upon them, and where to start."""
    numbers: dict[int, int] = {}
    steps: list[Step | None] = []

    def number(reference: int, way: frozenset[int]) -> int:
        if abs(reference) == 1:
            return -1
        if reference >= _FIRST_RESULT:
            return _FIRST_RESULT - 1 - reference
        if reference in way:
            raise EndpointRulesError(f"nodes[{abs(reference) - 1}]", "the node leads back to itself")
        if reference not in numbers:
            place = numbers[reference] = len(steps)
            steps.append(None)
            condition, high, low = nodes[abs(reference) - 1]
            if reference < 0:
                high, low = low, high
            inner = way | {reference}
            steps[place] = Step(conditions[condition], number(high, inner), number(low, inner))
        return numbers[reference]

    start = number(root, frozenset())
    return tuple(step for step in steps if step is not None), start
