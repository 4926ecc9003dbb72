# SPDX-License-Identifier: Apache-2.0
"""A decision diagram as numbered text, and its trace for parameters."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.commands.explain.evaluate import Evaluator
from belfry_codegen.commands.explain.results import NO_RULE, Outcome, outcome_of, result_lines
from belfry_codegen.commands.explain.rules import condition_trace
from belfry_codegen.commands.explain.words import LEGEND, condition_words
from belfry_codegen.cpp.endpoint.diagram import NO_RESULT, Diagram, result_of

_DEEPEST = 8
"""How many steps are printed inside each other before a text begins at the margin again."""


def diagram_lines(diagram: Diagram) -> Iterator[str]:
    """The text of a diagram."""
    yield "Steps of the decision diagram:"
    if any(diagram.conditions[step.condition].get("assign") is not None for step in diagram.steps):
        yield f"({LEGEND})"
    yield from _Text(diagram).lines()


def trace(diagram: Diagram, evaluator: Evaluator) -> tuple[list[str], Outcome]:
    """The steps that are taken, one a line, and what the diagram gives."""
    lines: list[str] = []
    place = diagram.start
    while place >= 0:
        step = diagram.steps[place]
        line, holds = condition_trace(diagram.conditions[step.condition], evaluator)
        lines.append(f"step {place + 1}: {line}")
        place = step.if_true if holds else step.if_false
    if place == NO_RESULT:
        return lines, Outcome(error=NO_RULE)
    return lines, outcome_of(diagram.results[result_of(place)], evaluator)


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
        yield f"{indent}{place + 1}. if {condition_words(self._diagram.conditions[step.condition])}:"
        yield from self._target(step.if_true, depth + 1)
        yield f"{indent}else:"
        yield from self._target(step.if_false, depth + 1)

    def _target(self, place: int, depth: int) -> Iterator[str]:
        indent = "   " * depth
        if place == NO_RESULT:
            yield f'{indent}error "{NO_RULE}"'
        elif place < 0:
            for line in result_lines(self._diagram.results[result_of(place)]):
                yield indent + line
        elif self._uses[place] == 1 and depth < _DEEPEST:
            yield from self._step(place, depth)
        else:
            yield f"{indent}go to step {place + 1}"
            if place not in self._printed:
                self._waiting[place] = None
