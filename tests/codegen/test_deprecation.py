# SPDX-License-Identifier: Apache-2.0
"""Names that a model deprecates give a warning where a program uses them, and nowhere else."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from belfry_codegen.commands.cli import main
from belfry_codegen.cpp.render import render_service
from belfry_codegen.cpp.text import deprecation_reason
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.passes.overlay import apply_overlay
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.overlay import parse_overlay
from smithy_support import smithy, traits, write
from support import ROOT, model, operation, structure, write_model

FLAGS = ("-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-fsyntax-only")
COMPILERS = ("g++", "clang++-14", "clang++-19 -stdlib=libc++")
OLD = {"deprecated": True, "deprecatedMessage": "Too <i>old</i>.", "deprecatedSince": "2019-05-06"}

# Uses no deprecated name, and makes the compiler instantiate everything.
QUIET = """
#include <belfry/bell_tower/types/old.hpp>
#include <belfry/bell_tower/types/old_request.hpp>
#include <belfry/bell_tower.hpp>
#include <belfry/bell_tower/fwd.hpp>
namespace tower = belfry::bell_tower;
tower::RingRequest copy(const tower::RingRequest& input) {
    tower::RingRequest made;
    made = input;
    tower::RingRequest moved = std::move(made);
    return moved;
}
bool same(const tower::RingRequest& a, const tower::RingRequest& b) { return a == b; }
bool same(const tower::Choice& a, const tower::Choice& b) { return a == b; }
bool ring(const tower::Client& client) {
    const auto result = client.ring({.bell = "b"});
    return result && result->now == "n" && belfry::encode(tower::operations::Ring{}, {.bell = "b"});
}
"""

# Each line names one thing that is deprecated.
LOUD = """
#include <belfry/bell_tower.hpp>
namespace tower = belfry::bell_tower;
auto method(const tower::Client& client) { return client.old_ring({}).has_value(); } // here
auto pages(const tower::Client& client) { return client.paginate_old_ring({}).next(); } // here
void tag(tower::operations::OldRing); // here
void member(tower::RingRequest& input) { input.then = "t"; } // here
void named_type(tower::Old&); // here
void enumeration(tower::OldKind); // here
auto setter() { return tower::Choice::from_then("t"); } // here
auto getter(const tower::Choice& choice) { return choice.as_then(); } // here
bool error(const belfry::Error& error) { return error.as<tower::OldError>().has_value(); } // here
"""


def _service() -> dict[str, Any]:
    return model(
        {
            "RingRequest": structure(
                "Bell", Bell="Name", Then={"shape": "Name", **OLD}, Old="Old", Olds="Olds", Kind="OldKind"
            ),
            "RingResponse": structure(
                Now="Name", Then={"shape": "Name", "deprecated": True}, Choice="Choice"
            ),
            "OldRequest": {**structure(Old="Old", Token="Name"), **OLD},
            "OldResponse": {**structure(Old="Old", Token="Name"), **OLD},
            "Old": {**structure(Text="Name"), **OLD},
            "Olds": {"type": "list", "member": {"shape": "Old"}},
            "OldKind": {"type": "string", "enum": ["A", "B"], **OLD},
            "Choice": {**structure(Then={"shape": "Name", **OLD}, Old="Old", Now="Name"), "union": True},
            "OldError": {**structure(Old="Old"), "exception": True, "error": {"httpStatusCode": 409}, **OLD},
            "Name": {"type": "string"},
        },
        Ring=operation("Ring", "RingRequest", "RingResponse", errors=[{"shape": "OldError"}]),
        OldRing=operation("OldRing", "OldRequest", "OldResponse", errors=[{"shape": "OldError"}], **OLD),
    )


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deprecation")
    pages = {
        "pagination": {"OldRing": {"input_token": "Token", "output_token": "Token", "result_key": "Old"}}
    }
    write_model(folder / "models", _service(), paginators_1=pages)
    assert main(["generate", "bell-tower", "--models", str(folder / "models"), "--out", str(folder)]) == 0
    return folder


def _warnings(generated: Path, compiler: str, source: str) -> Iterator[tuple[str, int, str]]:
    """File, line and text of each warning."""
    if shutil.which(compiler.split()[0]) is None:
        pytest.skip(f"there is no {compiler}")
    file = generated / "user.cpp"
    file.write_text(source)
    includes = ["-I", str(generated), "-I", str(ROOT / "include")]
    done = subprocess.run(
        [*compiler.split(), *FLAGS, *includes, str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[:4000]
    for name, line, text in re.findall(r"^(\S+?):(\d+):\d+: warning: (.*)$", done.stderr, re.MULTILINE):
        yield Path(name).name, int(line), text


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_program_without_deprecated_names_has_no_warning(generated: Path, compiler: str) -> None:
    source = QUIET + "const belfry::Structure* const all[] = {\n"
    for name in ("RingRequest", "RingResponse", "Choice"):
        source += f"    &belfry::structure_of<tower::{name}>,\n"
    source += "};\nauto* use_all() { return all; }\n"
    assert list(_warnings(generated, compiler, source)) == []


@pytest.mark.parametrize("compiler", COMPILERS)
def test_each_use_of_a_deprecated_name_is_a_warning(generated: Path, compiler: str) -> None:
    found = list(_warnings(generated, compiler, LOUD))
    assert {name for name, _, _ in found} == {"user.cpp"}
    assert all("deprecated" in text and "Too old. (since 2019-05-06)" in text for _, _, text in found)
    marked = {number for number, line in enumerate(LOUD.split("\n"), start=1) if line.endswith("// here")}
    assert {line for _, line, _ in found} == marked


def test_a_reason_is_an_ascii_literal_on_one_line() -> None:
    def reason(message: str = "", since: str = "") -> str | None:
        return deprecation_reason(ir.Deprecation(message, since))

    assert deprecation_reason(None) is None
    assert reason() == ""
    assert reason(since="2.0") == '"since 2.0"'
    assert reason("Use X.", "2020-01-02") == '"Use X. (since 2020-01-02)"'
    # C++26 takes no numeric escapes in the string of an attribute.
    assert reason("Don\u2019t \u2013 use\n\u201cX\u201d, caf\u00e9\\") == r'''"Don't - use \"X\", cafe\\"'''


def test_a_smithy_constant_of_an_enumeration_may_be_deprecated(tmp_path: Path) -> None:
    constant = {"target": "smithy.api#Unit", "traits": traits(deprecated={"message": "Use B.", "since": "2"})}
    shapes = {
        "RingInput": {"type": "structure", "members": {"kind": {"target": "bell.tower#Kind"}}},
        "Kind": {"type": "enum", "members": {"A": constant, "B": {"target": "smithy.api#Unit"}}},
    }
    write(tmp_path, smithy(shapes))
    header = render_service(load_service(tmp_path, "bell-tower"), "bell-tower")[
        "belfry/bell_tower/types/kind.hpp"
    ]
    assert '        A [[deprecated("Use B. (since 2)")]],\n        B,\n' in header
    assert header.count("BELFRY_IGNORE_DEPRECATED_BEGIN") == header.count("BELFRY_IGNORE_DEPRECATED_END") == 1


def test_an_overlay_replaces_the_reason() -> None:
    def laid_over(deprecated: ir.Deprecation | None, entry: dict[str, Any]) -> ir.Deprecation | None:
        ring = ir.Operation("Ring", "Ring", deprecated=deprecated)
        service = ir.Service("Bell Tower", "", "", "", "", (), operations={"Ring": ring})
        overlay = parse_overlay(Node.of("overlay.json", "", {"operations": {"Ring": entry}}), {})
        return apply_overlay(service, overlay).operations["Ring"].deprecated

    old = ir.Deprecation("Old.", "2020-01-02")
    assert laid_over(old, {"deprecatedMessage": "Gone."}) == ir.Deprecation("Gone.", "2020-01-02")
    assert laid_over(None, {"deprecated": True, "deprecatedMessage": "Gone."}) == ir.Deprecation("Gone.")
    assert laid_over(old, {"deprecated": False}) is None
    with pytest.raises(
        ModelError, match=r"operations.*Ring.*'deprecatedMessage' applies only with 'deprecated'"
    ):
        laid_over(None, {"deprecatedMessage": "Gone."})
