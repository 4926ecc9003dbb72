# SPDX-License-Identifier: Apache-2.0
"""Generates every service of api-models/ anew and compares with the headers that are checked in."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = 77


def generate(service: str, output: Path) -> None:
    """Runs the generator as a user would; raises when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "codegen")}
    command = [sys.executable, "-m", "belfry_codegen", "generate", service, "--output", str(output)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def differences(fresh: Path, kept: Path) -> list[str]:
    """One line for each file that is stale, missing or left over."""
    found: list[str] = []
    names = {path.relative_to(fresh) for path in fresh.rglob("*.hpp")}
    for name in sorted(names):
        expected = (fresh / name).read_text(encoding="utf-8")
        if not (kept / name).is_file():
            found.append(f"{name}: not checked in")
        elif (kept / name).read_text(encoding="utf-8") != expected:
            found.append(f"{name}: stale")
            now = (kept / name).read_text(encoding="utf-8").splitlines()
            diff = list(difflib.unified_diff(now, expected.splitlines(), "checked in", "new", lineterm=""))
            found.extend("    " + line for line in diff[:20])
    folders = {name.parts[1] for name in names if len(name.parts) > 2}
    for folder in sorted(folders):
        for path in sorted((kept / "belfry" / folder).rglob("*.hpp")):
            if path.relative_to(kept) not in names:
                found.append(f"{path.relative_to(kept)}: no longer generated")
    return found


def main() -> int:
    """Prints what differs; the exit status is 1 when something does."""
    services = sorted(path.parent.parent.name for path in (ROOT / "api-models").glob("*/*/service-2.json"))
    if not services:
        print("SKIPPED: api-models/ holds no service")
        return SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        for service in services:
            generate(service, Path(scratch))
        written = len(list(Path(scratch).rglob("*.hpp")))
        found = differences(Path(scratch), ROOT / "include")
    for line in found:
        print(line)
    if found:
        print("run ./belfry generate and commit what it changes")
    print(f"{len(services)} services, {written} headers, {len(found)} lines of difference")
    return 1 if found or not written else 0


if __name__ == "__main__":
    sys.exit(main())
