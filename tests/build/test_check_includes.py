# SPDX-License-Identifier: Apache-2.0
"""tools/check_includes.py finds each kind of fault, and none in the headers as they are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkers import ROOT, run_checker

HEAD = "// SPDX-License-Identifier: Apache-2.0\n#pragma once\n\n"


def _check(include: Path) -> tuple[int, list[str]]:
    """The checker's status, and the faults that it printed, without the folder of the headers."""
    status, faults = run_checker("check_includes", include, "headers")
    return status, [fault.replace(f"{include}/belfry/", "") for fault in faults]


@pytest.fixture
def include(tmp_path: Path) -> Path:
    """A copy of the headers of all folders, with a service of one header."""
    copy = tmp_path / "include"
    shutil.copytree(ROOT / "include", copy, ignore=shutil.ignore_patterns("chime_sdk_voice*"))
    _write(copy, "tower/ring.hpp", "#include <belfry/client/client.hpp>\n")
    return copy


def _write(include: Path, name: str, text: str) -> None:
    path = include / "belfry" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + text)


def _append(include: Path, name: str, text: str) -> None:
    with (include / "belfry" / name).open("a") as file:
        file.write(text)


def _lines(include: Path, name: str) -> int:
    return len((include / "belfry" / name).read_text().splitlines())


def test_the_headers_have_no_fault() -> None:
    assert _check(ROOT / "include") == (0, [])


def test_the_copy_has_no_fault(include: Path) -> None:
    assert _check(include) == (0, [])


def test_an_include_of_a_folder_above_is_a_fault(include: Path) -> None:
    _write(include, "core/high.hpp", "#include <belfry/call/sleep.hpp>\n")
    assert _check(include) == (1, ["core/high.hpp:4: core/ must not include call/ (<belfry/call/sleep.hpp>)"])


def test_an_include_of_a_public_header_is_a_fault_in_a_folder(include: Path) -> None:
    _write(include, "events/user.hpp", "#include <belfry/async.hpp>\n")
    assert _check(include) == (
        1,
        ["events/user.hpp:4: events/ must not include <belfry/async.hpp>, which is for users"],
    )


def test_a_service_that_includes_a_transport_is_a_fault(include: Path) -> None:
    _write(include, "tower/send.hpp", "#include <belfry/transport/tls_version.hpp>\n")
    assert _check(include) == (
        1,
        [
            "tower/send.hpp:4: the service tower/ must not include transport/"
            " (<belfry/transport/tls_version.hpp>)"
        ],
    )


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('#include "belfry/util/hex.hpp"', '<belfry/...>, not "belfry/util/hex.hpp"'),
        ("#include <belfry/util/hexes.hpp>", "<belfry/util/hexes.hpp> does not exist"),
    ],
)
def test_an_include_that_is_not_a_full_path_is_a_fault(include: Path, line: str, fault: str) -> None:
    _write(include, "util/new.hpp", line + "\n")
    status, faults = _check(include)
    assert (status, len(faults)) == (1, 1)
    assert faults[0].startswith("util/new.hpp:4: ")
    assert faults[0].endswith(fault)


def test_headers_that_include_each_other_are_a_fault(include: Path) -> None:
    _write(include, "util/chicken.hpp", "#include <belfry/util/egg.hpp>\n")
    _write(include, "util/egg.hpp", "#include <belfry/util/chicken.hpp>\n")
    assert _check(include) == (
        1,
        ["include cycle: belfry/util/chicken.hpp -> belfry/util/egg.hpp -> belfry/util/chicken.hpp"],
    )


def test_a_body_that_includes_its_own_header_is_a_fault(include: Path) -> None:
    _append(include, "call/impl/core.ipp", "#include <belfry/call/core.hpp>\n")
    assert _check(include) == (
        1,
        ["include cycle: belfry/call/core.hpp -> belfry/call/impl/core.ipp -> belfry/call/core.hpp"],
    )


