# SPDX-License-Identifier: Apache-2.0
"""The endpoint that a service's rules give for the configuration of a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from belfry_codegen.commands.explain import diagram, rules
from belfry_codegen.commands.explain.evaluate import Evaluator, Value
from belfry_codegen.commands.explain.parameters import with_defaults
from belfry_codegen.commands.explain.partitions import load_partitions
from belfry_codegen.cpp.endpoint.diagram import is_diagram, read_diagram
from belfry_codegen.cpp.endpoint.partitions import Partition
from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rules
from belfry_codegen.model.errors import ModelError
from belfry_codegen.readers.models import Entry


def endpoint_url(entry: Entry, built_ins: Mapping[str, str | bool]) -> tuple[str, str]:
    """The URL, or an empty text and the error, for these values of built-ins such as `AWS::Region`."""
    found: Any = entry.read().endpoint_rules
    if found is None:
        raise ModelError(str(entry.path), "", "the model has no endpoint rules")
    try:
        [answer] = endpoint_urls(found, [built_ins])
    except EndpointRulesError as fault:
        raise ModelError(str(entry.path), "endpoint rules", str(fault)) from None
    return answer


def endpoint_urls(found: Any, several: Sequence[Mapping[str, str | bool]]) -> list[tuple[str, str]]:
    """For each of several sets of built-ins, what `endpoint_url` returns. Raises `EndpointRulesError`."""
    compile_rules(found)
    partitions = load_partitions(None)
    return [_url(found, partitions, built_ins) for built_ins in several]


def _url(found: Any, partitions: Sequence[Partition], built_ins: Mapping[str, str | bool]) -> tuple[str, str]:
    values: dict[str, Value] = {
        name: built_ins[declared["builtIn"]]
        for name, declared in found["parameters"].items()
        if declared.get("builtIn") in built_ins
    }
    complete, missing = with_defaults(values, found["parameters"])
    if missing is not None:
        return "", f"the endpoint rules need {missing}, which is not set"
    evaluator = Evaluator(partitions, complete)
    if is_diagram(found):
        outcome = diagram.trace(read_diagram(found), evaluator)[1]
    else:
        outcome = rules.trace(rules.numbered(found["rules"]), evaluator)[1]
    return outcome.url or "", outcome.error or ""
