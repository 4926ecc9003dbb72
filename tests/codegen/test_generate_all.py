# SPDX-License-Identifier: Apache-2.0
"""Several services: the output is always the same, no work is repeated, and errors are isolated."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands import generate_service as generating
from belfry_codegen.commands.cli import BAD_INPUT, INTERRUPTED, STALE, main
from belfry_codegen.cpp.naming import namespace
from belfry_codegen.cpp.render import render_service
from belfry_codegen.output.cache import generator_key
from belfry_codegen.output.fingerprint import package
from belfry_codegen.readers.models import survey
from support import ROOT, botocore_data, small_model, write_model

REAL = ("sts", "sqs", "polly", "kms", "lambda", "dynamodb", "cloudwatch", "acm", "mq", "efs")


def _arguments(models: Path, out: Path, *more: str) -> list[str]:
    cache = out.parent / "cache"
    return ["generate", "--all", "--models", str(models), "--out", str(out), "--cache", str(cache), *more]


def _generate(models: Path, out: Path, *more: str) -> int:
    return main(_arguments(models, out, *more))


def _start(models: Path, out: Path, **environment: str) -> subprocess.Popen[str]:
    """The command in its own process group, as a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "belfry_codegen", *_arguments(models, out)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "codegen"), **environment},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _towers(models: Path, *names: str) -> Path:
    for name in names:
        _write(models, name, small_model())
    return models


def _write(models: Path, name: str, service: dict[str, Any], service_id: str | None = None) -> None:
    service["metadata"]["serviceId"] = service_id or name.replace("-", " ").title()
    write_model(models, service, name)


