# SPDX-License-Identifier: Apache-2.0
"""The traces of `explain endpoint` end as Smithy's own cases and botocore's resolver say."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from belfry_codegen.commands.explain import diagram, rules
from belfry_codegen.commands.explain.evaluate import Evaluator
from belfry_codegen.commands.explain.parameters import with_defaults
from belfry_codegen.commands.explain.partitions import find_partition, load_partitions, read_header
from belfry_codegen.commands.explain.results import NO_RULE, Outcome
from belfry_codegen.cpp.endpoint.diagram import read_diagram
from belfry_codegen.cpp.endpoint.partitions import Partition, read_partitions, to_cpp
from support import botocore_data

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BELFRY_SHARED") or ROOT.parent / "shared")
RULE_SET = "smithy.rules#endpointRuleSet"
BDD = "smithy.rules#endpointBdd"
TESTS = "smithy.rules#endpointTests"


def outcome_of(rule_set: dict[str, Any], parameters: dict[str, Any], partitions: list[Partition]) -> Outcome:
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in parameters.items()}
    complete, missing = with_defaults(values, rule_set["parameters"])
    if missing is not None:
        return Outcome(error=f"required: {missing}")
    return rules.trace(rules.numbered(rule_set["rules"]), Evaluator(partitions, complete))[1]


def difference(outcome: Outcome, expect: dict[str, Any]) -> str | None:
    """The differences from a case of `endpointTests`."""
    if "error" in expect:
        error = expect["error"]
        if error.startswith("No endpoint found"):
            error = NO_RULE
        if error.startswith("Cannot find value for required"):
            return None if (outcome.error or "").startswith("required: ") else f"{outcome}"
        return None if outcome.error == error else f"{outcome}"
    expected = expect["endpoint"]
    as_expected = (
        outcome.url == expected["url"]
        and outcome.properties == expected.get("properties", {})
        and outcome.headers == expected.get("headers", {})
    )
    return None if as_expected else f"{outcome}"


def earlier_partitions() -> list[Partition]:
    """The partitions as they were when the cases of the Smithy models were written."""
    return [
        replace(one, supports_dual_stack=False) if one.name.startswith("aws-iso") else one
        for one in load_partitions(None)
    ]


def services_with_cases(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and traits of each service with `endpointTests` in Smithy's models."""
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; BELFRY_SHARED names the folder of the conformance data")
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for name, shape in document.get("shapes", {"": {"traits": document}}).items():
            if TESTS in shape.get("traits", {}):
                yield name or document["service"], shape["traits"]


@pytest.mark.parametrize(
    "folder", ["models/smithy", "conformance/smithy/rules-engine", "conformance/endpoint-bdd"]
)
def test_traces_of_rule_sets_end_as_the_models_own_cases_say(folder: str) -> None:
    partitions = earlier_partitions() if folder == "models/smithy" else load_partitions(None)
    failures, count = [], 0
    for name, traits in services_with_cases(SHARED / folder):
        for case in traits[TESTS]["testCases"]:
            count += 1
            wrong = difference(
                outcome_of(traits[RULE_SET], case.get("params", {}), partitions), case["expect"]
            )
            failures += [f"{name}: {case}: {wrong}"] if wrong else []
    assert not failures, f"{len(failures)} of {count}: " + "\n".join(failures[:5])
    assert count >= 40


def test_traces_of_decision_diagrams_end_as_the_models_own_cases_say() -> None:
    partitions = load_partitions(None)
    failures, count = [], 0
    for name, traits in services_with_cases(SHARED / "conformance/endpoint-bdd"):
        read = read_diagram(traits[BDD])
        for case in traits[TESTS]["testCases"]:
            complete, missing = with_defaults(case.get("params", {}), traits[BDD]["parameters"])
            outcome = Outcome(error=f"required: {missing}")
            if missing is None:
                outcome = diagram.trace(read, Evaluator(partitions, complete))[1]
            count += 1
            wrong = difference(outcome, case["expect"])
            failures += [f"{name}: {case}: {wrong}"] if wrong else []
    assert not failures, f"{len(failures)} of {count}: " + "\n".join(failures[:5])
    assert count >= 1000


def botocore_judge() -> ModuleType:
    """The module that asks botocore for the conformance tests."""
    pytest.importorskip("botocore")
    path = ROOT / "tests" / "conformance" / "endpoint_botocore.py"
    spec = importlib.util.spec_from_file_location("endpoint_botocore", path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


def test_traces_end_as_botocore_resolves_for_every_service() -> None:
    judge = botocore_judge()
    loader = judge.botocore.session.get_session().get_component("data_loader")
    document = loader.load_data("partitions")
    partitions = read_partitions(document)
    services, count, failures = loader.list_available_services("endpoint-rule-set-1"), 0, []
    for service in services:
        rule_set = loader.load_service_model(service, "endpoint-rule-set-1")
        provider = judge.EndpointProvider(rule_set, document)
        dice = random.Random(service)
        asked = list(judge.grid(rule_set, [*judge.SOME_REGIONS, "us-moon-7", None], judge.CUSTOM[:1]))
        asked = dice.sample(asked, min(len(asked), 24))
        if len(rule_set["parameters"]) > 4:
            asked += [judge.random_parameters(rule_set, dice) for _ in range(150)]
        for parameters in asked:
            expect = judge.ask(provider, parameters)
            if expect is None:
                continue
            count += 1
            wrong = difference(outcome_of(rule_set, parameters, partitions), expect)
            failures += [f"{service}: {parameters}: {expect}: {wrong}"] if wrong else []
    assert not failures, f"{len(failures)} of {count}: " + "\n".join(failures[:5])
    assert len(services) >= 300
    assert count >= 9000


def test_each_step_of_a_large_diagram_is_printed_once() -> None:
    for name, traits in services_with_cases(SHARED / "conformance/endpoint-bdd"):
        read = read_diagram(traits[BDD])
        lines = [line.strip() for line in diagram.diagram_lines(read)]
        starts = [line.partition(". if ")[0] for line in lines if ". if " in line.partition(":=")[0]]
        assert sorted(map(int, starts)) == list(range(1, len(read.steps) + 1)), name
        targets = {int(line.removeprefix("go to step ")) for line in lines if line.startswith("go to step ")}
        assert targets <= set(range(1, len(read.steps) + 1))


def test_the_partitions_of_the_header_are_those_it_was_made_from(tmp_path: Path) -> None:
    document = json.loads((botocore_data() / "partitions.json").read_text(encoding="utf-8"))
    rows = read_partitions(document)
    header = tmp_path / "partitions.hpp"
    header.write_text(to_cpp(rows), encoding="utf-8")
    assert read_header(header) == rows
    for partition in document["partitions"]:
        for region in partition["regions"]:
            assert find_partition(rows, region).name == partition["id"]
