# SPDX-License-Identifier: Apache-2.0
"""Endpoint rules that are a decision diagram; endpoint_test.cpp tests the meaning of the compiled tables."""

from __future__ import annotations

import base64
import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.update import Data, update
from belfry_codegen.cpp.endpoint.diagram import read_diagram
from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rules
from belfry_codegen.cpp.render import render_service
from belfry_codegen.passes.endpoint_labels import placed_parameters
from belfry_codegen.passes.pipeline import load_service
from smithy_support import read, traits
from support import NO_RESULT, RULES, VERSION, small_diagram, small_model, write_model

SHARED = Path(os.environ.get("BELFRY_SHARED") or Path(__file__).resolve().parents[3] / "shared")
R1, R2, NONE = NO_RESULT + 1, NO_RESULT + 2, NO_RESULT


def published() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, diagram and rule set of the services in the published cases."""
    folder = SHARED / "conformance/endpoint-bdd"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; BELFRY_SHARED names the folder of the conformance data")
    for path in sorted(folder.glob("*.json")):
        service = json.loads(path.read_text(encoding="utf-8"))
        yield path.stem, service["smithy.rules#endpointBdd"], service["smithy.rules#endpointRuleSet"]


def exchanged(bdd: dict[str, Any]) -> dict[str, Any]:
    """The same diagram, with the references of each second node exchanged and those to it negative."""
    nodes = [*struct.iter_unpack(">iii", base64.b64decode(bdd["nodes"]))]
    changed = {i for i in range(1, len(nodes)) if i % 2}

    def to(reference: int) -> int:
        is_node = abs(reference) != 1 and reference < NO_RESULT
        return -reference if is_node and abs(reference) - 1 in changed else reference

    data = b""
    for i, (condition, high, low) in enumerate(nodes):
        if i in changed:
            high, low = low, high
        data += struct.pack(">iii", condition, *(map(to, (high, low)) if i else (high, low)))
    return {**bdd, "root": to(bdd["root"]), "nodes": base64.b64encode(data).decode()}


def test_a_negative_reference_exchanges_the_references_of_its_node() -> None:
    for name, bdd, _ in [("small", small_diagram([(0, 3, NONE), (1, R1, R2)]), None), *published()]:
        assert exchanged(bdd)["nodes"] != bdd["nodes"]
        assert read_diagram(exchanged(bdd)) == read_diagram(bdd), name


def test_a_diagram_places_the_labels_that_its_rule_set_places() -> None:
    for name, bdd, rule_set in published():
        of_members = {key for key, value in bdd["parameters"].items() if "builtIn" not in value}
        placed = placed_parameters(bdd) & of_members
        assert placed == placed_parameters(rule_set) & of_members, name
        assert ("Bucket" in placed) == (name == "s3")


def test_a_step_leads_only_to_words_before_it() -> None:
    """So that every evaluation ends."""
    for _, bdd, _ in published():
        compiled = compile_rules(bdd)
        start, first_step, _, variables = compiled.words[compiled.rules_at : compiled.rules_at + 4]
        assert first_step <= start < compiled.rules_at
        assert variables == len({c["assign"] for c in bdd["conditions"] if "assign" in c})
        for at in range(first_step, compiled.rules_at, 4):
            assert all(place < at for place in compiled.words[at + 2 : at + 4])


def test_a_diagram_may_be_deeper_than_the_stack_of_python() -> None:
    depth = 10_000
    nodes = [(1, i + 3, R2) for i in range(depth - 1)] + [(0, R1, NONE)]
    compiled = compile_rules(small_diagram(nodes))
    assert len(compiled.words) > 4 * depth
    with pytest.raises(EndpointRulesError, match="more than 65536 words"):
        compile_rules(small_diagram([(1, i + 3, R2) for i in range(20_000)] + [(0, R1, NONE)]))


@pytest.mark.parametrize(
    ("bdd", "what"),
    [
        ({**small_diagram([(0, R1, R2)]), "nodes": "!"}, "base64"),
        (small_diagram([(0, R1, R2)], nodeCount=9), "9 nodes"),
        (small_diagram([(2, R1, R2)]), "no condition 2"),
        (small_diagram([(0, R2 + 1, R2)]), "refers to nothing"),
        (small_diagram([(0, 0, R2)]), "0 refers to nothing"),
        (small_diagram([(0, R1, R2)], root=4), "root: 4"),
        ({**small_diagram([(0, R1, R2)]), "root": "x"}, "root: 'x'"),
        (small_diagram([(0, 3, R2), (1, 2, R1)]), "leads back"),
        (small_diagram([(0, R1, R2)], conditions=[{"fn": "isSet", "argv": [{"ref": "C"}]}]), "'C'"),
        (small_diagram([(0, R1, R1)], results=[{"type": "error"}]), r"results\[0\]\.error"),
        (small_diagram([(0, R1, R1)], results=[{"type": "tree"}]), r"results\[0\]: a result must be"),
        (small_diagram([(0, R1, R2)], results=None), "list of objects"),
    ],
)
def test_a_broken_diagram_is_an_error_that_names_the_place(bdd: Any, what: str) -> None:
    with pytest.raises(EndpointRulesError, match=what):
        compile_rules(bdd)


def test_a_diagram_without_steps_gives_one_result() -> None:
    compiled = compile_rules(small_diagram([], root=R2))
    start = compiled.words[compiled.rules_at]
    assert compiled.words[start] == 1
    assert compile_rules(small_diagram([], root=NONE)).words[-4] == 0


DIAGRAM = small_diagram([(0, 3, NONE), (1, R1, R2)])


def header_of(models: Path, **files: Any) -> str:
    write_model(models, small_model(), **files)
    rendered = render_service(load_service(models, "bell-tower"), "bell-tower")
    return rendered["belfry/bell_tower/endpoint_rules.hpp"]


def test_a_model_of_botocore_may_have_a_diagram_alone(tmp_path: Path) -> None:
    header = header_of(tmp_path / "both", endpoint_bdd_1=DIAGRAM)
    assert header == header_of(tmp_path / "rules")
    write_model(tmp_path / "diagram", small_model(), endpoint_bdd_1=DIAGRAM)
    (tmp_path / "diagram/bell-tower" / VERSION / "endpoint-rule-set-1.json").unlink()
    rendered = render_service(load_service(tmp_path / "diagram", "bell-tower"), "bell-tower")
    header = rendered["belfry/bell_tower/endpoint_rules.hpp"]
    assert "#include <belfry/endpoint/diagram.hpp>\n" in header
    assert "    .walk = &::belfry::detail::walk_diagram,\n" in header
    # Its parameters become options like those of a rule set.
    assert "::belfry::Optional<::std::string> a{};" not in rendered["belfry/bell_tower/client.hpp"]


def test_a_model_of_smithy_may_have_a_diagram_alone(tmp_path: Path) -> None:
    only = {"smithy__rules__endpointBdd": DIAGRAM}
    assert read(tmp_path, traits=traits(aws__protocols__restJson1={}, **only)).endpoint_rules == DIAGRAM
    both = {**only, "smithy__rules__endpointRuleSet": RULES}
    assert read(tmp_path, traits=traits(aws__protocols__restJson1={}, **both)).endpoint_rules == RULES


def test_an_update_copies_the_diagram(tmp_path: Path) -> None:
    write_model(tmp_path / "data", small_model(), endpoint_bdd_1=DIAGRAM)
    (tmp_path / "data/bell-tower" / VERSION / "endpoint-rule-set-1.json").unlink()
    (tmp_path / "models").mkdir()
    update(tmp_path / "models", "bell-tower", Data(tmp_path / "data"))
    copied = json.loads((tmp_path / "models/bell-tower" / VERSION / "endpoint-bdd-1.json").read_text())
    assert copied["nodes"] == DIAGRAM["nodes"]
