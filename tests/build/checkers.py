# SPDX-License-Identifier: Apache-2.0
"""Runs a checker of tools/ on a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_checker(name: str, folder: Path, counts: str) -> tuple[int, list[str]]:
    """The status of `tools/NAME.py`, and its faults. Its last line counts the faults, and what it read."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / f"{name}.py"), "--root", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    *faults, summary = done.stdout.splitlines()
    assert summary.endswith(f" {counts}, {len(faults)} faults")
    return done.returncode, faults
