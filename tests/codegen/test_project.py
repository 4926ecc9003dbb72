# SPDX-License-Identifier: Apache-2.0
"""A project's `belfry.toml` and `belfry.lock`."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import BAD_INPUT, STALE, main
from support import ROOT, operation, small_model, structure, write_model

HEADER = Path("belfry/bell_tower/client.hpp")
TOWER = "[services.bell-tower]\n"
FOLDER = 'folder = "models"'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with models and a manifest for them, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_model(tmp_path / "models", small_model())
    write_manifest(tmp_path)
    return tmp_path


def write_manifest(folder: Path, services: str = TOWER, models: str = FOLDER) -> None:
    text = f'[models]\n{models}\n\n[output]\nfolder = "out"\n\n{services}'
    (folder / "belfry.toml").write_text(text)


def generate(*arguments: str) -> int:
    return main(["generate", *arguments])


def test_generate_follows_the_manifest_of_the_folder(project: Path) -> None:
    assert generate() == 0
    assert (project / "out" / HEADER).is_file()
    lock = json.loads((project / "belfry.lock").read_text())
    assert lock["services"]["bell-tower"]["version"] == "2020-01-02"
    assert len(lock["services"]["bell-tower"]["sha256"]) == 64
    assert generate("--check") == 0


def test_the_same_headers_as_with_options(project: Path) -> None:
    model = small_model()
    model["operations"]["Stop"] = operation("Stop")
    write_model(project / "models", model)
    write_manifest(project, '[services.bell-tower]\noperations = ["Ring"]\nnamespace = "mine::bells"\n')
    assert generate() == 0
    options = ["--operations", "Ring", "--namespace", "mine::bells"]
    assert generate("bell-tower", "--models", "models", "--out", "other", *options) == 0

    def files(folder: str) -> dict[str, bytes]:
        root = project / folder
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    assert files("out") == files("other")
    assert "belfry/mine/bells/ring.hpp" in files("out")
    assert "belfry/mine/bells/stop.hpp" not in files("out")


def test_a_manifest_elsewhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "deep").mkdir()
    monkeypatch.chdir(project / "deep")
    assert generate("--manifest", "../belfry.toml") == 0
    assert (project / "out" / HEADER).is_file()
    assert (project / "belfry.lock").is_file()


def test_names_and_models_on_the_command_line_leave_the_manifest_alone(project: Path) -> None:
    assert generate("bell-tower", "--models", "models", "--out", "other") == 0
    assert (project / "other" / HEADER).is_file()
    assert not (project / "belfry.lock").exists()


def test_a_model_that_is_not_the_locked_one_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert generate() == 0
    before = (project / "out" / HEADER).read_bytes()
    changed = small_model()
    changed["operations"]["Stop"] = operation("Stop")
    write_model(project / "models", changed)
    capsys.readouterr()
    for arguments in ([], ["--check"]):
        assert generate(*arguments) == BAD_INPUT
        said = capsys.readouterr().err
        assert "belfry.lock: the model of bell-tower is not the one that is locked" in said
        assert "update" in said
    assert (project / "out" / HEADER).read_bytes() == before

    assert main(["update"]) == 0
    said = capsys.readouterr().out
    assert "bell-tower: the model or its overlay is not the one that was locked before" in said
    assert generate() == 0
    assert b"stop" in (project / "out" / HEADER).read_bytes()


def test_an_overlay_of_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "overlays").mkdir()
    overlay = project / "overlays" / "bell-tower.json"
    overlay.write_text(json.dumps({"shapes": {"RingRequest": {"documentation": "Says which bell."}}}))
    write_manifest(project, models='folder = "models"\noverlays = "overlays"')
    assert generate() == 0
    text = (project / "out/belfry/bell_tower/types/ring_request.hpp").read_text()
    assert "/// Says which bell." in text
    overlay.write_text(json.dumps({"shapes": {"RingRequest": {"documentation": "Says what to ring."}}}))
    assert generate() == BAD_INPUT
    assert "the model of bell-tower is not the one that is locked" in capsys.readouterr().err


def test_check_wants_a_lock(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate() == 0
    (project / "belfry.lock").unlink()
    capsys.readouterr()
    assert generate("--check") == STALE
    assert "stale: belfry.lock" in capsys.readouterr().err
    assert not (project / "belfry.lock").exists()


def test_a_failed_run_locks_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = small_model()
    del broken["shapes"]["Name"]
    write_model(project / "models", broken)
    assert generate() == BAD_INPUT
    assert "shape 'Name' is not defined" in capsys.readouterr().err
    assert not (project / "belfry.lock").exists()


FAULTS = {
    "not valid TOML": ("[models\n", "belfry.toml: not valid TOML: "),
    "unknown table": (
        '[models]\nfolder = "models"\n[service.x]\n',
        "unknown key 'service'; did you mean 'services'?",
    ),
    "unknown key": (
        '[models]\nfolder = "models"\n[services.bell-tower]\noperation = ["Ring"]\n',
        "belfry.toml: services.bell-tower: unknown key 'operation'",
    ),
    "no models": ("[services.bell-tower]\n", "belfry.toml: models: give either the release"),
    "two kinds of models": (
        '[models]\nfolder = "models"\nbotocore = "1.2.3"\n',
        "models: give either the release",
    ),
    "not a release": (
        '[models]\nbotocore = "newest"\n',
        "models: expected a release such as 1.2.3, not 'newest'",
    ),
    "no services": ('[models]\nfolder = "models"\n', "no services; add a table such as [services.dynamodb]"),
    "operations are text": (
        '[models]\nfolder = "models"\n[services.bell-tower]\noperations = "Ring"\n',
        "services.bell-tower: 'operations' must be a list of names",
    ),
    "no operations": (
        '[models]\nfolder = "models"\n[services.bell-tower]\noperations = []\n',
        "'operations' is empty; leave it out for all operations",
    ),
    "wrong namespace": (
        '[models]\nfolder = "models"\n[services.bell-tower]\nnamespace = "Mine"\n',
        "expected lower-case names with '::' between them, not 'Mine'",
    ),
    "wrong flag": (
        '[models]\nfolder = "models"\n[services.bell-tower]\ndocs = "yes"\n',
        "'docs' must be true or false",
    ),
    "unknown service": ('[models]\nfolder = "models"\n[services.belltower]\n', "no service 'belltower'"),
    "unknown operation": (
        '[models]\nfolder = "models"\n[services.bell-tower]\noperations = ["Rings"]\n',
        "'Rings'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_manifest_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    text, said = FAULTS[name]
    (project / "belfry.toml").write_text(text)
    assert generate() == BAD_INPUT
    assert said in capsys.readouterr().err
    assert not (project / "belfry.lock").exists()
    assert not (project / "out").exists()


def test_options_that_the_manifest_has_are_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate("--out", "elsewhere") == BAD_INPUT
    assert "--out: belfry.toml says this; change it there" in capsys.readouterr().err
    assert generate("--manifest", "belfry.toml", "bell-tower") == BAD_INPUT
    assert "says which services and models are used" in capsys.readouterr().err
    assert generate("--manifest", "nothing.toml") == BAD_INPUT
    assert "nothing.toml" in capsys.readouterr().err
    assert not (project / "belfry.lock").exists()


def _releases(folder: Path, monkeypatch: pytest.MonkeyPatch, models: dict[str, dict[str, Any]]) -> None:
    """Makes `pip download` write the wheel of a release; without a version that of the last one."""

    def download(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        wanted = command[-1]
        version = wanted.removeprefix("botocore==") if "==" in wanted else list(models)[-1]
        if version not in models:
            return subprocess.CompletedProcess(command, 1, "", "ERROR: no such release")
        data = folder / "releases" / version / "botocore"
        write_model(data / "data", models[version])
        (data / "__init__.py").write_text(f"__version__ = '{version}'\n")
        target = Path(command[command.index("--dest") + 1]) / f"botocore-{version}-py3-none-any.whl"
        with zipfile.ZipFile(target, "w") as wheel:
            for path in data.rglob("*.*"):
                wheel.write(path, str(path.relative_to(data.parent)))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("belfry_codegen.commands.diff.sources.subprocess.run", download)
    monkeypatch.setattr(
        "belfry_codegen.commands.diff.sources.cache_folder", lambda name: folder / "kept" / name
    )


def test_update_moves_the_project_to_the_newest_release(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = small_model()
    del new["shapes"]["RingRequest"]["members"]["Times"]
    new["operations"]["Stop"] = operation("Stop")
    new["shapes"]["Extra"] = structure(A="Name")
    new["shapes"]["RingResponse"]["members"]["Extra"] = {"shape": "Extra"}
    _releases(project, monkeypatch, {"1.2.3": small_model(), "1.2.10": new})
    models = '# Bells.\n[models]\n  botocore = "1.2.3"  # moved by update\n'
    text = f'{models}[services.bell-tower]\noperations = ["Ring"]\n'
    (project / "belfry.toml").write_text(text)
    assert generate() == 0
    assert json.loads((project / "belfry.lock").read_text())["botocore"] == "1.2.3"
    (project / "main.cpp").write_text("auto input = bell::RingRequest{.bell = name, .times = 2};\n")
    capsys.readouterr()

    assert main(["update", "--check", "main.cpp"]) == 0
    said = capsys.readouterr().out
    assert "bell-tower: botocore 1.2.3 to botocore 1.2.10: major" in said
    assert "BREAKING: member RingRequest.Times removed" in said
    assert "Stop" not in said
    assert "main.cpp:1: member RingRequest.Times removed" in said
    assert (project / "belfry.toml").read_text() == text.replace("1.2.3", "1.2.10")
    assert json.loads((project / "belfry.lock").read_text())["botocore"] == "1.2.10"
    assert generate() == 0
    assert (project / "include/belfry/bell_tower/types/extra.hpp").is_file()

    assert main(["update", "--to", "1.2.3"]) == 0
    assert (project / "belfry.toml").read_text() == text


@pytest.mark.skipif(shutil.which("g++") is None, reason="there is no g++")
def test_update_compiles_the_program(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = small_model()
    del new["shapes"]["RingRequest"]["members"]["Times"]
    run = subprocess.run
    _releases(project, monkeypatch, {"1.2.3": small_model(), "1.2.4": new})
    fake = subprocess.run
    monkeypatch.setattr(
        "subprocess.run", lambda command, **more: (fake if "pip" in command else run)(command, **more)
    )
    write_manifest(project, '[services.bell-tower]\nnamespace = "mine::bells"\n', 'botocore = "1.2.3"')
    (project / "src").mkdir()
    (project / "src" / "main.cpp").write_text(
        "#include <belfry/mine/bells/types/ring_request.hpp>\n"
        'belfry::mine::bells::RingRequest input{.bell = "great", .times = 2};\n'
    )
    command = f"g++ -std=c++20 -I{ROOT}/include -c src/main.cpp"
    entry = {"directory": str(project), "command": command, "file": "src/main.cpp"}
    (project / "compile_commands.json").write_text(json.dumps([entry]))
    assert main(["update", "--check", "src", "--compile-commands", "compile_commands.json"]) == 0
    said = capsys.readouterr().out
    assert (
        "1 of 1 files of src use these services; lines that compile with the headers of botocore 1.2.3"
        in said
    )
    assert "  src/main.cpp:2: " in said
    assert "RingRequest::times is gone\n" in said


def test_spellings_are_in_the_lock(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = small_model()
    new["shapes"]["RingResult"] = new["shapes"].pop("RingResponse")
    new["operations"]["Ring"]["output"]["shape"] = "RingResult"
    _releases(project, monkeypatch, {"1.2.3": small_model(), "1.2.4": new, "1.2.5": new})
    write_manifest(project, models='botocore = "1.2.3"')
    assert generate() == 0
    # The file may name the new release already: the headers are still those of the one that is locked.
    write_manifest(project, models='botocore = "1.2.4"')
    assert main(["update", "--to", "1.2.4"]) == 0
    assert "the type RingResponse is RingResult now" in capsys.readouterr().out
    lock = json.loads((project / "belfry.lock").read_text())
    assert lock["services"]["bell-tower"]["spellings"] == {"names": {"RingResponse": "RingResult"}}
    assert generate("--check") == STALE
    assert generate() == 0
    assert generate("--check") == 0
    assert (project / "out/belfry/bell_tower/types/ring_response.hpp").is_file()
    assert main(["update"]) == 0
    assert "no change that users can see" in capsys.readouterr().out
    assert json.loads((project / "belfry.lock").read_text())["services"] == lock["services"]
    (project / "belfry.lock").write_text(
        json.dumps({**lock, "botocore": "1.2.5"}).replace('"names"', '"name"')
    )
    assert generate() == BAD_INPUT
    assert "services.bell-tower.spellings: unknown key 'name'" in capsys.readouterr().err


def test_an_update_that_fails_leaves_the_project(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = small_model()
    del broken["shapes"]["Name"]
    _releases(project, monkeypatch, {"1.2.3": small_model(), "1.2.4": broken})
    write_manifest(project, models='botocore = "1.2.3"')
    assert generate() == 0
    before = [(project / name).read_bytes() for name in ("belfry.toml", "belfry.lock")]
    capsys.readouterr()
    assert main(["update"]) == BAD_INPUT
    said = capsys.readouterr().err
    assert "belfry: bell-tower: " in said
    assert "belfry.toml stays as it is" in said
    assert main(["update", "--to", "9.9.9"]) == BAD_INPUT
    assert "botocore==9.9.9 could not be downloaded (ERROR: no such release)" in capsys.readouterr().err
    assert [(project / name).read_bytes() for name in ("belfry.toml", "belfry.lock")] == before


def test_a_release_in_the_manifest_that_is_not_the_locked_one(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _releases(project, monkeypatch, {"1.2.3": small_model(), "1.2.4": small_model()})
    write_manifest(project, models='botocore = "1.2.3"')
    assert generate() == 0
    write_manifest(project, models='botocore = "1.2.4"')
    assert generate() == BAD_INPUT
    assert "belfry.toml asks for botocore 1.2.4, belfry.lock has 1.2.3" in capsys.readouterr().err
