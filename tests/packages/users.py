# SPDX-License-Identifier: Apache-2.0
"""Helpers of the users' projects: Belfry installed, commands that must succeed, reasons to skip."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "build" / "consumer"
"""A user's programs. `main.cpp` includes two_operations.hpp of SHARED."""
SHARED = ROOT / "tests" / "build" / "link"
SKIPPED = 77


def skip(reason: str) -> NoReturn:
    """Ends this program with the status that ctest reports as skipped."""
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def fail(text: str) -> NoReturn:
    """Ends this program as failed."""
    print(text)
    sys.exit(1)


def find_tool(name: str) -> str:
    """The path of a program; ends this one as skipped if it is not installed."""
    path = shutil.which(name)
    if path is None:
        skip(f"{name} is not installed")
    return path


def has_header(compiler: str, name: str) -> bool:
    """Whether the compiler finds that header."""
    command = [compiler, "-x", "c++", "-fsyntax-only", "-"]
    include = f"#include <{name}>\n"
    return subprocess.run(command, input=include, text=True, capture_output=True, check=False).returncode == 0


def run(
    *command: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    fails: bool = False,
) -> str:
    """The output of a command that must succeed, or must not. `environment` is added to this program's."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if (done.returncode != 0) != fails:
        words = " ".join(str(word) for word in command)
        fail(f"{words}: status {done.returncode}\n{done.stdout[-6000:]}")
    return done.stdout


def install(cmake: str, build_dir: str, prefix: Path) -> None:
    """Installs Belfry as `cmake --install` does."""
    run(cmake, "--install", build_dir, "--prefix", prefix)


def version() -> str:
    """Belfry's version."""
    text = (ROOT / "include" / "belfry" / "version.hpp").read_text(encoding="utf-8")
    match = re.search(r'BELFRY_VERSION_STRING "([^"]+)"', text)
    if match is None:
        fail("include/belfry/version.hpp names no version")
    return match[1]
