# SPDX-License-Identifier: Apache-2.0
"""README.md: its table of headers, and its samples of CMake in a user's project."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import BACKQUOTED, ROOT, code_blocks, section, table_rows

INCLUDE = ROOT / "include"
ROOMS = frozenset(runpy.run_path(str(ROOT / "tools" / "check_includes.py"))["BELOW"])
PROGRAM = """\
#include <belfry/transport.hpp>
#include <belfry/version.hpp>
int main() {
    belfry::TransportHandle transport([](const belfry::HttpRequest&) { return belfry::HttpResponse{}; });
}
"""
VOICE = "#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>\n"


def public_headers() -> set[str]:
    """The headers for users, those of services left out."""
    folder = INCLUDE / "belfry"
    services = {path.name for path in folder.iterdir() if path.is_dir() and path.name not in ROOMS}
    flat = [path for path in folder.glob("*.hpp") if path.stem not in services]
    rooms = [path for room in ("testing", "transport") for path in (folder / room).glob("*.hpp")]
    return {path.relative_to(INCLUDE).as_posix() for path in [*flat, *rooms]}


def test_table_lists_each_public_header_once() -> None:
    listed = [
        name
        for row in table_rows(section("README.md", "What to include"))
        for name in BACKQUOTED.findall(row[0])
    ]
    assert sorted(listed) == sorted(public_headers())


def test_table_names_what_the_headers_need() -> None:
    components = (ROOT / "cmake" / "BelfryComponents.cmake").read_text(encoding="utf-8")
    match = re.search(r"set\(belfry_component_names ([^)]*)\)", components)
    assert match is not None
    text = section("README.md", "What to include") + section("README.md", "Use it")
    for component in match[1].split():
        assert f"`belfry::{component}`" in text, component


class Project:
    """A user's project, with one sample of CMake from README.md in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, sample: str, program: str, **settings: str) -> None:
        """Configures and builds `my_program`."""
        shutil.rmtree(self.folder / "build", ignore_errors=True)
        (self.folder / "main.cpp").write_text(program)
        (self.folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.20)\nproject(sample LANGUAGES CXX)\n"
            f"add_executable(my_program main.cpp)\n{sample}"
        )
        entries = [f"-D{name}={value}" for name, value in settings.items()]
        self._run("cmake", "-S", ".", "-B", "build", f"-DBELFRY_PYTHON={sys.executable}", *entries)
        self._run("cmake", "--build", "build")

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def cmake_sample(word: str) -> str:
    """The sample of CMake with that word in it."""
    samples = [block.text for block in code_blocks("README.md", "cmake") if word in block.text]
    assert len(samples) == 1, word
    return samples[0]


def without_curl(sample: str) -> str:
    """The sample as it is, or without libcurl where that is not installed."""
    done = subprocess.run(
        ["c++", "-x", "c++", "-fsyntax-only", "-"],
        input="#include <curl/curl.h>\n",
        text=True,
        check=False,
        capture_output=True,
    )
    return (
        sample
        if done.returncode == 0
        else sample.replace("belfry::curl", "belfry::belfry").replace(" COMPONENTS curl", "")
    )


def test_find_package_sample_works_with_an_installed_belfry(project: Project, tmp_path: Path) -> None:
    build = os.environ.get("BELFRY_BUILD_DIR")
    if build is None:
        pytest.skip("BELFRY_BUILD_DIR does not name a build that can be installed")
    prefix = tmp_path / "prefix"
    subprocess.run(["cmake", "--install", build, "--prefix", str(prefix)], check=True, capture_output=True)
    project.build(without_curl(cmake_sample("find_package")), PROGRAM, CMAKE_PREFIX_PATH=str(prefix))


def test_fetch_content_and_generate_samples_work_from_source(project: Project) -> None:
    # The sample has Belfry in a folder of the project.
    (project.folder / "belfry").symlink_to(ROOT)
    sample = without_curl(cmake_sample("FetchContent")) + cmake_sample("belfry_generate")
    project.build(sample, VOICE + PROGRAM)


def test_copied_folder_of_headers_is_enough(tmp_path: Path) -> None:
    shutil.copytree(INCLUDE / "belfry", tmp_path / "belfry")
    (tmp_path / "main.cpp").write_text(VOICE + PROGRAM)
    command = ["c++", "-std=c++20", "-fsyntax-only", "-I.", "main.cpp"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
