# SPDX-License-Identifier: Apache-2.0
"""The workflows for public CIs, which do not run here: they are valid, and they call what exists."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CI = ROOT / ".github" / "workflows" / "ci.yml"


def complaints(path: Path) -> str:
    """The faults by the package's copy of the schema of GitHub's workflows; empty if there are none."""
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_follows_the_schema(path: Path) -> None:
    assert complaints(path) == ""


def test_schema_refuses_a_job_without_a_machine(tmp_path: Path) -> None:
    broken = tmp_path / "ci.yml"
    broken.write_text(CI.read_text(encoding="utf-8").replace("runs-on: windows-2022", "run-on: windows-2022"))
    assert "run-on" in complaints(broken)


def test_ci_says_that_it_has_never_run() -> None:
    head = CI.read_text(encoding="utf-8").splitlines()[1]
    assert head.startswith("# This workflow has never run.")
    assert "`.github/workflows/ci.yml`" in (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")


def test_ci_builds_targets_and_runs_scripts_that_exist() -> None:
    text = CI.read_text(encoding="utf-8")
    units = set(re.findall(r"\bunit_([a-z]+)", text))
    assert len(units) >= 8
    assert [name for name in units if not list((ROOT / "tests" / "unit" / name).glob("*_test.cpp"))] == []
    listed = (ROOT / "examples" / "CMakeLists.txt").read_text(encoding="utf-8")
    for name in set(re.findall(r"\bexample_([a-z_]+)", text)):
        assert f"belfry_add_example({name}" in listed, name
    for target in set(re.findall(r"\bbelfry_demo\w*", text)):
        assert f"TARGET {target} " in listed, target
    presets = json.loads((ROOT / "CMakePresets.json").read_text(encoding="utf-8"))
    known = {preset["name"] for kind in ("configurePresets", "testPresets") for preset in presets[kind]}
    assert set(re.findall(r"--preset (\S+)", text)) <= known
    for script in re.findall(r"python3 (\S+)", text):
        assert (ROOT / script).is_file(), script
    assert "./belfry test --quick" in text


def test_ci_has_each_compiler_and_system() -> None:
    text = CI.read_text(encoding="utf-8")
    for name in ("g++-11", "g++-13", "clang++-14", "macos-14", "msvc", "clang-cl", "ClangCL"):
        assert name in text, name
