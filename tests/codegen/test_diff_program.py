# SPDX-License-Identifier: Apache-2.0
"""`diff --check` with a compiler, and its report for GitHub Actions."""

from __future__ import annotations

import copy
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.catalogue.sample import seed_of_today
from belfry_codegen.commands.cli import BAD_INPUT, main
from belfry_codegen.commands.diff.compile import _reports
from belfry_codegen.commands.diff.github import LIMIT, github_lines
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.diff.report import Report, ServiceReport
from support import ROOT, operation, small_model, structure, write_model

BREAKS = 1
COMPILERS = [name for name in ("g++", "clang++-14") if shutil.which(name)]
TYPES = "#include <belfry/bell_tower/types/ring_request.hpp>\n"
needs_compiler = pytest.mark.skipif(not COMPILERS, reason="there is neither g++ nor clang++-14")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two versions of a model, of which the newer one lacks a member and renames a type."""
    monkeypatch.chdir(tmp_path)
    old = small_model()
    old["shapes"]["Bell"] = structure(Weight="Count")
    old["shapes"]["RingRequest"]["members"]["Spare"] = {"shape": "Bell"}
    new = copy.deepcopy(old)
    del new["shapes"]["RingRequest"]["members"]["Times"]
    new["operations"]["Stop"] = operation("Stop")
    write_model(tmp_path / "old", old)
    write_model(tmp_path / "new", new)
    (tmp_path / "src").mkdir()
    return tmp_path


def write_program(project: Path, compiler: str, **files: str) -> Path:
    """Writes files of a program, and a database that compiles those that end in `_cpp`."""
    commands = []
    for name, text in files.items():
        path = project / "src" / name.replace("_cpp", ".cpp").replace("_hpp", ".hpp")
        path.write_text(text)
        if path.suffix == ".cpp":
            options = f"-std=c++20 -I{ROOT}/include -Isrc -MD -MF x.d -o {path.name}.o -c {path}"
            commands.append(
                {"directory": str(project), "command": f"{compiler} {options}", "file": str(path)}
            )
    database = project / "build" / "compile_commands.json"
    database.parent.mkdir(exist_ok=True)
    database.write_text(json.dumps(commands))
    return database


def diff(*more: str) -> int:
    check = ["--check", "src", "--compile-commands", "build/compile_commands.json"]
    return main(["diff", *check, "old", "new", *more])


# One of them a day in CI.
TODAYS = COMPILERS
if os.environ.get("BELFRY_TEST_ALL_TURNS") == "OFF" and COMPILERS:
    TODAYS = [COMPILERS[seed_of_today() % len(COMPILERS)]]


@pytest.mark.parametrize("compiler", TODAYS)
def test_lines_that_no_longer_compile(
    project: Path, capsys: pytest.CaptureFixture[str], compiler: str
) -> None:
    main_cpp = (
        TYPES + '#include "helper.hpp"\n'
        "int main() {\n"
        '    belfry::bell_tower::RingRequest input{.bell = "great"};\n'
        "    struct { int times = 1; } other;\n"
        "    input.times = other.times;\n"
        "    return count(input);\n"
        "}\n"
    )
    helper = TYPES + "template <class T>\nint count(const T& input) { return *input.times; }\n"
    write_program(
        project, compiler, main_cpp=main_cpp, helper_hpp=f"#pragma once\n{helper}", other_cpp="int times;\n"
    )
    assert diff("--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["compiled"]["files"], document["compiled"]["using"]) == (2, 1)
    errors = document["compiled"]["errors"]
    assert [(Path(error["file"]).as_posix(), error["line"]) for error in errors] == [
        ("src/helper.hpp", 4),
        ("src/main.cpp", 6),
    ]
    assert {error["change"] for error in errors} == {"member RingRequest.Times removed"}
    assert all("times" in error["message"] for error in errors)
    # A search of names would have listed the other `times`, too.
    assert document["services"][0]["lines"] == []
    assert not list(project.rglob("*.o"))
    assert not list(project.rglob("*.d"))

    assert diff("--fail-on", "program") == BREAKS
    said = capsys.readouterr().out
    assert "1 of 2 files of src use these services; lines that compile with the headers of old and" in said
    assert "  src/main.cpp:6: " in said
    assert "    member RingRequest.Times removed: RingRequest::times is gone\n" in said


@needs_compiler
def test_a_program_that_goes_on_compiling(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TYPES + 'int main() { belfry::bell_tower::RingRequest input{.bell = "great"}; }\n'
    write_program(project, COMPILERS[0], main_cpp=text)
    assert diff("--fail-on", "program") == 0
    said = capsys.readouterr().out
    assert "1 of 1 files of src use these services; all compile with the headers of both versions" in said
    assert "verdict: major" in said


@needs_compiler
def test_the_programs_own_headers_of_the_service_do_not_count(project: Path) -> None:
    out = ["--out", "src", "--cache", "cache"]
    assert main(["generate", "bell-tower", "--models", "old", *out]) == 0
    gone = "#include <belfry/bell_tower/types/bell.hpp>\n"
    write_program(project, COMPILERS[0], main_cpp=gone + "int main() {}\n")
    new = small_model()
    write_model(project / "new", new)
    assert diff("--fail-on", "program") == BREAKS


@needs_compiler
def test_a_service_that_is_gone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_model(project / "old", small_model(), "clock-tower")
    text = "#include <belfry/bell_tower/fwd.hpp>\nint main() {}\n"
    write_program(project, COMPILERS[0], main_cpp=text)
    (project / "new").rename(project / "gone")
    write_model(project / "new", small_model(), "water-tower")
    assert diff("bell-tower", "--fail-on", "program") == BREAKS
    assert "belfry/bell_tower/fwd.hpp is gone" in capsys.readouterr().out


@needs_compiler
def test_a_program_that_the_old_headers_do_not_fit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TYPES + """int main() { belfry::bell_tower::RingRequest{.bell = "a"}.rope = 1; }\n"""
    write_program(project, COMPILERS[0], main_cpp=text, good_cpp=TYPES)
    assert diff() == BAD_INPUT
    said = capsys.readouterr()
    assert f"belfry: {project}/src/main.cpp: does not compile with the headers of old" in said.err
    assert "rope" in said.err
    assert "2 of 2 files of src use these services" in said.out


FAULTS: dict[str, tuple[Any, str]] = {
    "no compiler": (
        [{"command": "/nowhere/bin/g++ -c src/a.cpp"}],
        "the compiler '/nowhere/bin/g++' was not found",
    ),
    "another compiler": (
        [{"command": "cl.exe /c src/a.cpp"}],
        "command 1: 'cl.exe' is not the name of g++ or clang++",
    ),
    "an unknown option": (
        [{"arguments": ["g++", "--not-an-option", "src/a.cpp"]}],
        "src/a.cpp: the compiler 'g++' failed: ",
    ),
    "no folder": ([{"directory": "nowhere", "command": "g++ src/a.cpp"}], "runs in "),
    "no command": ([{}], "'command' is missing"),
    "no list": ({}, "expected a list of commands"),
    "other files": ([{"command": "g++ b.cpp", "file": "../b.cpp"}], "no command compiles a file of src"),
}


@needs_compiler
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_database_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    commands, said = FAULTS[name]
    database = write_program(project, "g++", a_cpp="int main() {}\n")
    if isinstance(commands, list):
        commands = [{"directory": "..", "file": str(project / "src/a.cpp"), **one} for one in commands]
    database.write_text(json.dumps(commands))
    assert diff() == BAD_INPUT
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_options_that_belong_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old", "new", "--compile-commands", "x.json"]) == BAD_INPUT
    assert "--compile-commands needs --check" in capsys.readouterr().err
    assert main(["diff", "old", "new", "--fail-on", "program"]) == BAD_INPUT
    assert "--fail-on program needs --check" in capsys.readouterr().err
    assert diff() == BAD_INPUT
    advice = "CMake writes it with -DCMAKE_EXPORT_COMPILE_COMMANDS=ON"
    assert f"there is no such file; {advice}" in capsys.readouterr().err


def test_places_that_led_to_an_error() -> None:
    gcc = """\
