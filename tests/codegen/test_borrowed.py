# SPDX-License-Identifier: Apache-2.0
"""Headers with outputs that view the response (`generate --borrowed`)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from support import ROOT, botocore_data, model, operation, structure, write_model

FOLDER = Path("belfry/bell_tower/borrowed")
WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
FLAGS = f"-std=c++20 {WARNINGS} -fno-exceptions -fno-rtti -fsyntax-only"
COMPILERS = ("g++", "clang++-14", "clang++-19 -stdlib=libc++")


def tower() -> dict[str, Any]:
    """A service whose outputs have members of every kind, and names that Belfry's own types might have."""
    shapes: dict[str, Any] = {
        "Text": {"type": "string"},
        "Number": {"type": "integer"},
        "Bytes": {"type": "blob"},
        "Time": {"type": "timestamp", "timestampFormat": "iso8601"},
        "Anything": {"type": "structure", "members": {}, "document": True},
        "Metal": {"type": "string", "enum": ["bronze", "cast-iron"]},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
        "Metals": {"type": "list", "member": {"shape": "Metal"}},
        "Grid": {"type": "list", "member": {"shape": "Texts"}},
        "Bells": {"type": "list", "member": {"shape": "Bell"}},
        "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Bell"}},
        "Names": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "Sound": {**structure(note="Text", chord="Texts", echo="Sound", bell="Bell"), "union": True},
        "Bell": structure(
            name="Text", metal="Metal", inner="Bell", sound="Sound", cast="Time", tags="Names", old="OldBell"
        ),
        "OldBell": {**structure(crack="Number"), "deprecated": True},
        "Request": structure("name", name="Text"),
        "Output": structure(
            body="Text",
            value="Number",
            memory="Bytes",
            base="Grid",
            arena="Anything",
            metals="Metals",
            bells="Bells",
            others="Map",
            List="Bells",
            client="Text",
        ),
        "Bound": structure(tag={"shape": "Text", "location": "header", "locationName": "x-tag"}),
        "Stream": {**structure(data="Bytes"), "payload": "data"},
        "Nothing": structure(),
    }
    return model(
        shapes,
        GetBell=operation("GetBell", "Request", "Output"),
        GetInner=operation("GetInner", "Request", "Bell", deprecated=True),
        GetBound=operation("GetBound", "Request", "Bound"),
        GetStream=operation("GetStream", "Request", "Stream"),
        GetNothing=operation("GetNothing", "Request", "Nothing"),
        Ring=operation("Ring", "Request"),
    )


def generate(tmp_path: Path, service: dict[str, Any], *more: str) -> Path:
    write_model(tmp_path / "models", service)
    out = tmp_path / f"out{len(more)}"
    arguments = ["--models", str(tmp_path / "models"), "--out", str(out), *more]
    assert main(["generate", "bell-tower", *arguments]) == 0
    return out


def test_only_operations_with_a_json_object_have_a_borrowed_form(tmp_path: Path) -> None:
    out = generate(tmp_path, tower(), "--borrowed")
    assert {path.name for path in (out / FOLDER).glob("*.hpp")} == {"get_bell.hpp", "get_inner.hpp"}


def test_the_other_headers_do_not_change(tmp_path: Path) -> None:
    plain, both = generate(tmp_path, tower()), generate(tmp_path, tower(), "--borrowed")
    files = [path.relative_to(plain) for path in plain.rglob("*.hpp")]
    assert len(files) > 10
    for file in files:
        assert (plain / file).read_text() == (both / file).read_text()
    added = {path.relative_to(both) for path in both.rglob("*.hpp")} - set(files)
    assert added and all(path.is_relative_to(FOLDER) for path in added)


def test_headers_are_removed_once_they_are_not_wanted(tmp_path: Path) -> None:
    out = generate(tmp_path, tower(), "--borrowed")
    arguments = ["generate", "bell-tower", "--models", str(tmp_path / "models"), "--out", str(out)]
    assert main([*arguments, "--borrowed", "--check"]) == 0
    assert main([*arguments, "--check"]) != 0
    assert main(arguments) == 0
    assert not list((out / FOLDER).rglob("*.hpp"))


@pytest.mark.parametrize("compiler", COMPILERS)
def test_headers_compile(tmp_path: Path, compiler: str) -> None:
    program, *more = compiler.split()
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    out = generate(tmp_path, tower(), "--borrowed")
    source = tmp_path / "source.cpp"
    source.write_text(
        """\
#include <belfry/bell_tower/borrowed/get_inner.hpp>
#include <belfry/bell_tower/borrowed/get_bell.hpp>
#include <belfry/borrowed.hpp>
namespace tower = belfry::bell_tower;
using GetBell = tower::borrowed::operations::GetBell;
const belfry::Operation& table() { return belfry::operation_of<GetBell>; }
tower::Output own(const tower::Client& client) {
    const auto result = tower::borrowed::get_bell(client, {.name = "great"});
    using Output = belfry::borrowed::Output<tower::borrowed::Output>;
    static_assert(std::is_same_v<decltype(*result), const Output&>);
    std::string_view text = result->body.value_or("");
    if (result->memory) text = result->memory->view();
    for (const tower::borrowed::Bell& bell : result->bells) {
        if (bell.metal == tower::Metal::cast_iron && bell.inner) text = bell.inner->name.value_or(text);
        if (bell.sound && bell.sound->as_echo() != nullptr) text = *bell.sound->as_echo()->as_note();
    }
    for (const auto& [key, bell] : result->others) text = bell.name.value_or(key);
    (void)text;
    return belfry::borrowed::to_owned(*result);
}
"""
    )
    includes = ["-I", str(out), "-I", str(ROOT / "include")]
    done = subprocess.run(
        [program, *more, *FLAGS.split(), *includes, str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:4000]


def test_a_deprecated_operation_warns_where_it_is_called(tmp_path: Path) -> None:
    out = generate(tmp_path, tower(), "--borrowed")
    assert "[[deprecated]]" in (out / FOLDER / "get_inner.hpp").read_text()


def test_the_option_says_if_it_has_no_effect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(botocore_data())
    common = ["--models", data, "--out", str(tmp_path), "--borrowed"]
    assert main(["generate", "sqs", *common, "--operations", "DeleteMessage"]) == 0
    assert "--borrowed has no effect: no operation answers with a JSON object" in capsys.readouterr().err
    assert main(["generate", "iam", *common, "--operations", "GetUser"]) == 0
    error = capsys.readouterr().err
    assert "--borrowed has no effect: outputs can only view JSON, and the protocol is query" in error


def test_a_project_file_has_the_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path / "cache"))
    write_model(tmp_path / "models", tower())
    text = '[models]\nfolder = "models"\n\n[services.bell-tower]\nborrowed = true\n'
    (tmp_path / "belfry.toml").write_text(text)
    assert main(["generate"]) == 0
    assert (tmp_path / "include" / FOLDER / "get_bell.hpp").is_file()
