# SPDX-License-Identifier: Apache-2.0
"""tools/check_imports.py finds imports against the order of the generator's packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

PACKAGE = ROOT / "codegen" / "belfry_codegen"


def _check(package: Path) -> tuple[int, list[str]]:
    """The checker's status, and the faults that it printed."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "check_imports.py"), "--package", str(package)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    *faults, summary = done.stdout.splitlines()
    assert summary.endswith(f" modules, {len(faults)} faults")
    return done.returncode, faults


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGE, tmp_path / PACKAGE.name))


def _add(package: Path, module: str, line: str) -> None:
    path = package / module
    path.write_text((path.read_text() if path.exists() else "") + line + "\n")


def test_the_generators_imports_follow_the_order() -> None:
    assert _check(PACKAGE) == (0, [])


@pytest.mark.parametrize(
    ("module", "line", "fault"),
    [
        (
            "readers/models.py",
            "from belfry_codegen.cpp import naming",
            "readers must not import cpp (cpp.naming)",
        ),
        (
            "model/ir.py",
            "import belfry_codegen.readers.node",
            "model must not import readers (readers.node)",
        ),
        (
            "output/write.py",
            "from belfry_codegen.cpp.text import literal",
            "output must not import cpp (cpp.text)",
        ),
        (
            "cpp/text.py",
            "def late() -> None:\n    from belfry_codegen.output.write import plan",
            "cpp must not import output (output.write)",
        ),
        (
            "cpp/endpoint/view.py",
            "from ...output import write",
            "cpp must not import output (output.write)",
        ),
        (
            "passes/prune.py",
            "from belfry_codegen import commands",
            "passes must not import commands (commands.__init__)",
        ),
        (
            "readers/smithy/auth.py",
            "from belfry_codegen.readers.botocore.service import read_folder",
            "readers.smithy must not import readers.botocore (readers.botocore.service)",
        ),
    ],
)
def test_an_import_against_the_order_is_reported_with_its_line(
    copy: Path, module: str, line: str, fault: str
) -> None:
    _add(copy, module, line)
    number = len((copy / module).read_text().splitlines())
    status, faults = _check(copy)
    assert status == 1
    assert f"{copy / module}:{number}: {fault}" in faults


def test_modules_that_import_each_other_are_reported(copy: Path) -> None:
    _add(copy, "cpp/text.py", "from belfry_codegen.cpp.types import TypeTable")
    _add(copy, "cpp/types.py", "from belfry_codegen.cpp.text import literal")
    status, faults = _check(copy)
    assert status == 1
    assert len(faults) == 1
    assert "modules import each other: " in faults[0]
    assert {"cpp.text", "cpp.types"} <= set(faults[0].split(": ")[-1].split(" <- "))


def test_a_module_outside_of_the_packages_is_reported(copy: Path) -> None:
    _add(copy, "helpers.py", "# SPDX-License-Identifier: Apache-2.0")
    status, faults = _check(copy)
    assert status == 1
    assert faults[0].startswith(f"{copy / 'helpers.py'}:1: helpers must lie in one of the packages")


def test_a_module_without_the_licence_line_is_reported(copy: Path) -> None:
    _add(copy, "cpp/more.py", "X = 1")
    assert _check(copy) == (1, [f"{copy / 'cpp' / 'more.py'}:1: the first line must be the licence line"])
