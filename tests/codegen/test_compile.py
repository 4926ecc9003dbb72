# SPDX-License-Identifier: Apache-2.0
"""Generated headers through a compiler: warning-free, without exceptions and RTTI, in any order."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from belfry_codegen.commands.cli import main
from support import ROOT, botocore_data, model, operation, structure, write_model

FLAGS = [
    "-std=c++20",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Werror",
    "-fno-exceptions",
    "-fno-rtti",
    "-fsyntax-only",
]


# Those that are installed. They differ in when a type must be complete.
COMPILERS = ("g++", "clang++-14", "clang++-19 -stdlib=libc++")


def _compiler() -> str:
    for name in (os.environ.get("CXX"), "c++", "g++", "clang++"):
        if name and shutil.which(name):
            return name
    pytest.skip("there is no C++ compiler")


def _compile(tmp_path: Path, generated: Path, source: str, compiler: str = "") -> None:
    file = tmp_path / "test.cpp"
    file.write_text(source)
    includes = ["-I", str(generated), "-I", str(ROOT / "include")]
    done = subprocess.run(
        [*(compiler or _compiler()).split(), *FLAGS, *includes, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:4000]


def _all_types(generated: Path, namespace: str) -> str:
    """A source that includes every shape's header, last one first, and makes every table."""
    folder = generated / "belfry" / namespace / "types"
    headers = sorted((path.name for path in folder.glob("*.hpp")), reverse=True)
    lines = [f"#include <belfry/{namespace}/types/{name}>" for name in headers]
    lines += ["BELFRY_IGNORE_DEPRECATED_BEGIN", f"namespace belfry::inline v0::{namespace} {{"]
    lines.append("extern const ::belfry::Structure* all[];")
    lines.append("const ::belfry::Structure* all[] = {")
    for name in headers:
        for line in (folder / name).read_text().splitlines():
            if line.startswith("template <::std::same_as<"):
                lines.append(f"    &::belfry::structure_of<{line.split('<')[2].split('>')[0]}>,")
    return "\n".join([*lines, "};", "}", "BELFRY_IGNORE_DEPRECATED_END", ""])


def test_two_pruned_operations_compile(tmp_path: Path) -> None:
    out = tmp_path / "out"
    operations = "StartSpeakerSearchTask,GetSpeakerSearchTask"
    assert main(["generate", "chime-sdk-voice", "--out", str(out), "--operations", operations]) == 0
    source = """
        #include <belfry/chime_sdk_voice.hpp>
        namespace voice = belfry::chime_sdk_voice;
        belfry::Result<voice::GetSpeakerSearchTaskResponse> run(const voice::Client& client) {
            auto started = client.start_speaker_search_task({
                .voice_connector_id = "abcdef1ghij2klmno3pqr4",
                .transaction_id = "t",
                .voice_profile_domain_id = "d",
                .call_leg = voice::CallLegType::Caller,
            });
            if (!started) return started.error();
            voice::GetSpeakerSearchTaskRequest request;
            request.voice_connector_id = "abcdef1ghij2klmno3pqr4";
            request.speaker_search_task_id = *started->speaker_search_task->speaker_search_task_id;
            return client.poll_until_speaker_search_task_complete(request);
        }
    """
    _compile(tmp_path, out, source)