@pytest.mark.parametrize("times", [0, 2])
def test_a_body_that_separate_compilation_does_not_list_once_is_a_fault(include: Path, times: int) -> None:
    _write(include, "call/impl/extra.ipp", "")
    _append(include, "impl/src.hpp", "#include <belfry/call/impl/extra.ipp>\n" * times)
    assert _check(include) == (
        1,
        ["call/impl/extra.ipp:1: must be listed once, in belfry/impl/src.hpp or src_xml.hpp"],
    )


@pytest.mark.parametrize(
    ("folder", "declaration", "name", "home"),
    [
        ("operation", "struct CallOptions;", "CallOptions", "call"),
        ("core", "class\n    ResponseSink;", "ResponseSink", "http"),
        ("call", "enum class WaiterState : std::uint8_t;", "WaiterState", "paging"),
        ("events", "template <class O> class Paginator;", "Paginator", "paging"),
        ("util", "template <class A, class B = List<A>> struct Map;", "Map", "core"),
        (
            "protocol",
            "BELFRY_INLINE bool add_host_prefix(const Operation& operation, const void* input,\n"
            "                                   std::string& url, Error& error);",
            "add_host_prefix",
            "call",
        ),
        ("operation", "extern BELFRY_INLINE const Protocol rest_json;", "rest_json", "protocol"),
    ],
)
def test_a_declaration_of_a_type_from_a_folder_above_is_a_fault(
    include: Path, folder: str, declaration: str, name: str, home: str
) -> None:
    _write(include, f"{folder}/new.hpp", f"// class Call;\n/* struct ClientCore;\n*/\n{declaration}\n")
    line = 7 + declaration.split(name)[0].count("\n")
    assert _check(include) == (
        1,
        [f"{folder}/new.hpp:{line}: {folder}/ must not declare {name}, which {home}/ defines"],
    )


def test_a_declaration_of_a_type_from_the_same_folder_or_below_is_not_a_fault(include: Path) -> None:
    _write(include, "call/new.hpp", "class Environment;\nstruct Endpoint;\nstruct not_belfrys;\n")
    _write(include, "core/new.hpp", 'inline const char* text = "\\"\\\nclass Call;";\n')
    assert _check(include) == (0, [])


def test_the_allowed_declaration_is_a_fault_if_it_is_not_needed(include: Path) -> None:
    header = include / "belfry" / "operation" / "operation.hpp"
    text = header.read_text()
    assert "struct OperationHooks;\n" in text
    header.write_text(text.replace("struct OperationHooks;\n", ""))
    status, faults = _check(include)
    assert (status, len(faults)) == (1, 1)
    assert faults[0].endswith("DECLARED_BELOW need not allow OperationHooks")


def test_a_separately_compiled_function_that_a_header_defines_is_a_fault(include: Path) -> None:
    line = _lines(include, "call/state.hpp") + 1
    _append(include, "call/state.hpp", "BELFRY_INLINE ClientCore::~ClientCore() { delete state_; }\n")
    assert _check(include) == (
        1,
        [f"call/state.hpp:{line}: ~ClientCore must be defined in an .ipp"],
    )


def test_an_expensive_header_that_a_service_reaches_is_a_fault(include: Path) -> None:
    line = _lines(include, "util/append.hpp") + 1
    _append(include, "util/append.hpp", "#include <algorithm>\n")
    assert _check(include) == (1, [f"util/append.hpp:{line}: every service pays for <algorithm>"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("#pragma once\n", "the first line must be the licence line"),
        ("// SPDX-License-Identifier: Apache-2.0\n", "no #pragma once"),
    ],
)
def test_a_header_without_licence_or_guard_is_a_fault(include: Path, text: str, fault: str) -> None:
    (include / "belfry" / "util" / "bare.hpp").write_text(text)
    assert _check(include) == (1, [f"util/bare.hpp:1: {fault}"])


def test_a_folder_without_headers_is_a_fault(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "check_includes.py"), "--root", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, f"no headers in {tmp_path / 'belfry'}\n")


def test_a_header_that_includes_another_before_one_of_belfry_is_a_fault(include: Path) -> None:
    _write(include, "util/odd.hpp", "#include <string>\n\n#include <belfry/util/config.hpp>\n")
    fault = "util/odd.hpp:4: include <belfry/util/config.hpp> first: it checks the standard of C++"
    assert _check(include) == (1, [fault])