In file included from src/main.cpp:1:
lib.hpp: In instantiation of 'int f(T) [with T = X]':
src/main.cpp:8:9:   required from here
lib.hpp:3:5: error: 'struct X' has no member named 'times'
    3 |     x.times;
lib.hpp:9:1: fatal error: gone.hpp: No such file or directory
compilation terminated.
"""
    clang = """\
In file included from src/main.cpp:1:
lib.hpp:3:5: error: no member named 'times' in 'X'
    x.times;
lib.hpp:4:5: note: in instantiation of function template specialization 'f<X>' requested here
src/main.cpp:8:9: note: in instantiation of function template specialization 'g<X>' requested here
1 error generated.
"""
    first, second = _reports(gcc)
    assert list(first.places()) == [("lib.hpp", 3), ("src/main.cpp", 8), ("src/main.cpp", 1)]
    assert list(second.places()) == [("lib.hpp", 9)]
    [only] = _reports(clang)
    assert list(only.places()) == [("lib.hpp", 3), ("src/main.cpp", 1), ("lib.hpp", 4), ("src/main.cpp", 8)]


def test_the_report_for_github(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "src" / "a,b.cpp").write_text("auto n = input.times;\n")
    command = ["diff", "old", "new", "--check", "src", "--format", "github"]
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert main(command) == 0
    said = capsys.readouterr().out
    place = "::warning file=src/a%2Cb.cpp,line=1,title=Models::"
    assert f"{place}bell-tower: member RingRequest.Times removed%0A" in said
    assert "\n## Models: `old` to `new`\n\nVerdict: **major**.\n" in said
    assert "| bell-tower | major | 1 | 3 | 0 |" in said
    about = "bell-tower: major; 1 breaking (1 on the wire, 1 in source), 3 new"
    assert f"<summary>{about}</summary>\n\n**Breaking**" in said
    assert said.count("<details>") == said.count("</details>") == 1

    path = project / "summary.md"
    path.write_text("# Before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(project / "src"))
    assert main(command) == 0
    said = capsys.readouterr().out
    assert said.startswith("::warning file=a%2Cb.cpp,line=1,")
    assert "Verdict" not in said
    assert path.read_text().startswith("# Before\n## Models: ")


@needs_compiler
def test_lines_that_do_not_compile_are_errors_for_github(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    text = TYPES + "int main() { belfry::bell_tower::RingRequest input{}; input.times = 1; }\n"
    write_program(project, COMPILERS[0], main_cpp=text.replace("input{}", 'input{.bell = "a"}'))
    assert diff("--format", "github") == 0
    said = capsys.readouterr().out
    assert said.startswith("::error file=src/main.cpp,line=2,title=Models::")
    assert "%0Amember RingRequest.Times removed: RingRequest::times is gone\n" in said
    assert "Lines of `src` that no longer compile:\n\n- `src/main.cpp:2` " in said


def test_a_summary_is_not_longer_than_github_takes(tmp_path: Path) -> None:
    services = [
        ServiceReport(f"tower-{number}", [Change(("shape", "X"), f"<b>{'x' * 1000}", is_new=True)] * 300)
        for number in range(5)
    ]
    path = tmp_path / "summary.md"
    report = Report("old", "new", services)
    assert list(github_lines(report, {"GITHUB_STEP_SUMMARY": str(path)})) == []
    text = path.read_text()
    assert LIMIT * 0.8 < len(text.encode()) < LIMIT
    assert "| tower-4 |" in text
    assert "Changes of tower-3, tower-4 are left out" in text
    assert "<b>" not in text
