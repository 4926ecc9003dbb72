# SPDX-License-Identifier: Apache-2.0
"""A missing library is named with the packages to install: by CMake, by the headers and by tools/setup.sh."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from toolchain import INCLUDE, ROOT

COMPONENTS = {
    "curl": ("libcurl",),
    "beast": ("Boost.Beast", "OpenSSL"),
    "socket_tls": ("OpenSSL",),
    "nghttp2": ("nghttp2", "OpenSSL"),
    "openssl": ("OpenSSL",),
    "zlib": ("zlib",),
    "xxhash": ("xxHash",),
    "json": ("nlohmann/json",),
    "xml": ("pugixml",),
}
"""The libraries of each component, by their names in tools/setup.sh."""
HEADERS = {
    "belfry/transport/curl.hpp": ("curl", "libcurl"),
    "belfry/transport/async_curl.hpp": ("curl", "libcurl"),
    "belfry/transport/beast.hpp": ("boost", "Boost.Beast"),
    "belfry/transport/asio_loop.hpp": ("boost", "Boost.Beast"),
    "belfry/transport/asio_timer.hpp": ("boost", "Boost.Beast"),
    "belfry/transport/async_beast.hpp": ("boost", "Boost.Beast"),
    "belfry/transport/beast_tls.hpp": ("openssl", "OpenSSL"),
    "belfry/transport/socket_tls.hpp": ("openssl", "OpenSSL"),
    "belfry/transport/nghttp2.hpp": ("nghttp2", "nghttp2"),
    "belfry/transport/async_nghttp2.hpp": ("nghttp2", "nghttp2"),
    "belfry/openssl.hpp": ("openssl", "OpenSSL"),
    "belfry/openssl_checksums.hpp": ("openssl", "OpenSSL"),
    "belfry/openssl_cloudfront_key.hpp": ("openssl", "OpenSSL"),
    "belfry/openssl_ecdsa.hpp": ("openssl", "OpenSSL"),
    "belfry/zlib.hpp": ("zlib.h", "zlib"),
    "belfry/xxhash.hpp": ("xxhash.h", "xxHash"),
    "belfry/nlohmann.hpp": ("nlohmann", "nlohmann/json"),
    "belfry/codec/xml.hpp": ("pugixml.hpp", "pugixml"),
    "belfry/testing/recorder.hpp": ("nlohmann", "nlohmann/json"),
    "belfry/testing/replayer.hpp": ("nlohmann", "nlohmann/json"),
    "belfry/testing/server.hpp": ("boost", "Boost.Beast"),
    "belfry/testing/openssl_verifier.hpp": ("openssl", "OpenSSL"),
}
"""The header's library in the folder of headers, and in tools/setup.sh."""


def _packages() -> dict[str, list[str]]:
    """The packages that tools/setup.sh installs for a library, of apt, dnf, pacman, apk and brew."""
    text = (ROOT / "tools" / "setup.sh").read_text(encoding="utf-8")
    rows = re.findall(r"^(?:demo|test)\|(?:must|may)\|([^|]+)\|[^|]+\|(.+)$", text, re.MULTILINE)
    return {what: columns.split("|") for what, columns in rows}


