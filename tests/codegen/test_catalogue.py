# SPDX-License-Identifier: Apache-2.0
"""`belfry catalogue`: compiles generated services, reports errors, and continues interrupted runs."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.catalogue.cli import BAD, main
from belfry_codegen.commands.catalogue.compile import WARNINGS
from belfry_codegen.commands.catalogue.sample import sample
from belfry_codegen.commands.catalogue.source import sources_of
from belfry_codegen.commands.console import BAD_INPUT, INTERRUPTED
from belfry_codegen.cpp.view import service_view
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import survey
from support import ROOT, botocore_data, small_model, write_model

INCLUDE = ROOT / "include"


def _compiler() -> str:
    for name in (os.environ.get("CXX"), "g++", "clang++"):
        if name and shutil.which(name):
            return name
    pytest.skip("there is no C++ compiler")


@pytest.fixture
def compiler(tmp_path: Path) -> Path:
    """A compiler that writes down the names of the files that it is given.

    While there is a file `hold`, it finishes the first of them and no other.
    """
    script = tmp_path / "compiler"
    script.write_text(
        f'#!/bin/sh\nfor last; do :; done\n[ "$last" = - ] || echo "$last" >>"{tmp_path}/compiled"\n'
        f'[ -e "{tmp_path}/hold" ] && [ "$(wc -l <"{tmp_path}/compiled")" -ge 2 ] && exec sleep 60\n'
        f'exec {_compiler()} "$@"\n'
    )
    script.chmod(0o755)
    return script


def _compiled(folder: Path) -> list[str]:
    """The files compiled since the last call."""
    log = folder / "compiled"
    names = ["/".join(Path(line).parts[-2:]) for line in log.read_text().split()] if log.exists() else []
    log.unlink(missing_ok=True)
    return sorted(names)


def _towers(models: Path, *names: str) -> Path:
    for name in names:
        service = small_model()
        service["metadata"]["serviceId"] = name.title()
        write_model(models, service, name)
    return models


def _change(models: Path, name: str) -> None:
    path = models / name / "2020-01-02" / "service-2.json"
    service = json.loads(path.read_text())
    service["shapes"]["RingResponse"]["members"]["Loud"] = {"shape": "Name"}
    path.write_text(json.dumps(service))


def _run(folder: Path, compiler: Path, *more: str, include: Path = INCLUDE) -> int:
    arguments = ["--models", str(folder / "models"), "--out", str(folder / "out")]
    return main([*arguments, "--include", str(include), "--compiler", str(compiler), *more])


def _rows(folder: Path) -> dict[str, dict[str, Any]]:
    report = json.loads((folder / "out" / "report.json").read_text())
    return {row["service"]: row for row in report["services"]}


def test_it_compiles_with_the_warnings_of_the_build() -> None:
    text = (ROOT / "cmake" / "BelfryWarnings.cmake").read_text()
    assert set(re.findall(r"-W[a-z-]+", text)) - {"-Werror"} == set(WARNINGS)


def test_a_source_uses_every_call_paginator_waiter_and_exception() -> None:
    service = load_service(botocore_data(), "lambda")
    sources = sources_of(service_view(service, "lambda"))
    text = "".join(sources.values())
    assert sources["umbrella.cpp"] == "#include <belfry/lambda.hpp>\n"
    assert len(sources) == 1 + -(-len(service.operations) // 50)
    assert text.count("\ntemplate Result<") == len(service.operations) + len(service.waiters)
    paginators = sum(operation.paginator is not None for operation in service.operations.values())
    assert paginators > 10
    assert text.count("\ntemplate class belfry::Paginator<") == paginators
    exceptions = sum(shape.error is not None for shape in service.shapes.values())
    assert text.count("&::belfry::structure_of<") == exceptions
    assert text.count("#include <belfry/lambda/") == len(service.operations) + 1


def test_a_finished_file_is_not_compiled_again(
    tmp_path: Path, compiler: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _towers(tmp_path / "models", "bass", "tenor")
    assert _run(tmp_path, compiler) == 0
    every = [f"{name}/{file}" for name in ("bass", "tenor") for file in ("part_0.cpp", "umbrella.cpp")]
    assert _compiled(tmp_path) == every
    first = _rows(tmp_path)
    assert all(row["status"] == "good" and row["seconds"] > 0.1 for row in first.values())
    assert first["bass"]["members"] == 4
    assert (first["bass"]["operations"], first["bass"]["peak_mebibytes"] > 30) == (1, True)
    assert _run(tmp_path, compiler) == 0
    assert _compiled(tmp_path) == []
    assert _rows(tmp_path) == first
    _change(tmp_path / "models", "tenor")
    assert _run(tmp_path, compiler) == 0
    assert _compiled(tmp_path) == ["tenor/part_0.cpp", "tenor/umbrella.cpp"]
    # Only a result that was removed is made again.
    next((tmp_path / "out" / "sources" / "bass").glob("part_0.*[!p]")).unlink()
    assert _run(tmp_path, compiler) == 0
    assert _compiled(tmp_path) == ["bass/part_0.cpp"]
    # Another compiler's results do not matter.
    other = Path(shutil.copy(compiler, tmp_path / "other"))
    assert _run(tmp_path, other) == 0
    assert _compiled(tmp_path) == every
    assert _run(tmp_path, compiler) == 0
    assert _compiled(tmp_path) == []
    assert "2 services: 2 good, 0 bad" in capsys.readouterr().out


def test_an_error_in_the_library_is_reported(
    tmp_path: Path, compiler: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _towers(tmp_path / "models", "bass", "tenor")
    include = Path(shutil.copytree(INCLUDE, tmp_path / "include"))
    header = include / "belfry" / "client" / "client.hpp"
    whole = header.read_text()
    # Only code that calls an operation instantiates this.
    header.write_text(whole.replace("Invocation{core, operation_of<O>", "Invocation{core, O::absent()"))
    assert header.read_text() != whole
    assert _run(tmp_path, compiler, "bass", include=include) == BAD
    said = capsys.readouterr().out
    assert "bass: failed\n" in said
    assert "absent" in said
    assert _rows(tmp_path)["bass"]["status"] == "failed"
    _compiled(tmp_path)
    # A bad file is compiled again, a good one only if the library has changed.
    assert _run(tmp_path, compiler, "bass", include=include) == BAD
    assert _compiled(tmp_path) == ["bass/part_0.cpp"]
    header.write_text(whole)
    assert _run(tmp_path, compiler, "bass", include=include) == 0
    assert _compiled(tmp_path) == ["bass/part_0.cpp", "bass/umbrella.cpp"]


def test_a_warning_is_bad(tmp_path: Path, compiler: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _towers(tmp_path / "models", "bass")
    include = Path(shutil.copytree(INCLUDE, tmp_path / "include"))
    header = include / "belfry" / "client" / "client.hpp"
    header.write_text(header.read_text() + "\ninline int narrowed(long value) { return value; }\n")
    assert _run(tmp_path, compiler, include=include) == BAD
    row = _rows(tmp_path)["bass"]
    assert row["status"] == "warnings"
    assert row["warnings"] == 2
    assert "narrowed" in row["fault"] or "conver" in row["fault"]
    assert "bass: warnings\n" in capsys.readouterr().out


def test_a_broken_model_is_reported_and_the_others_are_compiled(
    tmp_path: Path, compiler: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _towers(tmp_path / "models", "bass", "tenor")
    (models / "tenor" / "2020-01-02" / "service-2.json").write_text('{"metadata": ')
    (models / "cracked.json").write_text('{"smithy": ')
    assert _run(tmp_path, compiler) == BAD
    rows = _rows(tmp_path)
    assert {name: row["status"] for name, row in rows.items()} == {
        "bass": "good",
        "cracked.json": "refused",
        "tenor": "refused",
    }
    assert "not JSON" in rows["tenor"]["fault"]
    assert "tenor: refused\n" in capsys.readouterr().out


def test_overlay_entries_that_do_not_fit_are_reported_and_the_service_is_compiled(
    tmp_path: Path, compiler: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = _towers(tmp_path / "models", "bass")
    overlay = models / "bass" / "overlay.json"
    overlay.write_text('{"shapes": {\n"Gone": {},\n"Lost": {}}}')
    for _ in range(2):
        assert _run(tmp_path, compiler, "--umbrella-only") == BAD
        output = capsys.readouterr()
        assert "1 service: 1 good, 0 bad" in output.out
        for line, name in ((2, "Gone"), (3, "Lost")):
            assert f"belfry: bass: left out: {overlay}:{line}: shapes.{name}: is not" in output.err


def test_umbrella_only_compiles_the_headers(tmp_path: Path, compiler: Path) -> None:
    _towers(tmp_path / "models", "bass")
    report = tmp_path / "figures" / "report.csv"
    assert _run(tmp_path, compiler, "--umbrella-only", "--report", str(report)) == 0
    assert _compiled(tmp_path) == ["bass/umbrella.cpp"]
    with report.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["service"], row["status"], row["files"]) for row in rows] == [("bass", "good", "1")]


def test_consecutive_samples_cover_every_service() -> None:
    names = list(survey(botocore_data())[0])
    assert sample(names, 40, 7) == sample(names, 40, 7)
    assert sample(names, 40, 7) == sample(names[::-1], 40, 7)
    assert len(set(sample(names, 40, 7))) == 40
    for start in (0, 20_000):
        seen = {name for seed in range(start, start + 11) for name in sample(names, 40, seed)}
        assert seen == set(names)
    assert not set(sample(names, 40, 7)) & set(sample(names, 40, 8))
    assert sample(names, 1000, 7) == sorted(names)


def test_a_sample_is_printed_so_that_it_can_be_repeated(
    tmp_path: Path, compiler: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _towers(tmp_path / "models", "bass", "tenor", "treble", "alto")
    always = ("--sample", "1", "--always", "alto", "--umbrella-only")
    assert _run(tmp_path, compiler, *always) == 0
    said = capsys.readouterr().out
    seed = re.search(r"--seed (\d+) repeats it", said)
    assert seed is not None
    chosen = set(_rows(tmp_path))
    assert "alto" in chosen
    assert len(chosen) == 2
    assert _run(tmp_path, compiler, *always, "--seed", seed[1]) == 0
    assert set(_rows(tmp_path)) == chosen
    others = set()
    for number in range(3):
        assert _run(tmp_path, compiler, *always, "--seed", str(number)) == 0
        others.add(frozenset(_rows(tmp_path)))
    assert len(others) == 3


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nobody"], "no service 'nobody'"),
        (["bass", "--sample", "2"], "give either --sample or names of services, not both"),
        (["--sample", "2", "--always", "nobody"], "no service 'nobody'"),
        (["--compiler", "no-such-compiler"], "the compiler 'no-such-compiler' was not found"),
        (["--include", "/nowhere"], "/nowhere: this folder does not hold belfry's headers"),
    ],
)
def test_a_wrong_command_line_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    _towers(tmp_path / "models", "bass")
    known = ["--models", str(tmp_path / "models"), "--out", str(tmp_path / "out")]
    assert main([*known, *arguments]) == BAD_INPUT
    said = capsys.readouterr().err
    assert expected in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_an_interrupted_run_is_continued(tmp_path: Path, compiler: Path) -> None:
    _towers(tmp_path / "models", "bass", "tenor", "treble")
    hold = tmp_path / "hold"
    hold.touch()
    arguments = ["--models", str(tmp_path / "models"), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "belfry_codegen.commands.catalogue", *arguments, "--compiler", str(compiler)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "codegen"), "BELFRY_JOBS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    # The suffix of a result has eight digits; that of a source that is being written is a process's number.
    while not (results := [*(tmp_path / "out").glob(f"sources/*/*.{8 * '[0-9a-f]'}")]):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=300)
    assert process.returncode == INTERRUPTED, errors
    assert "run the same command again to continue" in errors
    assert "Traceback" not in errors
    assert "not compiled" in said
    assert results
    hold.unlink()
    begun = _compiled(tmp_path)
    assert 0 < len(begun) < 6
    assert _run(tmp_path, compiler) == 0
    rest = _compiled(tmp_path)
    # The one that was being compiled was not finished, and has not failed.
    assert len({*begun, *rest}) == 6
    assert len(rest) < 6
    assert {row["status"] for row in _rows(tmp_path).values()} == {"good"}
