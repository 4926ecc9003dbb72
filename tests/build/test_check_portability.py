# SPDX-License-Identifier: Apache-2.0
"""tools/check_portability.py finds each kind of spelling that is not C++20, and none in the headers."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest
from checkers import ROOT, run_checker

FAULTS_OF = runpy.run_path(str(ROOT / "tools" / "check_portability.py"))["faults_of"]
# Each kind of compiler has its own reserved names.
ANY = "gnu or msvc or windows"
TEMPLATES = "codegen/belfry_codegen/cpp/templates"


def _check(root: Path) -> tuple[int, list[str]]:
    """The checker's status, and the faults that it printed, without the folder."""
    status, faults = run_checker("check_portability", root, "files")
    return status, [fault.replace(f"{root}/", "") for fault in faults]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the headers and templates."""
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("chime_sdk_voice*")
    shutil.copytree(ROOT / "include" / "belfry", copy / "include" / "belfry", ignore=ignored)
    shutil.copytree(ROOT / TEMPLATES, copy / TEMPLATES)
    return copy


def _faults_of(tmp_path: Path, text: str) -> list[str]:
    """The faults of a header, without its path."""
    header = tmp_path / "odd.hpp"
    header.write_text(text)
    return [fault.removeprefix(f"{header}:") for fault in FAULTS_OF(header, "util/odd.hpp", set())]


def test_the_headers_and_templates_have_no_fault(root: Path) -> None:
    assert _check(ROOT) == (0, [])
    assert _check(root) == (0, [])


@pytest.mark.parametrize(
    ("line", "spelling", "dialects"),
    [
        ("int bits(unsigned n) { return __builtin_popcount(n); }", "__builtin_popcount", ANY),
        ("bool f(int a, int* c) { return __builtin_mul_overflow(a, a, c); }", "__builtin_mul_overflow", ANY),
        ("__attribute__((packed)) struct Odd {};", "__attribute__", ANY),
        ("using Wide = unsigned __int128;", "__int128", ANY),
        ("int get(int* p) { return __atomic_load_n(p, 0); }", "__atomic_load_n", ANY),
        ("void copy(char* __restrict to);", "__restrict", ANY),
        ("const char* name() { return __PRETTY_FUNCTION__; }", "__PRETTY_FUNCTION__", ANY),
        ("_Complex double odd;", "_Complex", ANY),
        ("[[gnu::cold]] void f();", "[[gnu::", "gnu"),
        ("[[ clang::lifetimebound ]] void f();", "[[ clang::", "gnu"),
        ('void f() { asm("nop"); }', "asm", "gnu"),
        ("int f(int a, int b) { return a ?: b; }", "?:", "gnu"),
        ("#pragma GCC diagnostic push", "#pragma GCC", "gnu"),
        ("#  pragma clang diagnostic push", "#  pragma clang", "gnu"),
        ("#warning odd", "#warning", "gnu"),
        ("#include <immintrin.h>", "#include <immintrin.h>", "gnu"),
        ("#define CALL(f, ...) f(1, ##__VA_ARGS__)", "##__VA_ARGS__", "gnu"),
        ("int f(int n) { switch (n) { case 1 ... 3: return 1; } return 0; }", "case 1 ...", "gnu"),
        ("[[msvc::noinline]] void f();", "[[msvc::", "msvc"),
        ("ssize_t f();", "ssize_t", "posix"),
        ("void f() { ::nanosleep(nullptr, nullptr); }", "nanosleep", "posix"),
        ("#include <sys/types.h>", "#include <sys/", "posix"),
        ("#include <unistd.h>", "#include <unistd.h>", "posix"),
        ("#include <Windows.h>", "#include <Windows.h>", "windows"),
        ("#if __has_builtin(__builtin_popcount)\n#endif", "__has_builtin", ANY),
    ],
)  # fmt: skip
def test_a_spelling_that_is_not_standard_is_a_fault(
    tmp_path: Path, line: str, spelling: str, dialects: str
) -> None:
    assert _faults_of(tmp_path, f"#pragma once\n// a comment\n{line}\n") == [
        f"3: `{spelling}` is not C++20; use it behind a condition for {dialects}"
    ]


def test_templates_and_bodies_are_checked_too(root: Path) -> None:
    (root / "include/belfry/util/odd.ipp").write_text("[[gnu::cold]] void f();\n")
    (root / TEMPLATES / "odd.j2").write_text("[[gnu::cold]] void {{ name }}();\n")
    status, faults = _check(root)
    assert status == 1
    assert [fault.split(":")[0] for fault in faults] == ["include/belfry/util/odd.ipp", f"{TEMPLATES}/odd.j2"]


@pytest.mark.parametrize(
    "text",
    [
        "// __builtin_popcount counts bits, /* ssize_t */\n",
        'const char* text = "__builtin_popcount ssize_t";\n',
        "#if BELFRY_HAS_GNU_EXTENSIONS\n[[gnu::cold]]\n#endif\nvoid f();\n",
        "#if !BELFRY_HAS_GNU_EXTENSIONS\nint f();\n#else\nint f() { return __builtin_ctz(1); }\n#endif\n",
        "#if defined(__SSE2__) && BELFRY_HAS_GNU_EXTENSIONS\n#define BELFRY_HAS_ODD 1\n#else\n"
        '#define BELFRY_HAS_ODD 0\n#endif\n#if BELFRY_HAS_ODD\nvoid f() { __asm__(""); }\n#endif\n',
        "#if defined(__GNUC__) || defined(__clang__)\n#pragma GCC diagnostic pop\n#endif\n",
        "#if defined(_WIN32)\n__declspec(dllimport) void f();\n#else\n#include <unistd.h>\n#endif\n",
        "#if defined(_MSC_VER)\n#pragma warning(pop)\n#endif\n",
        "#if __cplusplus > 202002L\nconst char* f() { return __func__; }\n#endif\n",
    ],
)
def test_a_spelling_that_is_standard_or_behind_a_condition_is_not_a_fault(tmp_path: Path, text: str) -> None:
    assert _faults_of(tmp_path, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "#if BELFRY_HAS_GNU_EXTENSIONS\n\n#else\n[[gnu::cold]] void f();\n#endif\n",
        "#if BELFRY_HAS_GNU_EXTENSIONS\n#endif\n\n[[gnu::cold]] void f();\n",
        "#if !BELFRY_HAS_GNU_EXTENSIONS\n\n\n[[gnu::cold]] void f();\n#endif\n",
        "#if BELFRY_HAS_GNU_EXTENSIONS || defined(ODD)\n\n\n[[gnu::cold]] void f();\n#endif\n",
        "#define BELFRY_HAS_ODD 1\n#if BELFRY_HAS_ODD\n\n[[gnu::cold]] void f();\n#endif\n",
        "#if defined(_WIN32)\n#elif defined(ODD)\n\n[[gnu::cold]] void f();\n#endif\n",
    ],
)
def test_a_condition_that_does_not_imply_the_compiler_does_not_help(tmp_path: Path, text: str) -> None:
    faults = _faults_of(tmp_path, text)
    assert faults == ["4: `[[gnu::` is not C++20; use it behind a condition for gnu"]


def test_an_exception_that_no_file_needs_is_a_fault(root: Path) -> None:
    (root / "include/belfry/transport/detail/socket_wire.hpp").unlink()
    status, faults = _check(root)
    assert status == 1
    assert [fault.split(":1: ")[1] for fault in faults] == [
        "ALLOWED does not need transport/detail/socket_wire.hpp, posix"
    ]
