# SPDX-License-Identifier: Apache-2.0
"""A rule set: its numbered text, and its trace for parameters.

A tree without conditions is replaced by its rules, and a tree with one rule by that rule with the
conditions of both. That means the same, and has fewer levels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from belfry_codegen.commands.explain.evaluate import Evaluator, value_text
from belfry_codegen.commands.explain.results import NO_RULE, Outcome, outcome_of, result_lines
from belfry_codegen.commands.explain.words import LEGEND, condition_words

_INDENT = "   "


@dataclass(frozen=True)
class NumberedRule:
    """A rule and its number, such as `2.1.3`."""

    number: str
    rule: dict[str, Any]
    rules: tuple[NumberedRule, ...]
    """The rules of a tree."""

    @property
    def conditions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.rule.get("conditions", [])
        return found

    @property
    def depth(self) -> int:
        return self.number.count(".")


def numbered(rules: list[dict[str, Any]], above: str = "") -> tuple[NumberedRule, ...]:
    """The rules of a list that was compiled without an error."""
    return tuple(
        NumberedRule(f"{above}{i}", rule, numbered(rule["rules"], f"{above}{i}.") if "rules" in rule else ())
        for i, rule in enumerate(_spliced(rules), start=1)
    )


def rule_lines(rules: tuple[NumberedRule, ...]) -> Iterator[str]:
    """The text of a rule set."""
    yield "Rules, tried in order; the first endpoint or error reached is the result:"
    if any(_assigns(rule) for rule in rules):
        yield f"({LEGEND})"
    for rule in rules:
        yield from _lines(rule)


def trace(rules: tuple[NumberedRule, ...], evaluator: Evaluator) -> tuple[list[str], Outcome]:
    """The conditions that are evaluated, one a line, and what the rules give."""
    lines: list[str] = []
    outcome = _trace(rules, evaluator, lines)
    return lines, outcome or Outcome(error=NO_RULE)


def condition_trace(condition: dict[str, Any], evaluator: Evaluator) -> tuple[str, bool]:
    """A line that says whether the condition holds, with its value if that says more; and whether it does."""
    value, holds = evaluator.condition(condition)
    line = f"{'yes' if holds else 'no '}  {condition_words(condition)}"
    if not isinstance(value, bool):
        line += f"  ({value_text(value)})"
    return line, holds


def _spliced(rules: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rules of a list without the trees that only add a level."""
    for rule in rules:
        if rule["type"] != "tree":
            yield rule
            continue
        inner = list(_spliced(rule["rules"]))
        conditions = rule.get("conditions", [])
        if not conditions:
            yield from inner
        elif len(inner) == 1:
            yield {**inner[0], "conditions": [*conditions, *inner[0].get("conditions", [])]}
        else:
            yield {**rule, "rules": inner}


def _assigns(rule: NumberedRule) -> bool:
    return any(one.get("assign") is not None for one in rule.conditions) or any(map(_assigns, rule.rules))


def _lines(rule: NumberedRule) -> Iterator[str]:
    indent = _INDENT * rule.depth
    body = indent + " " * (len(rule.number) + 2)
    words = [condition_words(condition) for condition in rule.conditions]
    if not words:
        yield f"{indent}{rule.number}. otherwise:"
    for i, text in enumerate(words):
        start = f"{indent}{rule.number}. if" if i == 0 else f"{body}and"
        yield f"{start} {text}{':' if i == len(words) - 1 else ''}"
    if rule.rules:
        for inner in rule.rules:
            yield from _lines(inner)
    else:
        for line in result_lines(rule.rule):
            yield f"{body}{line}"


def _trace(rules: tuple[NumberedRule, ...], evaluator: Evaluator, lines: list[str]) -> Outcome | None:
    """The result of the rules; None if all of them fail."""
    for rule in rules:
        if not _holds(rule, evaluator, lines):
            continue
        if not rule.rules:
            return outcome_of(rule.rule, evaluator)
        outcome = _trace(rule.rules, evaluator, lines)
        if outcome is not None:
            return outcome
    return None


def _holds(rule: NumberedRule, evaluator: Evaluator, lines: list[str]) -> bool:
    """Whether all conditions of a rule hold; those after the first that does not are not evaluated."""
    start = f"{_INDENT * rule.depth}{rule.number}. "
    for condition in rule.conditions:
        line, holds = condition_trace(condition, evaluator)
        lines.append(start + line)
        if not holds:
            return False
        start = " " * len(start)
    if not rule.conditions:
        lines.append(f"{start}yes  otherwise")
    return True