def _real_models(models: Path, names: tuple[str, ...] = REAL) -> Path:
    models.mkdir()
    for name in names:
        (models / name).symlink_to(botocore_data() / name)
    return models


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The services that are rendered, in this process."""
    monkeypatch.setenv("BELFRY_JOBS", "1")
    names: list[str] = []
    real = render_service

    def noted(service: Any, name: str, *more: bool) -> dict[str, str]:
        names.append(name)
        return real(service, name, *more)

    monkeypatch.setattr(generating, "render_service", noted)
    yield names


def test_the_output_does_not_depend_on_the_number_of_jobs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = _real_models(tmp_path / "models")
    trees = []
    for jobs in ("1", "2", "5"):
        monkeypatch.setenv("BELFRY_JOBS", jobs)
        assert _generate(models, tmp_path / jobs / "out") == 0
        trees.append(_tree(tmp_path / jobs / "out"))
    assert trees[0] == trees[1] == trees[2]
    assert len({path.split("/")[1] for path in trees[0] if path.count("/") > 1}) == len(REAL)


def test_every_service_of_botocore_has_a_distinct_namespace() -> None:
    found, faults = survey(botocore_data())
    assert faults == []
    assert len(found) > 430
    spaces = {name: namespace(entry.distinct_id(entry.service_id())) for name, entry in found.items()}
    assert len(set(spaces.values())) == len(found)
    # The one model that botocore has twice.
    assert spaces["pinpoint-sms-voice"] == "pinpoint_sms_voice"
    assert spaces["sms-voice"] == "sms_voice"


def test_an_unchanged_service_is_not_generated_again(
    tmp_path: Path, rendered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor", "treble")
    out = tmp_path / "out"
    assert _generate(models, out) == 0
    assert sorted(rendered) == ["bass", "tenor", "treble"]
    files = len(_tree(out))
    rendered.clear()
    capsys.readouterr()
    assert _generate(models, out) == 0
    assert rendered == []
    assert f"0 written, {files} unchanged, 0 removed; 3 services" in capsys.readouterr().err
    service = small_model()
    service["shapes"]["RingResponse"]["members"]["Loud"] = {"shape": "Name"}
    _write(models, "tenor", service)
    assert _generate(models, out) == 0
    assert rendered == ["tenor"]
    # Another copy of the same models is the same.
    rendered.clear()
    assert _generate(Path(shutil.copytree(models, tmp_path / "copy")), out) == 0
    assert rendered == []


@pytest.mark.parametrize("what", ["edited", "same size", "removed", "added", "umbrella", "all"])
def test_a_header_that_was_edited_is_generated_again(tmp_path: Path, rendered: list[str], what: str) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    out = tmp_path / "out"
    assert _generate(models, out) == 0
    before = _tree(out)
    rendered.clear()
    header = out / "belfry" / "bass" / "ring.hpp"
    if what == "edited":
        header.write_text(header.read_text() + "// changed\n")
    elif what == "same size":
        content = bytearray(header.read_bytes())
        content[-2] ^= 1
        status = header.stat()
        header.write_bytes(content)
        os.utime(header, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif what == "removed":
        header.unlink()
    elif what == "added":
        (header.parent / "types" / "stale.hpp").write_text("// Generated by belfry-codegen\n")
    elif what == "umbrella":
        (out / "belfry" / "bass.hpp").unlink()
    else:
        shutil.rmtree(out)
    assert _generate(models, out) == 0
    assert _tree(out) == before
    assert sorted(rendered) == (["bass", "tenor"] if what == "all" else ["bass"])


def test_a_changed_overlay_option_or_generator_generates_again(
    tmp_path: Path, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    out = tmp_path / "out"

    def now_rendered(*more: str) -> list[str]:
        rendered.clear()
        assert _generate(models, out, *more) == 0
        return sorted(rendered)

    assert now_rendered() == ["bass", "tenor"]
    overlay = models / "bass" / "overlay.json"
    overlay.write_text(json.dumps({"shapes": {"RingRequest": {"documentation": "Rings."}}}))
    assert now_rendered() == ["bass"]
    assert now_rendered() == []
    overlay.unlink()
    assert now_rendered() == ["bass"]
    assert now_rendered("--docs") == ["bass", "tenor"]
    assert now_rendered() == ["bass", "tenor"]
    copy = Path(shutil.copytree(package(), tmp_path / "package"))
    monkeypatch.setattr("belfry_codegen.output.cache.package", lambda: copy)
    assert now_rendered() == []
    template = copy / "cpp" / "templates" / "client.hpp.j2"
    template.write_text(template.read_text() + "\n")
    assert now_rendered() == ["bass", "tenor"]


def test_the_generators_key_covers_its_code_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path(shutil.copytree(package(), tmp_path / "package"))
    monkeypatch.setattr("belfry_codegen.output.cache.package", lambda: copy)
    keys = {generator_key()}
    for number, name in enumerate(
        ("cpp/render.py", "cpp/reserved.txt", "cpp/templates/shapes.j2", "passes/prune.py"), 2
    ):
        (copy / name).write_text((copy / name).read_text() + "\n")
        keys.add(generator_key())
        assert len(keys) == number, name


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path, rendered: list[str]) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    (tmp_path / "cache").write_text("a file where the folder would be")
    assert _generate(models, tmp_path / "out") == 0
    assert _generate(models, tmp_path / "out") == 0
    assert sorted(rendered) == ["bass", "bass", "tenor", "tenor"]


def test_a_broken_model_is_reported_and_the_others_are_generated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor", "treble")
    out = tmp_path / "out"
    assert _generate(models, out) == 0
    whole = _tree(out)
    broken = small_model()
    broken["shapes"]["RingResponse"]["members"]["Tones"] = {"shape": "Toones"}
    _write(models, "tenor", broken)
    (models / "treble" / "2020-01-02" / "service-2.json").write_text('{"metadata": ')
    changed = small_model()
    changed["shapes"]["RingResponse"]["members"]["Loud"] = {"shape": "Name"}
    _write(models, "bass", changed)
    capsys.readouterr()
    assert _generate(models, out) == BAD_INPUT
    said = capsys.readouterr().err
    assert "belfry: tenor: " in said
    assert "no shape 'Toones'" in said or "'Toones'" in said
    assert "belfry: treble: " in said
    assert "not JSON" in said
    assert "1 service in" in said
    assert "2 failed" in said
    after = _tree(out)
    assert {path for path in whole if whole[path] != after[path]} == {"belfry/bass/types/ring_response.hpp"}
    # It does not count as a finished service.
    assert _generate(models, out) == BAD_INPUT


def test_a_broken_service_leaves_no_folder(tmp_path: Path) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    broken = small_model()
    broken["operations"]["Ring"]["input"] = {"shape": "Nothing"}
    _write(models, "tenor", broken)
    assert _generate(models, tmp_path / "out") == BAD_INPUT
    assert sorted(path.name for path in (tmp_path / "out" / "belfry").iterdir()) == ["bass", "bass.hpp"]


def test_a_broken_file_among_smithys_models_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _towers(tmp_path / "models", "bass")
    (models / "cracked.json").write_text('{"smithy": "2.0", "shapes": ')
    assert _generate(models, tmp_path / "out") == BAD_INPUT
    said = capsys.readouterr().err
    assert "cracked.json: not JSON" in said
    assert re.search(r"; 1 service in [0-9.]+ s, 1 failed\n", said)
    assert (tmp_path / "out" / "belfry" / "bass.hpp").exists()


def test_two_services_with_one_namespace_are_both_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _towers(tmp_path / "models", "bass")
    _write(models, "tenor", small_model(), "Great Bell")
    _write(models, "treble", small_model(), "Great Bell")
    assert _generate(models, tmp_path / "out") == BAD_INPUT
    said = capsys.readouterr().err
    assert "belfry: tenor: its namespace 'great_bell' is also that of treble" in said
    assert "belfry: treble: its namespace 'great_bell' is also that of tenor" in said
    assert sorted(path.name for path in (tmp_path / "out" / "belfry").iterdir()) == ["bass", "bass.hpp"]
    # The folder with the id's name has the id; the other service has its folder's name.
    _write(models, "great-bell", small_model(), "Great Bell")
    (models / "treble" / "2020-01-02" / "service-2.json").unlink()
    assert _generate(models, tmp_path / "out") == 0
    folders = sorted(path.name for path in (tmp_path / "out" / "belfry").iterdir() if path.is_dir())
    assert folders == ["bass", "great_bell", "tenor"]


def test_a_services_namespace_avoids_the_librarys_folders(tmp_path: Path) -> None:
    models = tmp_path / "models"
    for name, service_id in (("a", "Core"), ("b", "Rest Json"), ("c", "Export"), ("d", "Version")):
        _write(models, name, small_model(), service_id)
    assert _generate(models, tmp_path / "out") == 0
    folders = sorted(path.name for path in (tmp_path / "out" / "belfry").iterdir() if path.is_dir())
    assert folders == ["core_", "export_", "rest_json_", "version_"]


def test_check_ignores_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    out = tmp_path / "out"
    assert _generate(models, out, "--check") == STALE
    assert not out.exists()
    assert _generate(models, out) == 0
    assert _generate(models, out, "--check") == 0
    (out / "belfry" / "tenor" / "ring.hpp").write_text("changed")
    capsys.readouterr()
    assert _generate(models, out, "--check") == STALE
    assert capsys.readouterr().err == f"stale: {out / 'belfry' / 'tenor' / 'ring.hpp'}\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--all", "bass"], "give either --all or names of services, not both"),
        ([], "give names of services, or --all for all 2 in "),
        (["--all", "--operations", "Ring"], "--operations can be used with one service only"),
    ],
)
def test_a_wrong_command_line_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    code = main(["generate", *arguments, "--models", str(models), "--out", str(tmp_path / "out")])
    assert code == BAD_INPUT
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_belfry_jobs_that_is_not_a_number_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELFRY_JOBS", "many")
    models = _towers(tmp_path / "models", "bass", "tenor")
    assert _generate(models, tmp_path / "out") == BAD_INPUT
    assert "BELFRY_JOBS must be a number of 1 or more, not 'many'" in capsys.readouterr().err


def _until_something_is_written(out: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not list((out / "belfry").glob("*.hpp")):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_is_finished_by_the_next(tmp_path: Path, sent: signal.Signals) -> None:
    models = _real_models(tmp_path / "models", (*REAL, "rds", "s3", "logs", "ecr"))
    out = tmp_path / "one" / "out"
    process = _start(models, out, BELFRY_JOBS="2")
    _until_something_is_written(out, process)
    os.killpg(process.pid, sent)
    said = process.communicate(timeout=300)[1]
    begun = {path.stem for path in (out / "belfry").glob("*.hpp")}
    assert 0 < len(begun) < 14, said
    if sent == signal.SIGINT:
        assert process.returncode == INTERRUPTED
        assert "belfry: interrupted; " in said
        assert "Traceback" not in said
        assert not list(out.rglob(".belfry-*"))
        assert {path.name for path in (out / "belfry").iterdir() if path.is_dir()} == begun
    assert _generate(models, out) == 0
    assert _generate(models, tmp_path / "two" / "out") == 0
    assert _tree(out) == _tree(tmp_path / "two" / "out")


def test_two_runs_at_once_write_the_same_files(tmp_path: Path) -> None:
    models = _real_models(tmp_path / "models")
    out = tmp_path / "out"
    processes = [_start(models, out, BELFRY_JOBS="2") for _ in range(2)]
    for process in processes:
        said = process.communicate(timeout=300)[1]
        assert process.returncode == 0, said
    together = _tree(out)
    shutil.rmtree(out)
    assert _generate(models, out) == 0
    assert _tree(out) == together


def test_an_interrupt_does_not_come_between_the_files_of_a_service(
    tmp_path: Path, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    out = tmp_path / "out"
    assert _generate(models, out) == 0
    for name in ("bass", "tenor"):
        service = small_model()
        service["metadata"]["apiVersion"] = "2020-01-03"
        _write(models, name, service)
    rendered.clear()
    moved: list[str] = []
    real = os.replace

    def interrupted(source: Any, target: Any) -> None:
        moved.append(str(target))
        if len(moved) == 3:
            signal.raise_signal(signal.SIGINT)
        real(source, target)

    monkeypatch.setattr(os, "replace", interrupted)
    assert _generate(models, out) == INTERRUPTED
    assert len(rendered) == 1
    banners = {path: b"2020-01-03" in path.read_bytes() for path in out.rglob("*.hpp")}
    new = {path for path, is_new in banners.items() if is_new}
    assert new == {path for path in banners if rendered[0] in str(path.relative_to(out))}
    assert not list(out.rglob(".belfry-*"))


def test_a_smithy_file_is_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from belfry_codegen.readers.smithy import service as smithy

    read: list[str] = []
    real = smithy.service_names

    def noted(path: Path) -> dict[str, tuple[str, str]]:
        read.append(path.name)
        return real(path)

    monkeypatch.setattr(smithy, "service_names", noted)
    models = tmp_path / "models"
    models.mkdir()
    for name in ("bass", "tenor"):
        (models / f"{name}.json").write_text(json.dumps(_smithy_tower(name)))
    first = survey(models, tmp_path / "cache")
    assert sorted(first[0]) == ["bass", "tenor"]
    assert sorted(read) == ["bass.json", "tenor.json"]
    read.clear()
    assert survey(models, tmp_path / "cache") == first
    assert read == []
    time.sleep(0.02)
    (models / "tenor.json").write_text(json.dumps(_smithy_tower("alt")))
    assert sorted(survey(models, tmp_path / "cache")[0]) == ["alt", "bass"]
    assert read == ["tenor.json"]
    (models / "bass.json").unlink()
    assert sorted(survey(models, tmp_path / "cache")[0]) == ["alt"]
    # An invalid record in the cache is ignored.
    next((tmp_path / "cache").iterdir()).write_text('{"x": [1')
    assert sorted(survey(models, tmp_path / "cache")[0]) == ["alt"]


def _smithy_tower(name: str) -> dict[str, Any]:
    traits = {"aws.api#service": {"sdkId": name.title()}, "aws.protocols#restJson1": {}}
    return {
        "smithy": "2.0",
        "shapes": {f"x#{name}": {"type": "service", "version": "2020-01-02", "traits": traits}},
    }
