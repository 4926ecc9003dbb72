# SPDX-License-Identifier: Apache-2.0
"""Models whose names are those of the library: each of its identifiers in each role that a name can have."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.catalogue.source import sources_of
from belfry_codegen.commands.cli import main
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.view import service_view
from belfry_codegen.passes.pipeline import load_service
from support import ROOT, model, operation, structure, write_model

INCLUDE = ROOT / "include"
GENERATOR = ROOT / "codegen" / "belfry_codegen"
# The headers whose names generated code is in the scope of, besides the namespace `belfry`.
SCOPES = (
    "schema/union.hpp",
    "core/open_enum.hpp",
    "core/required.hpp",
    "client/client.hpp",
    "paging/paginator.hpp",
)
FLAGS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Werror",
    "-Wno-deprecated-declarations",
    "-fsyntax-only",
]
COMPILERS = ("g++", "clang++-14")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/|\b([A-Za-z_]\w*)\b', re.DOTALL)
JINJA = re.compile(r"\{[%#{].*?[%#}]\}", re.DOTALL)


def identifiers(paths: Iterable[Path]) -> list[str]:
    """The identifiers in source files and templates, comments and literals excepted."""
    found = set()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        text = JINJA.sub(" ", text) if path.suffix == ".j2" else text
        found |= {match[1] for match in TOKEN.finditer(text) if match[1]}
    return sorted(found)


def library_headers() -> list[str]:
    """The hand-written headers that need only the standard library and pugixml."""
    root = INCLUDE / "belfry"
    found = []
    for path in sorted(root.rglob("*.hpp")):
        parts = path.relative_to(root).parts
        is_service = (root / parts[0].removesuffix(".hpp") / "manifest.json").exists()
        if parts[0] in ("transport", "interop", "impl") or is_service:
            continue
        text = path.read_text(encoding="utf-8")
        if "#include <belfry/interop/" not in text:
            found.append(path.relative_to(INCLUDE).as_posix())
    return found


def names() -> list[str]:
    """The identifiers that generated code uses, or is in the scope of."""
    templates = sorted(GENERATOR.rglob("*.j2"))
    return identifiers([*templates, *(INCLUDE / "belfry" / name for name in SCOPES)])


def compile_all(folder: Path, service: dict[str, Any], compiler: str, **files: Any) -> None:
    """Generates a service, and compiles code that uses all of it."""
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    write_model(folder / "models", service, **files)
    models, out = folder / "models", folder / "out"
    assert main(["generate", "bell-tower", "--models", str(models), "--out", str(out)]) == 0
    sources = sources_of(service_view(load_service(models, "bell-tower"), "bell-tower"))
    source = "".join(sources[name] for name in sorted(sources, reverse=True))
    includes = ["-I", str(out), "-I", str(INCLUDE)]
    done = subprocess.run(
        [compiler, *FLAGS, *includes, "-x", "c++", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:4000]


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("kind", ["structure", "union", "enum", "exception"])
def test_each_name_can_be_a_type(kind: str, compiler: str, tmp_path: Path) -> None:
    wanted = [name for name in names() if name[0].isupper()]
    assert {"Slot", "Union", "OpenEnum", "Value", "Client", "S", "O", "Required", "Result"} <= set(wanted)
    shapes: dict[str, Any] = {"Text": {"type": "string"}}
    for name in wanted:
        shapes[name] = {
            "structure": structure(Text="Text"),
            "union": {**structure(Text="Text", Other="Text"), "union": True},
            "enum": {"type": "string", "enum": ["a", "b"]},
            "exception": {**structure(Text="Text"), "exception": True},
        }[kind]
    held = {f"m{number}": name for number, name in enumerate(wanted)}
    items = list(held.items())
    unions = {}
    for start in range(0, len(items), 20):
        shapes[f"Union{start}"] = {**structure(**dict(items[start : start + 20])), "union": True}
        unions[f"u{start}"] = f"Union{start}"
    shapes["In"] = structure(**unions, **held)
    errors = [{"shape": name} for name in wanted] if kind == "exception" else []
    operations = {"Go": operation("Go", "In", "In", errors=errors)}
    if kind == "structure":
        operations |= {f"Go{name}": operation(f"Go{name}", name, name) for name in wanted[::3]}
    compile_all(tmp_path, model(shapes, **operations), compiler)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_name_can_be_a_member_and_a_value(compiler: str, tmp_path: Path) -> None:
    wanted = [name for name in names() if not name.startswith("_")]
    assert {"service", "storage_", "options_", "value", "unknown", "belfry_union_access"} <= set(wanted)
    shapes: dict[str, Any] = {"Text": {"type": "string"}, "E": {"type": "string", "enum": wanted}}
    shapes["Required"] = structure(*wanted[::2], **dict.fromkeys(wanted, "Text"))
    unions = {}
    for start in range(0, len(wanted), 40):
        shapes[f"Union{start}"] = {
            **structure(**dict.fromkeys(wanted[start : start + 40], "Text")),
            "union": True,
        }
        unions[f"u{start}"] = f"Union{start}"
    shapes["In"] = structure(TheEnumeration="E", **unions, **dict.fromkeys(wanted, "Text"))
    go = {"Go": operation("Go", "Required", "In"), "Again": operation("Again", "In", "In")}
    compile_all(tmp_path, model(shapes, **go), compiler)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_name_can_be_an_operation(compiler: str, tmp_path: Path) -> None:
    wanted = names()
    assert {
        "call",
        "Call",
        "service",
        "options_",
        "core",
        "Errors",
        "O",
        "BELFRY_IGNORE_DEPRECATED_BEGIN",
    } <= {
        *wanted,
        "Call",
    }
    shapes = {"In": structure(Text="Text"), "Text": {"type": "string"}}
    operations = {name: operation(f"{number}", "In", "In") for number, name in enumerate([*wanted, "Call"])}
    for name, entry in operations.items():
        entry["name"] = name
    compile_all(tmp_path, model(shapes, **operations), compiler)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_methods_and_tables_of_one_service_have_distinct_names(compiler: str, tmp_path: Path) -> None:
    shapes = {
        "In": structure(Token="Text"),
        "Out": structure(Token="Text", Items="Texts"),
        "Text": {"type": "string"},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
    }
    pages = ("List", "ListTokens", "PaginateList", "Call", "call")
    operations = {name: operation(name, "In", "Out") for name in (*pages, "PollUntilRung")}
    pagination = {
        name: {"input_token": "Token", "output_token": "Token", "result_key": "Items"} for name in pages
    }
    acceptor = {"state": "success", "matcher": "status", "expected": 200}
    waiters = {
        name: {"operation": "List", "delay": 1, "maxAttempts": 2, "acceptors": [acceptor]}
        for name in ("Rung", "rung", "RungAcceptors")
    }
    compile_all(
        tmp_path,
        model(shapes, **operations),
        compiler,
        paginators_1={"pagination": pagination},
        waiters_2={"waiters": waiters},
    )


@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_namespace_of_a_service_is_a_name_of_the_library(compiler: str) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    headers = [name for name in library_headers() if name != "belfry/format.hpp"]
    bodies = [path for path in (INCLUDE / "belfry").rglob("*.ipp") if "transport" not in path.parts]
    words = identifiers([*(INCLUDE / name for name in headers), *bodies])
    spaces = sorted({naming.namespace(word) for word in words if word[0].isalpha()})
    source = "".join(f"namespace belfry::inline v0::{space} {{ class Client; }}\n" for space in spaces)
    source += "".join(f"#include <{name}>\n" for name in headers)
    done = subprocess.run(
        [compiler, "-std=c++20", "-w", "-fsyntax-only", f"-I{INCLUDE}", "-x", "c++", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:3000]
