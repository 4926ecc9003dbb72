# SPDX-License-Identifier: Apache-2.0
"""Any error in a Smithy model is reported in one line: no traceback, and nothing half-written."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, STALE, main
from test_broken_models import _damage

FOLDER = Path(__file__).parent / "smithy_versions"
RULES = {
    "version": "1.0",
    "parameters": {"Region": {"builtIn": "AWS::Region", "required": False, "type": "string"}},
    "rules": [{"conditions": [], "endpoint": {"url": "https://bell.example"}, "type": "endpoint"}],
}
PATH = {"path": "[next]", "expected": "a", "comparator": "anyStringEquals"}


def _model() -> dict[str, Any]:
    """The model with mixins, and traits that it does not have."""
    model: dict[str, Any] = json.loads((FOLDER / "tower-with-mixins.json").read_text())
    shapes = model["shapes"]
    shapes["my.tower#Tower"]["traits"] |= {
        "aws.api#service": {"sdkId": "Tower", "endpointPrefix": "tower"},
        "aws.auth#sigv4": {"name": "tower"},
        "smithy.api#httpApiKeyAuth": {"name": "X-Key", "in": "header"},
        "smithy.api#xmlNamespace": {"uri": "u"},
        "smithy.rules#endpointRuleSet": RULES,
        "smithy.rules#clientContextParams": {"Loud": {"type": "boolean"}},
        "smithy.api#paginated": {"inputToken": "next"},
    }
    shapes["my.tower#CountBells"]["traits"] |= {
        "smithy.api#paginated": {"outputToken": "next", "pageSize": "most"},
        "smithy.waiters#waitable": {
            "Rung": {"acceptors": [{"state": "success", "matcher": {"output": PATH}}], "minDelay": 2}
        },
        "smithy.rules#staticContextParams": {"Kind": {"value": "k"}},
        "aws.protocols#httpChecksum": {"requestAlgorithmMember": "most", "responseAlgorithms": ["CRC32"]},
        "smithy.api#requestCompression": {"encodings": ["gzip"]},
        "smithy.api#endpoint": {"hostPrefix": "count."},
        "smithy.api#examples": [{"title": "t", "input": {"most": 1}}],
        "smithy.api#auth": ["aws.auth#sigv4"],
    }
    return model


@pytest.mark.parametrize(
    "protocol", ["aws.protocols#restJson1", "aws.protocols#restXml", "aws.protocols#awsQuery"]
)
def test_a_randomly_damaged_model_is_an_error_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], protocol: str
) -> None:
    source = random.Random(f"{protocol} 20260102")
    whole = _model()
    traits = whole["shapes"]["my.tower#CommonService"]["traits"]
    del traits["aws.protocols#restJson1"]
    traits[protocol] = {}
    path = tmp_path / "tower.json"
    outcomes = set()
    for number in range(250):
        model = copy.deepcopy(whole)
        for _ in range(source.randint(1, 2) if number else 0):
            _damage(model, source)
        path.write_text(json.dumps(model))
        # --check renders everything and writes nothing.
        outcome = main(
            ["generate", "tower", "--docs", "--models", str(path), "--out", str(tmp_path / "out"), "--check"]
        )
        outcomes.add(outcome)
        said = capsys.readouterr().err
        assert outcome == STALE or number, said
        if outcome == BAD_INPUT:
            assert said.count("\n") == 1, f"{number}: {said}"
            assert said.startswith("belfry: "), said
    assert outcomes == {STALE, BAD_INPUT}