def test_the_golden_service_compiles(tmp_path: Path) -> None:
    golden = ROOT / "tests" / "golden" / "expected"
    source = _all_types(golden, "golden_tower") + "#include <belfry/golden_tower.hpp>\n"
    _compile(tmp_path, golden, source)


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("macros", ["", "#define Status int\n#define HIGH 1\n#define Select(x) x\n"])
def test_names_that_became_macros_compile_with_and_without_them(
    tmp_path: Path, compiler: str, macros: str
) -> None:
    if not shutil.which(compiler.split()[0]):
        pytest.skip(f"{compiler} is not installed")
    shapes = {
        "Status": {"type": "string", "enum": ["HIGH", "ok"]},
        "Select": structure(Status="Status"),
        "In": structure(Select="Select"),
    }
    write_model(tmp_path / "models", model(shapes, Go=operation("Go", "In", "In")))
    out = tmp_path / "out"
    assert main(["generate", "bell-tower", "--models", str(tmp_path / "models"), "--out", str(out)]) == 0
    uses = "x::Status_ a = x::Status_::HIGH_; x::Select_ b{.status = a};"
    if not macros:
        uses += "BELFRY_IGNORE_DEPRECATED_BEGIN x::Status c = x::Status::HIGH; x::Select d{.status = c};"
        uses += "BELFRY_IGNORE_DEPRECATED_END"
    source = (
        f"#include <string>\n{macros}#include <belfry/bell_tower.hpp>\nnamespace x = belfry::bell_tower;\n"
    )
    _compile(
        tmp_path, out, source + uses.replace("END", "END\n").replace("BEGIN", "BEGIN\n") + "\n", compiler
    )


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ("amplifyuibuilder", "members and, or; a structure that holds lists of itself"),
        ("iotwireless", "members that are called like their types"),
        ("deadline", "members int and float"),
        ("dataexchange", "an empty header prefix"),
    ],
)
def test_services_with_hard_names_compile(tmp_path: Path, service: str, why: str) -> None:
    assert why
    out = tmp_path / "out"
    assert main(["generate", service, "--models", str(botocore_data()), "--out", str(out)]) == 0
    namespace = next(path.name for path in (out / "belfry").iterdir() if path.is_dir())
    _compile(tmp_path, out, _all_types(out, namespace))


# Groups of shapes in which a structure is complete, and used, before what its list or map holds is complete.
GROUPS = {
    "connect EvaluationFormItemEnablementCondition: held by the union that it holds lists of": {
        "A": structure(Held="Held"),
        "Element": {**structure(Text="S", A="A"), "union": True},
    },
    "timestream-query Row: optional in the structure that it holds lists of": {
        "A": structure(Held="Held"),
        "Element": structure(A="A", Text="S"),
    },
    "arc-region-switch ExecutionBlockConfiguration: a union between the two": {
        "A": structure(Held="Held"),
        "Choice": {**structure(Text="S", A="A"), "union": True},
        "Element": structure(Choice="Choice"),
    },
    "keyspacesstreams KeyspacesCellValue: the union itself holds the list": {
        "A": {**structure(Text="S", Held="Held"), "union": True},
        "Element": structure(A="A"),
    },
}


@pytest.mark.parametrize("compiler", COMPILERS)
def test_groups_with_lists_and_maps_of_later_shapes_compile(tmp_path: Path, compiler: str) -> None:
    if shutil.which(compiler.split()[0]) is None:
        pytest.skip(f"there is no {compiler}")
    held = (
        {"type": "list", "member": {"shape": "Element"}},
        {"type": "map", "key": {"shape": "S"}, "value": {"shape": "Element"}},
    )
    out = tmp_path / "out"
    source = ""
    for number, (group, container) in enumerate(itertools.product(GROUPS.values(), held)):
        shapes = {
            **group,
            "Held": container,
            "In": structure(A="A", Element="Element"),
            "S": {"type": "string"},
        }
        service = model(shapes, Ring=operation("Ring", "In", "In"))
        service["metadata"]["serviceId"] = f"Tower {number}"
        write_model(tmp_path / "models", service, f"tower-{number}")
    assert main(["generate", "--all", "--models", str(tmp_path / "models"), "--out", str(out)]) == 0
    for number in range(len(GROUPS) * len(held)):
        source += _all_types(out, f"tower_{number}") + f"#include <belfry/tower_{number}.hpp>\n"
        source += f"""
            namespace tower_{number} = belfry::tower_{number};
            inline bool use_{number}(const tower_{number}::Client& client, const tower_{number}::A& a) {{
                tower_{number}::Element element;
                const auto copy = element;
                element = copy;
                const auto result = client.ring({{.a = a, .element = std::move(element)}});
                return result && result->a == a && result->element == copy;
            }}
        """
    _compile(tmp_path, out, source, compiler)