def _cmake(folder: Path, lines: str, *arguments: str, fails: bool = False) -> str:
    if shutil.which("cmake") is None:
        pytest.skip("CMake is not installed")
    (folder / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.20)\nproject(sample LANGUAGES CXX)\n{lines}"
    )
    command = ["cmake", "-S", str(folder), "-B", str(folder / "build"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


def test_the_table_has_every_component() -> None:
    text = (ROOT / "cmake" / "BelfryComponents.cmake").read_text(encoding="utf-8")
    match = re.search(r"set\(belfry_component_names ([^)]*)\)", text)
    assert match is not None
    assert match[1].split() == list(COMPONENTS)
    named = [path for path in INCLUDE.glob("belfry/transport/*.hpp") if "__has_include" in path.read_text()]
    assert {f"belfry/transport/{path.name}" for path in named} <= set(HEADERS)


@pytest.mark.parametrize("component", COMPONENTS)
def test_cmake_names_the_packages_of_a_component(tmp_path: Path, component: str) -> None:
    include = f"include({ROOT}/cmake/BelfryComponents.cmake)\n"
    # In another directory's scope, where a user's project calls it.
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "CMakeLists.txt").write_text(include)
    call = f'_belfry_missing_library(text {component})\nmessage(STATUS "${{text}}")\n'
    said = _cmake(tmp_path, f"add_subdirectory(inner)\n{call}")
    expected = [_packages()[what] for what in COMPONENTS[component]]
    systems = ("(Debian, Ubuntu)", "(Fedora)", "(Arch Linux)", "(Alpine)", "(Homebrew)")
    for column, system in enumerate(systems):
        assert f" {' '.join(row[column] for row in expected)} {system}" in said


def test_a_component_that_is_not_found_says_so_while_cmake_configures(tmp_path: Path) -> None:
    lines = f"add_subdirectory({ROOT} belfry)\nadd_executable(program main.cpp)\n"
    lines += "target_link_libraries(program PRIVATE belfry::zlib)\n"
    (tmp_path / "main.cpp").write_text("int main() {}\n")
    said = _cmake(tmp_path, lines, "-DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON", fails=True)
    reason = "belfry::zlib needs zlib, and CMake did not find it: install zlib1g-dev (Debian, Ubuntu)"
    assert said.count(reason) == 1
    assert said.index(reason) < said.index("CMake Error")


def _folders_of_headers() -> list[Path]:
    done = subprocess.run(
        ["g++", "-x", "c++", "-E", "-v", "-"], input="", capture_output=True, text=True, check=False
    )
    listed = done.stderr.partition("#include <...> search starts here:")[2].partition("End of search")[0]
    return [Path(line.strip()) for line in listed.splitlines() if line.strip()]


def _without(folders: Sequence[Path], name: str, room: Path) -> list[str]:
    """Options for the same headers without those of a library."""
    options = ["-nostdinc", "-nostdinc++"]
    for number, folder in enumerate(folders):
        if not (folder / name).exists():
            options += ["-isystem", str(folder)]
            continue
        copy = room / str(number)
        copy.mkdir()
        for entry in folder.iterdir():
            if entry.name != name:
                (copy / entry.name).symlink_to(entry)
        options += ["-isystem", str(copy)]
    return options


@pytest.mark.parametrize("header", HEADERS)
def test_a_header_without_its_library_names_the_packages(tmp_path: Path, header: str) -> None:
    if shutil.which("g++") is None:
        pytest.skip("g++ is not installed")
    name, what = HEADERS[header]
    options = _without(_folders_of_headers(), name, tmp_path)
    command = ["g++", "-std=c++20", "-fsyntax-only", *options, f"-I{INCLUDE}", "-x", "c++", "-"]
    done = subprocess.run(
        command, input=f"#include <{header}>\n", capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    first = next(line for line in done.stderr.splitlines() if "error" in line)
    assert "#error" in first and " is missing: install " in first, first
    apt, dnf, _, apk, _ = _packages()[what]
    for package in (apt, dnf, apk):
        assert re.search(rf"[ ]{re.escape(package)}\b", first), (package, first)


def test_the_observer_for_opentelemetry_without_its_library_names_the_packages(tmp_path: Path) -> None:
    if shutil.which("g++") is None:
        pytest.skip("g++ is not installed")
    # Debian does not have the library, so tools/setup.sh does not know it.
    options = _without(_folders_of_headers(), "opentelemetry", tmp_path)
    command = ["g++", "-std=c++20", "-fsyntax-only", *options, f"-I{INCLUDE}", "-x", "c++", "-"]
    source = "#include <belfry/open_telemetry.hpp>\n"
    done = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    first = next(line for line in done.stderr.splitlines() if "error" in line)
    assert "OpenTelemetry C++ is missing: install opentelemetry-cpp-devel (dnf)" in first


def test_the_generator_without_its_packages_names_them(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-m", "belfry_codegen", "generate", "chime-sdk-voice"]
    done = subprocess.run(
        command,
        env={"PYTHONPATH": str(ROOT / "codegen")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("belfry: the Python package 'jinja2' is not installed; run `")
    assert "pip install jinja2 jmespath` " in line
    assert "python3-jinja2 and python3-jmespath (apt, dnf)" in line
