# SPDX-License-Identifier: Apache-2.0
"""Every layout of `--models`, and errors for other folders."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.readers.models import model_files, read_service, services
from smithy_support import smithy, write
from support import ROOT, VERSION, botocore_data, small_model, write_model


def _aws_repository(root: Path) -> Path:
    """Like AWS's repository of Smithy models, with its other files."""
    for name, version in (
        ("bell-tower", "2020-01-02"),
        ("bell-tower", "2019-05-06"),
        ("chimes", "2021-07-08"),
    ):
        model = smithy(version="2.0")
        service = model["shapes"]["bell.tower#BellTower"]
        service["version"] = version
        service["traits"]["aws.api#service"]["sdkId"] = name.replace("-", " ").title()
        folder = root / "models" / name / "service" / version
        write(folder, model, f"{name}-{version}.json")
    write(root, {"name": "not a model"}, "package.json")
    write(root / ".github", {"smithy": 1}, "settings.json")
    return root


def _flat(root: Path) -> Path:
    write(root, smithy(), "anything.json")
    return root


def _botocore(root: Path) -> Path:
    path = write_model(root, small_model())
    path.with_suffix(".json.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    (root / "partitions.json").write_text("{}")
    (root / "endpoints.json").write_text("{}")
    return root


def _ours(root: Path) -> Path:
    write_model(root, small_model())
    (root / "bell-tower" / "overlay.json").write_text("{}")
    return root


def _one_ast(root: Path) -> Path:
    return write(root, smithy(), "service.json")


def _one_service_2(root: Path) -> Path:
    return write_model(root, small_model())


LAYOUTS = {
    "aws-repository": lambda root: _aws_repository(root),
    "aws-repository-models": lambda root: _aws_repository(root) / "models",
    "flat": _flat,
    "botocore": _botocore,
    "ours": _ours,
    "one-ast": _one_ast,
    "one-service-2": _one_service_2,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_listed_read_and_generated(
    tmp_path: Path, layout: str, capsys: pytest.CaptureFixture[str]
) -> None:
    models = LAYOUTS[layout](tmp_path / "models")
    assert main(["list", "--models", str(models)]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert "bell-tower 2020-01-02" in listed
    assert len(listed) == (2 if layout.startswith("aws") else 1)
    assert read_service(models, "bell-tower").id == "Bell Tower"
    files = model_files(models, "bell-tower")
    assert files and all(path.exists() for path in files)
    out = tmp_path / "include"
    assert main(["generate", "bell-tower", "--models", str(models), "--out", str(out)]) == 0
    assert (out / "belfry" / "bell_tower" / "ring.hpp").is_file()


@pytest.mark.parametrize("layout", ["aws-repository", "one-ast"])
def test_belfry_wire_reads_each_layout(tmp_path: Path, layout: str) -> None:
    models = LAYOUTS[layout](tmp_path / "models")
    command = [sys.executable, "-m", "belfry_codegen.commands.wire", "bell-tower", "--models", str(models)]
    given = json.dumps({"id": 1, "operation": "Ring", "params": {}})
    environment = os.environ | {"PYTHONPATH": str(ROOT / "codegen")}
    done = subprocess.run(
        [*command, "--region", "us-east-1", "--access-key", "id", "--secret-key", "secret"],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert json.loads(done.stdout)["request"]["url"] == "https://bell.us-east-1.amazonaws.com/ring"


@pytest.mark.parametrize("make", [_one_ast, _one_service_2])
def test_a_single_file_may_have_any_name(tmp_path: Path, make: Any) -> None:
    out = tmp_path / "include"
    assert main(["generate", "--models", str(make(tmp_path / "models")), "--out", str(out)]) == 0
    assert (out / "belfry" / "bell_tower" / "ring.hpp").is_file()


def test_a_service_2_file_is_read_with_the_files_beside_it(tmp_path: Path) -> None:
    pages = {"pagination": {"Ring": {"input_token": "Times", "output_token": "Tones"}}}
    path = write_model(tmp_path, small_model(), paginators_1=pages)
    assert read_service(path, "bell-tower").operations["Ring"].paginator is not None
    shutil.copy(path, tmp_path / "service-2.json")
    assert services(tmp_path / "service-2.json") == [("bell-tower", VERSION)]


def test_several_services_in_one_file_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = smithy()
    other = json.loads(json.dumps(model["shapes"]["bell.tower#BellTower"]))
    other["traits"]["aws.api#service"]["sdkId"] = "Carillon"
    model["shapes"]["bell.tower#Carillon"] = other
    path = write(tmp_path, model)
    assert [name for name, _ in services(path)] == ["bell-tower", "carillon"]
    assert read_service(path, "carillon").id == "Carillon"
    out = tmp_path / "include"
    assert main(["generate", "--models", str(path), "--out", str(out)]) == 0
    assert {folder.name for folder in (out / "belfry").iterdir() if folder.is_dir()} == {
        "bell_tower",
        "carillon",
    }
    capsys.readouterr()
    assert main(["generate", "carilon", "--models", str(path), "--out", str(out)]) == BAD_INPUT
    assert "no service 'carilon'; did you mean 'carillon'?" in capsys.readouterr().err


def _wrong(root: Path, kind: str) -> tuple[Path, str]:
    """A path without models, and the error for it."""
    if kind == "missing":
        return root / "nowhere", "this folder does not exist"
    if kind == "empty":
        return root, "this folder holds neither SERVICE/VERSION/service-2.json nor Smithy JSON ASTs"
    if kind == "other":
        (root / "about.json").write_text('{"about": "something else"}')
        return root, "this folder holds neither SERVICE/VERSION/service-2.json nor Smithy JSON ASTs"
    if kind == "package":
        _botocore(root / "data")
        return root, "botocore's models are in a folder below this one; give '"
    if kind == "service":
        return _botocore(root / "data") / "bell-tower", "this is one service; give the folder of models, '"
    if kind == "version":
        return _botocore(root / "data") / "bell-tower" / VERSION, "this is one version of a service"
    if kind == "file":
        (root / "about.json").write_text('{"about": "something else"}')
        return root / "about.json", "this file is neither a Smithy JSON AST nor botocore's service-2.json"
    if kind == "no service":
        return write(
            root, {"smithy": "2.0", "shapes": {}}
        ), "no service in this file has a protocol that belfry supports"
    (root / "broken.json").write_text('{"smithy": "2.0", "shapes": ')
    return root / "broken.json", "not JSON"


KINDS = ("missing", "empty", "other", "package", "service", "version", "file", "no service", "broken")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", ["list", "generate", "generate --all", "generate bell-tower"])
def test_a_path_without_models_is_an_error_that_says_where_they_are(
    tmp_path: Path, kind: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    models, expected = _wrong(tmp_path, kind)
    out = ["--out", str(tmp_path / "out")] if command != "list" else []
    assert main([*command.split(), "--models", str(models), *out]) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("belfry: ") and said.count("\n") == 1
    assert expected in said and str(models) in said
    assert not (tmp_path / "out").exists()


def test_an_update_writes_only_botocores_layout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = ["--from", str(_botocore(tmp_path / "package" / "data"))]
    for models, expected in (
        (_one_ast(tmp_path / "one"), "this is a file"),
        (_flat(tmp_path / "flat"), "this folder holds Smithy models, update writes botocore's"),
    ):
        before = sorted(models.parent.rglob("*"))
        assert main(["update", "bell-tower", "--models", str(models), *source]) == BAD_INPUT
        assert expected in capsys.readouterr().err
        assert sorted(models.parent.rglob("*")) == before
    target = ["--models", str(tmp_path / "ours")]
    assert main(["update", "bell-tower", *target, "--from", str(tmp_path / "flat")]) == BAD_INPUT
    assert "this folder holds Smithy models; give botocore's data folder" in capsys.readouterr().err
    assert main(["update", "bell-tower", *target, "--from", str(tmp_path / "package")]) == BAD_INPUT
    assert "botocore's models are in a folder below this one; give '" in capsys.readouterr().err
    assert main(["update", "bell-tower", *target, *source]) == 0


def test_botocores_own_folder_or_file_is_read() -> None:
    data = botocore_data()
    assert len(services(data)) > 400
    folder = next((data / "sts").iterdir())
    path = next(folder.glob("service-2.json*"))
    assert services(path) == [("sts", folder.name)]
    assert read_service(path, "sts").shapes == read_service(data, "sts").shapes
