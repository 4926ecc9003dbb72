# SPDX-License-Identifier: Apache-2.0
"""Copying a model: facts without documentation, and the list of changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.commands.diff import compare
from belfry_codegen.commands.update import without_prose
from belfry_codegen.readers.botocore.service import read_service
from support import ROOT, VERSION, botocore_data, small_model, structure, write_model

CHIME = ROOT / "api-models" / "chime-sdk-voice"


def _update(models: Path, source: Path) -> int:
    return main(["update", "bell-tower", "--models", str(models), "--from", str(source)])


def _strings(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, path)


def test_the_checked_in_model_equals_the_update_from_botocore() -> None:
    data = botocore_data()
    import botocore

    source = json.loads((CHIME / "2022-08-03" / "source.json").read_text())
    if botocore.__version__ != source["version"]:
        pytest.skip(f"the model is of botocore {source['version']}, installed is {botocore.__version__}")
    ours = read_service(ROOT / "api-models", "chime-sdk-voice")
    theirs = read_service(data, "chime-sdk-voice")
    assert compare(theirs, ours) == []
    assert ours.endpoint_rules["rules"] == without_prose(theirs.endpoint_rules)["rules"]
    assert (len(ours.operations), len(ours.shapes)) == (96, 342)


def test_the_checked_in_model_has_no_documentation() -> None:
    for path in (CHIME / "2022-08-03").glob("*.json"):
        for place, text in _strings(json.loads(path.read_text())):
            # Patterns and the error messages of rules contain spaces, too.
            if place[-1] in ("pattern", "error", "serviceFullName", "serviceId"):
                continue
            assert "documentation" not in place[-1:], (path, place)
            assert len(text.split()) < 4, (path, place, text)


def test_the_overlay_repeats_no_sentence_of_the_model() -> None:
    theirs = read_service(botocore_data(), "chime-sdk-voice")
    said: set[str] = set()
    for shape in theirs.shapes.values():
        for text in (shape.documentation, *(member.documentation for member in shape.members)):
            said.update(_sentences(text))
    for operation in theirs.operations.values():
        said.update(_sentences(operation.documentation))
    assert len(said) > 500
    overlay = json.loads((CHIME / "overlay.json").read_text())
    ours = {
        s for place, text in _strings(overlay) if "ocumentation" in " ".join(place) for s in _sentences(text)
    }
    assert len(ours) > 40
    assert ours & said == set()


def _sentences(text: str) -> set[str]:
    import re

    plain = re.sub(r"<[^>]*>", " ", text)
    sentences = (" ".join(part.split()).lower() for part in re.split(r"[.!?]\s|[.!?]$", plain))
    return {sentence for sentence in sentences if len(sentence) > 12}


def test_documentation_is_removed_and_members_of_that_name_are_kept() -> None:
    shape = {
        "documentation": "<p>Words.</p>",
        "deprecatedMessage": "Use another.",
        "members": {"documentation": {"shape": "S", "documentation": "More words."}},
    }
    assert without_prose(shape) == {"members": {"documentation": {"shape": "S"}}}


def test_an_update_merges_extras_and_reports_breaking_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_model(tmp_path / "data", small_model())
    (path.parent / "service-2.sdk-extras.json").write_text(
        '{"merge": {"shapes": {"Extra": {"type": "long"}}}}'
    )
    models = tmp_path / "models"
    assert _update(models, tmp_path / "data") == 0
    assert "this is the service's first version" in capsys.readouterr().out
    written = json.loads((models / "bell-tower" / VERSION / "service-2.json").read_text())
    assert written["shapes"]["Extra"] == {"type": "long"}

    assert _update(models, tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "0 files written" in said
    assert "no change that users can see" in said

    changed = small_model()
    del changed["shapes"]["RingResponse"]["members"]["Tones"]
    changed["shapes"]["RingRequest"]["required"] = ["Bell", "Times"]
    changed["shapes"]["New"] = structure(A="Name")
    write_model(tmp_path / "data", changed)
    assert _update(models, tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "BREAKING: member RingResponse.Tones removed" in said
    assert "BREAKING: member RingRequest.Times is required now" in said
    assert "  shape New added" in said


def test_files_that_the_source_no_longer_has_are_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_model(tmp_path / "data", small_model())
    acceptor = {"state": "success", "matcher": "status", "expected": 200}
    waiter = {"operation": "Ring", "delay": 1, "maxAttempts": 2, "acceptors": [acceptor]}
    waiters = path.parent / "waiters-2.json"
    waiters.write_text(json.dumps({"version": 2, "waiters": {"Rung": waiter}}))
    assert _update(tmp_path / "models", tmp_path / "data") == 0
    taken = tmp_path / "models" / "bell-tower" / VERSION / "waiters-2.json"
    assert taken.is_file()
    capsys.readouterr()

    waiters.unlink()
    assert _update(tmp_path / "models", tmp_path / "data") == 0
    said = capsys.readouterr().out
    assert "0 files written, 1 file removed" in said
    assert "BREAKING: waiter Rung removed" in said
    assert not taken.exists()


def test_a_broken_source_leaves_the_models_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "data", small_model())
    assert _update(tmp_path / "models", tmp_path / "data") == 0
    before = {path: path.read_bytes() for path in (tmp_path / "models").rglob("*.json")}
    broken = small_model()
    del broken["shapes"]["Name"]
    write_model(tmp_path / "data", broken)
    assert _update(tmp_path / "models", tmp_path / "data") == BAD_INPUT
    assert "shape 'Name' is not defined" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (tmp_path / "models").rglob("*.json")} == before


def test_an_overlay_entry_that_no_longer_fits_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "data", small_model())
    (tmp_path / "models" / "bell-tower").mkdir(parents=True)
    (tmp_path / "models" / "bell-tower" / "overlay.json").write_text('{"shapes": {"Gone": {}}}')
    assert _update(tmp_path / "models", tmp_path / "data") == BAD_INPUT
    assert "overlay.json: shapes.Gone: is not in the model" in capsys.readouterr().err
