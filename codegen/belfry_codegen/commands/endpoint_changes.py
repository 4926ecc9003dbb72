# SPDX-License-Identifier: Apache-2.0
"""Finds parameters for which two versions of a service's endpoint rules give different answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.explain import diagram, rules
from belfry_codegen.commands.explain.evaluate import Evaluator, Value
from belfry_codegen.commands.explain.parameters import with_defaults
from belfry_codegen.commands.explain.partitions import load_partitions
from belfry_codegen.commands.explain.results import Outcome
from belfry_codegen.cpp.endpoint.diagram import is_diagram, read_diagram
from belfry_codegen.cpp.endpoint.partitions import Partition
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError

KEY = ("endpoint rules",)
EXAMPLES = 3
"""How many parameters with another answer are shown."""
_REGIONS = ("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "aws-global")
_TEXTS = {
    "Endpoint": ("https://example.com",),
    "AccountId": ("123456789012",),
    "Bucket": (
        "bucket",
        "bucket.with.dots",
        "bucket--use1-az4--x-s3",
        "arn:aws:s3:us-west-2:123456789012:accesspoint:point",
    ),
}
"""Values of parameters that rules examine in detail; others have the value `value`."""


def endpoint_changes(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    """The changes of the endpoint rules, with examples."""
    was, now = old.endpoint_rules, new.endpoint_rules
    if was == now or not isinstance(was, dict) or not isinstance(now, dict):
        return
    asked = list(_parameters(was["parameters"], now["parameters"]))
    try:
        partitions = load_partitions(None)
    except UsageError:
        # The generator is installed without Belfry's headers, which have them.
        yield Change(KEY, "endpoint rules changed; their answers were not compared")
        return
    before, after = _Answers(was, partitions), _Answers(now, partitions)
    gone: list[str] = []
    other: list[str] = []
    added: list[str] = []
    for values in asked:
        first, second = before.of(values), after.of(values)
        if first == second or (first.error is not None and second.error is not None):
            continue
        kind = added if first.error is not None else gone if second.error is not None else other
        kind.append(f"{_words(values)}: was {_answer(first)}, is {_answer(second)}")
    asked_for = f"of {len(asked)} sets of parameters"
    if gone:
        text = f"endpoint rules: {len(gone)} {asked_for} have no endpoint any more"
        yield Change(KEY, _with_examples(text, gone), wire="calls with such parameters fail")
    if other:
        yield Change(
            KEY, _with_examples(f"endpoint rules: {len(other)} {asked_for} have another answer", other)
        )
    if added:
        text = f"endpoint rules: {len(added)} {asked_for} have an endpoint now"
        yield Change(KEY, _with_examples(text, added), is_new=True)
    for name in sorted(now["parameters"].keys() - was["parameters"].keys()):
        yield Change(KEY, f"endpoint parameter {name} added", is_new=True)
    for name in sorted(was["parameters"].keys() - now["parameters"].keys()):
        yield Change(KEY, f"endpoint parameter {name} removed")


def _with_examples(text: str, examples: list[str]) -> str:
    return "\n".join([text, *examples[:EXAMPLES]])


class _Answers:
    """Evaluates one version of the rules."""

    def __init__(self, rule_set: dict[str, Any], partitions: Sequence[Partition]) -> None:
        self._parameters = rule_set["parameters"]
        self._partitions = partitions
        self._trace: Any
        if is_diagram(rule_set):
            read = read_diagram(rule_set)
            self._trace = lambda evaluator: diagram.trace(read, evaluator)
        else:
            numbered = rules.numbered(rule_set["rules"])
            self._trace = lambda evaluator: rules.trace(numbered, evaluator)

    def of(self, values: dict[str, Value]) -> Outcome:
        own = {name: value for name, value in values.items() if name in self._parameters}
        complete, missing = with_defaults(own, self._parameters)
        if missing is not None:
            return Outcome(error=f"the endpoint parameter is required: {missing}")
        outcome: Outcome = self._trace(Evaluator(self._partitions, complete))[1]
        return outcome


def _parameters(old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, Value]]:
    """Sets of parameters: each region with each pair of switches, and with each value of the others."""
    known = {**new, **old}
    regions: list[dict[str, Value]] = [{"Region": region} for region in _REGIONS]
    common = [name for name in ("UseFIPS", "UseDualStack") if name in known]
    switches: list[dict[str, Value]] = [
        dict(zip(common, values, strict=True))
        for values in itertools.product((False, True), repeat=len(common))
    ]
    others: list[dict[str, Value]] = [{}]
    bucket: dict[str, Value] = {"Bucket": "bucket"} if "Bucket" in known else {}
    for name, spec in known.items():
        kind = str(spec.get("type")).lower()
        if name not in ("Region", *common) and kind == "boolean":
            others += [{name: True}, {name: True, **bucket}] if bucket else [{name: True}]
        elif name != "Region" and kind == "string":
            others += [{name: text} for text in _TEXTS.get(name, ("value",))]
    for region, switch, other in itertools.product(regions if "Region" in known else [{}], switches, others):
        yield {**region, **switch, **other}


def _words(values: dict[str, Value]) -> str:
    shown = {name: value for name, value in values.items() if value is not False}
    return ", ".join(f"{name}={'true' if value is True else value}" for name, value in shown.items())


def _answer(outcome: Outcome) -> str:
    return " ".join(line.strip() for line in outcome.lines())
