# SPDX-License-Identifier: Apache-2.0
"""The amount of work of a run: imports, files read, templates compiled, renderings. A clock is less exact."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.commands.wire.parts import parts_of
from belfry_codegen.cpp import naming, render, templating
from belfry_codegen.cpp.plan import messages
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import replace
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.passes.references import reachable
from belfry_codegen.readers import files
from belfry_codegen.readers.botocore import metadata
from belfry_codegen.readers.models import survey
from support import ROOT, botocore_data, small_model, write_model

UNNEEDED = (
    "jinja2",
    "jmespath",
    "concurrent.futures.process",
    "importlib.metadata",
    "belfry_codegen.commands.explain.endpoint",
    "belfry_codegen.commands.update",
    "belfry_codegen.cpp.render",
    "belfry_codegen.passes.pipeline",
    "belfry_codegen.readers.botocore.service",
    "belfry_codegen.readers.smithy.service",
)
"""Modules that a run which finds everything up to date does not import."""


def _towers(folder: Path, *names: str) -> Path:
    for name in names:
        service = small_model()
        service["metadata"]["serviceId"] = name
        write_model(folder, service, name.lower())
    return folder


def _arguments(models: Path, tmp_path: Path, *more: str) -> list[str]:
    places = ["--models", str(models), "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
    return ["generate", "--all", *places, *more]


def _counted(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[Any]:
    """A list that gets the last argument of each call of a function from now on."""
    calls: list[Any] = []
    real: Callable[..., Any] = getattr(owner, name)

    def counting(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments[-1])
        return real(*arguments, **named)

    monkeypatch.setattr(owner, name, counting)
    return calls


@pytest.fixture
def one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELFRY_JOBS", "1")


def test_a_run_without_changes_imports_neither_readers_nor_templates(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = _arguments(_towers(tmp_path / "models", "Bass", "Tenor"), tmp_path)
    assert main(arguments) == 0
    program = (
        "import sys; from belfry_codegen.commands.cli import main; status = main();"
        f"print(*[name for name in {UNNEEDED!r} if name in sys.modules]); sys.exit(status)"
    )
    capfd.readouterr()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "codegen")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("0 written, ")
    assert done.stdout == "\n"


@pytest.mark.usefixtures("one_process")
@pytest.mark.parametrize("more", [(), ("--docs",)])
def test_each_file_of_a_model_is_parsed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    models = _towers(tmp_path / "models", "Bass", "Tenor")
    parsed = _counted(monkeypatch, metadata, "load_json")
    assert main(_arguments(models, tmp_path, *more)) == 0
    assert parsed
    assert set(Counter(parsed).values()) == {1}
    parsed.clear()
    assert main(_arguments(models, tmp_path, *more)) == 0
    assert parsed == []


@pytest.mark.usefixtures("one_process")
def test_each_file_is_one_rendering_and_each_template_is_compiled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = _towers(tmp_path / "models", "Bass", "Tenor")
    rendered = _counted(monkeypatch, render, "_render")
    compiled = _counted(monkeypatch, jinja2.Environment, "_parse")

    def generated() -> int:
        # As in a new process.
        templating.templates_of.cache_clear()
        rendered.clear()
        compiled.clear()
        assert main(_arguments(models, tmp_path)) == 0
        return sum(path.suffix == ".hpp" for path in (tmp_path / "out").rglob("*") if path.is_file())

    headers = generated()
    assert len(rendered) == headers == 24
    assert compiled
    assert set(Counter(compiled).values()) == {1}

    _towers(tmp_path / "models", "Bass", "Tenor", "Alto")
    generated()
    assert len(rendered) == 12
    assert compiled == []


def test_each_name_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _counted(monkeypatch, naming, "legal")
    for function in (naming.plain_member_name, naming.plain_function_name):
        function.cache_clear()
    for _ in range(3):
        assert naming.plain_member_name("KMSKeyId") == "kms_key_id"
    assert len(made) == 1


def test_an_id_is_read_without_the_rest_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    data = botocore_data()
    parsed = _counted(monkeypatch, files, "load_json")
    found, faults = survey(data)
    assert faults == []
    parsed.clear()
    ids = {name: entry.service_id() for name, entry in found.items()}
    assert parsed == []
    for name in ("ec2", "s3", "sts", "glue"):
        model = files.find_file(found[name].path, "service-2")
        assert model is not None
        assert ids[name] == files.load_json(model)["metadata"]["serviceId"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": {"c": [1, "}"]}}', {"c": [1, "}"]}),
        (' \n{ "x,\\"b\\":": null ,\t"b" : true } ', True),
        ('{"b": "after this the file is broken", !', "after this the file is broken"),
        ('{"b": 12}', 12),
    ],
)
def test_one_key_of_a_file_is_read(tmp_path: Path, text: str, expected: object) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    assert files.load_part(path, "b")["b"] == expected


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"a": {"b": 1}}', '"b"', '{"a": "%s", "b": 1}' % ("é" * 70_000)]
)
def test_a_file_without_the_key_at_its_beginning_is_read_as_a_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    assert files.load_part(path, "b") == json.loads(text)


@pytest.mark.parametrize(
    "text", ["", "{", '{"b"', '{"b": 1', '{"b": tru', '{"a" 1, "b": 1}', '{"b": NaN}', "\xff"]
)
def test_a_broken_file_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ModelError):
        files.load_part(path, "b")


def test_replace_does_what_that_of_dataclasses_does() -> None:
    service = load_service(ROOT / "tests/golden/models", "golden-tower")
    records: list[Any] = [service, *service.shapes.values(), *service.operations.values()]
    records += service.waiters.values()
    records += [member for shape in service.shapes.values() for member in shape.members]
    records += [ir.EnumValue("x"), ir.Limits(1, 2), ir.ApiKey("x")]
    assert len({type(record) for record in records}) > 5
    for record in records:
        before = [getattr(record, field.name) for field in dataclasses.fields(record)]
        name = dataclasses.fields(record)[0].name
        made = replace(record, **{name: "other"})
        assert made == dataclasses.replace(record, **{name: "other"})
        assert type(made) is type(record)
        assert getattr(made, name) == "other"
        assert before == [getattr(record, field.name) for field in dataclasses.fields(record)]
        with pytest.raises(AttributeError):
            replace(record, no_such_field=1)
    assert len({ir.Limits(1, 2), ir.Limits(1, 2), ir.Limits(1)}) == 2


@pytest.mark.parametrize(("name", "most"), [("glue", 1.1), ("quicksight", 1.1), ("ec2", 1.3), ("sts", 1.0)])
def test_few_structures_of_a_wire_program_are_compiled_in_two_files(name: str, most: float) -> None:
    service = load_service(botocore_data(), name)
    structures = {
        shape: len(found.members)
        for shape, found in service.shapes.items()
        if found.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION)
    }

    def members(operations: list[str]) -> int:
        roots = [shape for operation in operations for shape in messages(service.operations[operation])]
        return sum(structures.get(shape, 0) for shape in reachable(service.shapes, roots))

    parts = parts_of(service)
    order = list(service.operations)
    assert sorted(operation for part in parts for operation in part) == sorted(order)
    assert all(part == sorted(part, key=order.index) for part in parts)
    assert sum(map(members, parts)) <= most * members(order)
    largest = max(members([operation]) for operation in order)
    assert max(map(members, parts)) <= largest + 1200
    assert len(parts) == {"glue": 7, "sts": 1}.get(name, len(parts))
