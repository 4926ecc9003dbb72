# SPDX-License-Identifier: Apache-2.0
"""The version in include/belfry/version.hpp and the places that repeat it; pinned versions of packages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import belfry_codegen
import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADER = (ROOT / "include" / "belfry" / "version.hpp").read_text()
VERSION = re.findall(r'^#define BELFRY_VERSION_STRING "(\d+\.\d+\.\d+)"$', HEADER, re.MULTILINE)[0]
# Packages whose version differs between tools/requirements*.txt; the file with the older one says why.
PINNED_TWICE = {"awscrt"}


def test_numbers_and_string_of_the_header_agree() -> None:
    parts = re.findall(r"^#define BELFRY_VERSION_(MAJOR|MINOR|PATCH) (\d+)$", HEADER, re.MULTILINE)
    assert [name for name, _ in parts] == ["MAJOR", "MINOR", "PATCH"]
    assert ".".join(number for _, number in parts) == VERSION


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A configured build directory: the one that runs the test, or a new one."""
    if "BELFRY_BUILD_DIR" in os.environ:
        return Path(os.environ["BELFRY_BUILD_DIR"])
    parts_off = [f"-DBELFRY_BUILD_{part}=OFF" for part in ("TESTS", "EXAMPLES", "BENCHMARKS")]
    command = ["cmake", "-S", str(ROOT), "-B", str(tmp_path), *parts_off]
    configured = subprocess.run(command, capture_output=True, text=True, check=False)
    assert configured.returncode == 0, configured.stderr
    return tmp_path


def test_cmake_takes_the_version_of_the_header(build: Path) -> None:
    assert f"CMAKE_PROJECT_VERSION:STATIC={VERSION}\n" in (build / "CMakeCache.txt").read_text()
    assert f'set(PACKAGE_VERSION "{VERSION}")\n' in (build / "belfryConfigVersion.cmake").read_text()


def test_generator_has_the_version_of_the_header() -> None:
    assert belfry_codegen.__version__ == VERSION
    command = [sys.executable, "-m", "belfry_codegen", "--version"]
    said = subprocess.run(command, cwd=ROOT / "codegen", capture_output=True, text=True, check=True)
    assert said.stdout.strip() == VERSION


def test_package_of_the_generator_takes_its_version_from_the_module() -> None:
    package = tomllib.loads((ROOT / "codegen" / "pyproject.toml").read_text())
    assert "version" not in package["project"]
    assert package["project"]["dynamic"] == ["version"]
    assert package["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "belfry_codegen.__version__"}


def test_newest_release_in_the_changelog_is_the_version_of_the_header() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[:2] == ["Unreleased", VERSION]


def test_each_python_package_has_one_pinned_version() -> None:
    versions: dict[str, set[str]] = {}
    for file in sorted((ROOT / "tools").glob("requirements*.txt")):
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", file.read_text(), re.MULTILINE):
            versions.setdefault(name.lower().replace("_", "-"), set()).add(version)
    assert {"botocore", "jinja2", "pytest"} <= versions.keys()
    assert {name for name, pinned in versions.items() if len(pinned) > 1} == PINNED_TWICE
