# SPDX-License-Identifier: Apache-2.0
"""The lines that `explain endpoint` prints."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from belfry_codegen.commands.explain import diagram, rules
from belfry_codegen.commands.explain.evaluate import Evaluator
from belfry_codegen.commands.explain.parameters import (
    parameter_lines,
    parse_parameters,
    value_lines,
    with_defaults,
)
from belfry_codegen.commands.explain.partitions import load_partitions
from belfry_codegen.commands.explain.program import program_lines
from belfry_codegen.commands.explain.results import Outcome
from belfry_codegen.cpp.endpoint.diagram import is_diagram, read_diagram
from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rules
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.readers.models import Entry, find, survey
from belfry_codegen.readers.smithy.endpoints import endpoint_diagram


def explain_endpoint(options: argparse.Namespace) -> int:
    """Prints a service's endpoint rules, or what they decide."""
    entry = _entry(options.models, options.service)
    for line in _lines(entry, options):
        print(line)
    return 0


def _entry(models: Path, name: str | None) -> Entry:
    if name is not None:
        return find(models, name)
    found, faults = survey(models)
    if len(found) == 1:
        return next(iter(found.values()))
    raise (
        faults[0]
        if faults and not found
        else UsageError(f"name one of the {len(found)} services in {models}")
    )


def _lines(entry: Entry, options: argparse.Namespace) -> Iterator[str]:
    try:
        rules = _rules(entry, options.bdd)
        compiled = compile_rules(rules)
        if options.program:
            yield from program_lines(compiled)
        elif is_diagram(rules):
            yield from _explain_diagram(entry, rules, options)
        else:
            yield from _explain_rules(entry, rules, options)
    except EndpointRulesError as fault:
        raise ModelError(str(entry.path), "endpoint rules", str(fault)) from None


def _rules(entry: Entry, wants_diagram: bool) -> Any:
    """The rules that are generated, or the diagram beside them."""
    if wants_diagram and entry.shape_id is not None:
        found = endpoint_diagram(entry.path, entry.shape_id)
    else:
        found = entry.read().endpoint_rules
    if wants_diagram and not is_diagram(found):
        raise UsageError(f"{entry.name}: the model has no decision diagram (endpointBdd)")
    if found is None:
        raise ModelError(str(entry.path), "", "the model has no endpoint rules")
    return found


def _explain_rules(entry: Entry, rule_set: Any, options: argparse.Namespace) -> Iterator[str]:
    found = rules.numbered(rule_set["rules"])
    if options.parameter:
        yield from _traced(rule_set, options, lambda evaluator: rules.trace(found, evaluator))
        return
    yield f"Endpoint rules of {entry.name} {entry.version}"
    yield from ("", *parameter_lines(rule_set["parameters"]), "", *rules.rule_lines(found))


def _explain_diagram(entry: Entry, rules: Any, options: argparse.Namespace) -> Iterator[str]:
    read = read_diagram(rules)
    if options.parameter:
        yield from _traced(rules, options, lambda evaluator: diagram.trace(read, evaluator))
        return
    yield f"Endpoint rules of {entry.name} {entry.version}, as a decision diagram"
    yield from ("", *parameter_lines(rules["parameters"]), "", *diagram.diagram_lines(read))


def _traced(
    rules: dict[str, Any],
    options: argparse.Namespace,
    trace: Callable[[Evaluator], tuple[list[str], Outcome]],
) -> Iterator[str]:
    values = parse_parameters(options.parameter, rules["parameters"])
    complete, missing = with_defaults(values, rules["parameters"])
    yield "Parameters:"
    yield from value_lines(values, complete)
    if missing is not None:
        outcome = Outcome(error=f"the endpoint parameter is required: {missing}")
    else:
        lines, outcome = trace(Evaluator(load_partitions(options.partitions), complete))
        yield from ("", "Conditions:", *(f"   {line}" for line in lines))
    yield from ("", *outcome.lines())
