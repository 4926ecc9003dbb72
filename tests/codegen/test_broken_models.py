# SPDX-License-Identifier: Apache-2.0
"""A broken model gets one line and exit status 2, and nothing is written."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.output import write
from support import VERSION, small_model, write_model

Break = Callable[[dict[str, Any]], object]


def _generate(models: Path, out: Path, *more: str) -> int:
    return main(["generate", "bell-tower", "--models", str(models), "--out", str(out), *more])


def _drop(*path: str) -> Break:
    def change(service: dict[str, Any]) -> None:
        for key in path[:-1]:
            service = service[key]
        del service[path[-1]]

    return change


def _set(value: Any, *path: str) -> Break:
    def change(service: dict[str, Any]) -> None:
        for key in path[:-1]:
            service = service[key]
        service[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_drop("shapes", "Count"), "shape 'RingRequest', member 'Times': shape 'Count' is not defined"),
        (
            _set({"shape": "Coumt"}, "shapes", "RingRequest", "members", "Times"),
            "shape 'RingRequest', member 'Times': shape 'Coumt' is not defined; did you mean 'Count'?",
        ),
        (_set({}, "shapes", "Tones", "member"), "shape 'Tones', member: 'shape' is missing"),
        (_drop("shapes", "Tones", "member"), "shape 'Tones': 'member' is missing"),
        (_drop("shapes", "Name", "type"), "shape 'Name': 'type' is missing"),
        (
            _set("strin", "shapes", "Name", "type"),
            "shape 'Name': unknown type 'strin'; did you mean 'string'?",
        ),
        (_set([], "shapes", "Name"), "shape 'Name': expected an object, not a list"),
        (_set("x", "shapes", "Name", "max"), "shape 'Name': 'max' must be a number, not a string"),
        (_set(0, "shapes", "Name", "max"), "shape 'Name': 'min' (1) is greater than 'max' (0)"),
        (
            _set(["Bel"], "shapes", "RingRequest", "required"),
            "shape 'RingRequest': member 'Bel' is not defined",
        ),
        (
            _set("Nope", "shapes", "RingResponse", "payload"),
            "shape 'RingResponse': member 'Nope' is not defined",
        ),
        (_set(["a", "a"], "shapes", "Name", "enum"), "shape 'Name': 'enum' lists 'a' twice"),
        (_set([], "shapes", "Name", "enum"), "shape 'Name': 'enum' is empty"),
        (
            _set("nowhere", "shapes", "RingRequest", "members", "Bell", "location"),
            "shape 'RingRequest', member 'Bell': unknown location 'nowhere'",
        ),
        (
            _set("header", "shapes", "RingRequest", "members", "Bell", "location"),
            "operation 'Ring': no member is bound to the label '{Bell}' of '/bells/{Bell}'",
        ),
        (
            _set("Name", "operations", "Ring", "output", "shape"),
            "operation 'Ring': shape 'Name' must be a structure, but its type is string",
        ),
        (
            _set([{"shape": "RingRequest"}], "operations", "Ring", "errors"),
            "'RingRequest' is not an exception",
        ),
        (_drop("operations", "Ring", "http"), "operation 'Ring': 'http' is missing"),
        (
            _set("ring", "operations", "Ring", "http", "method"),
            "'method' must be an HTTP method in upper case, not 'ring'",
        ),
        (_drop("metadata"), "'metadata' is missing"),
        (_drop("metadata", "serviceId"), "metadata: 'serviceId' is missing"),
        (_drop("metadata", "protocol"), "metadata: 'protocol' is missing"),
        (_drop("shapes"), "'operations' or 'shapes' is missing"),
        (
            _set(["aws.auth#magic"], "metadata", "auth"),
            "metadata: unknown authentication scheme 'aws.auth#magic'",
        ),
        (
            _set("aws-smoke", "metadata", "protocol"),
            "Bell Tower: the model lists aws-smoke; belfry supports only json, ",
        ),
    ],
)
def test_an_error_names_file_shape_and_member(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Break, expected: str
) -> None:
    service = small_model()
    change(service)
    path = write_model(tmp_path / "models", service)
    assert _generate(tmp_path / "models", tmp_path / "out") == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("belfry: ")
    assert said.count("\n") == 1
    assert expected in said
    assert str(path) in said or "belfry supports only" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "expected an object, not a list"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"a": "\\ud800"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_not_a_model_is_an_error_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, expected: str
) -> None:
    path = write_model(tmp_path, small_model())
    path.write_bytes(content)
    assert _generate(tmp_path, tmp_path / "out") == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith(f"belfry: {path}: ")
    assert expected in said
    assert said.count("\n") == 1


def test_a_truncated_gzip_file_is_an_error_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_model(tmp_path, small_model())
    packed = path.with_suffix(".json.gz")
    whole = gzip.compress(path.read_bytes())
    path.unlink()
    for length in (0, 3, 20, len(whole) // 2, len(whole) - 1):
        packed.write_bytes(whole[:length])
        assert _generate(tmp_path, tmp_path / "out") == BAD_INPUT
        said = capsys.readouterr().err
        assert said.startswith(f"belfry: {packed}: ")
        assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"paginators_1": {"pagination": {"Rung": {}}}}, "paginator 'Rung': operation 'Rung' is not defined"),
        (
            {"paginators_1": {"pagination": {"Ring": {"input_token": "T", "output_token": "T"}}}},
            "paginator 'Ring': the input of 'Ring' has no member 'T'",
        ),
        (
            {"waiters_2": {"waiters": {"Done": {"operation": "Ring", "delay": 1, "maxAttempts": 2}}}},
            "waiter 'Done': 'acceptors' is missing or empty",
        ),
        ({"waiters_2": {"waiters": {"Done": {"operation": "Rings"}}}}, "did you mean 'Ring'?"),
        ({"endpoint_rule_set_1": {"rules": 3}}, "endpoint-rule-set-1"),
        ({"overlay": None}, "overlay"),
    ],
)
def test_an_error_in_a_file_beside_the_model_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: dict[str, Any], expected: str
) -> None:
    if "overlay" in files:
        files = {}
        write_model(tmp_path, small_model())
        (tmp_path / "bell-tower" / "overlay.json").write_text('{"shaps": {}}')
    else:
        write_model(tmp_path, small_model(), **files)
    assert _generate(tmp_path, tmp_path / "out") == BAD_INPUT
    said = capsys.readouterr().err
    assert expected in said
    assert said.count("\n") == 1


def test_a_randomly_damaged_model_is_an_error_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    random_source = random.Random(20260102)
    outcomes = set()
    for _ in range(1500):
        service = copy.deepcopy(small_model())
        for _ in range(random_source.randint(1, 2)):
            _damage(service, random_source)
        write_model(tmp_path / "models", service)
        # --check renders everything and writes nothing.
        outcome = _generate(tmp_path / "models", tmp_path / "out", "--check")
        outcomes.add(outcome)
        said = capsys.readouterr().err
        if outcome == BAD_INPUT:
            assert said.count("\n") == 1, said
            assert said.startswith("belfry: "), said
    assert outcomes == {1, BAD_INPUT}


def _damage(value: Any, random_source: random.Random) -> None:
    """Deletes or replaces one thing somewhere in a JSON value."""
    places: list[tuple[Any, Any]] = []

    def collect(node: Any) -> None:
        keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        for key in keys:
            places.append((node, key))
            collect(node[key])

    collect(value)
    if not places:
        return
    node, key = random_source.choice(places)
    if random_source.random() < 0.5:
        del node[key]
    else:
        node[key] = random_source.choice(
            [None, True, -1, 1.5, "", "x", "RingRequest", [], [1], {}, {"shape": "Name"}]
        )


def test_the_next_run_removes_what_a_killed_run_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_model(tmp_path / "models", small_model())
    out = tmp_path / "out"
    assert _generate(tmp_path / "models", out) == 0
    before = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    left = out / "belfry" / "bell_tower" / ".belfry-6mzew4e1"
    (left / "2").mkdir(parents=True)
    (left / "2" / "half_written.hpp").write_bytes(b"")
    (left.parent / ".belfry-empty").mkdir()
    capsys.readouterr()
    assert _generate(tmp_path / "models", out) == 0
    assert f"0 written, {len(before)} unchanged, 2 removed" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == before
    assert not list(out.rglob(".belfry-*"))


def test_an_interrupted_write_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "models", small_model())
    out = tmp_path / "out"
    assert _generate(tmp_path / "models", out) == 0
    before = {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
    service = small_model()
    service["metadata"]["apiVersion"] = "2020-01-03"
    (tmp_path / "models" / "bell-tower" / VERSION / "service-2.json").write_text(json.dumps(service))
    written = []

    def fails(path: str, content: bytes) -> None:
        written.append(path)
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        real(path, content)

    real = write._write
    monkeypatch.setattr(write, "_write", fails)
    assert _generate(tmp_path / "models", out) == BAD_INPUT
    assert len(written) == 5
    assert {path: path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()} == before
    assert not list(out.rglob(".belfry-*"))
