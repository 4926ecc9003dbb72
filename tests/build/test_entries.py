# SPDX-License-Identifier: Apache-2.0
"""The entries of ctest: each file of Python tests is in exactly one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted({*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("tests/**/*_test.py")})


def entries() -> list[dict[str, Any]]:
    """All entries of the build that runs this test."""
    build = os.environ.get("BELFRY_BUILD_DIR")
    if not build or not (Path(build) / "CTestTestfile.cmake").is_file():
        pytest.skip("BELFRY_BUILD_DIR does not name a configured build")
    ctest = shutil.which("ctest")
    if ctest is None:
        pytest.skip("ctest is not installed")
    done = subprocess.run(
        [ctest, "--show-only=json-v1"], cwd=build, capture_output=True, text=True, check=True
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["tests"]
    return found


def test_each_file_of_python_tests_is_in_one_entry() -> None:
    runs = Counter(
        file
        for entry in entries()
        if "pytest" in entry.get("command", [])
        for word in entry["command"]
        if word.startswith("tests/")
        for file in FILES
        if file.is_relative_to(ROOT / word)
    )
    assert {file: runs[file] for file in FILES if runs[file] != 1} == {}


def test_quick_entries_are_some_of_each_kind() -> None:
    quick = {
        entry["name"]
        for entry in entries()
        for property_ in entry.get("properties", [])
        if property_["name"] == "LABELS" and "quick" in property_["value"]
    }
    kinds = ("ruff", "mypy_codegen", "pytest_docs_", "golden_", "pytest_codegen_", "unit_", "conformance_")
    for kind in kinds:
        assert any(name.startswith(kind) for name in quick), f"no {kind} among {sorted(quick)}"
    slow = ("catalogue_", "pytest_differential_", "variant_", "kits", "header_alone_", "soak")
    assert not [name for name in quick if name.startswith(slow)]
