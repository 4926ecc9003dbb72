# SPDX-License-Identifier: Apache-2.0
"""Finds the C++ compiler for `belfry wire` and `belfry catalogue`."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from belfry_codegen.model.errors import UsageError


def find_compiler(wanted: str | None = None) -> list[str]:
    """The command `wanted`, or for None the first of BELFRY_CXX, CXX and the usual names that exists."""
    if wanted is not None:
        command = [wanted] if shutil.which(wanted) else shlex.split(wanted)
        if not command or not shutil.which(command[0]):
            raise UsageError(f"the compiler '{wanted}' was not found")
        return command
    for name in (os.environ.get("BELFRY_CXX"), os.environ.get("CXX"), "g++", "clang++", "c++"):
        command = shlex.split(name or "")
        if command and shutil.which(command[0]):
            return command
    raise UsageError(
        "no C++ compiler was found; install g++ (on Fedora gcc-c++, on Arch Linux gcc) or clang, or set CXX"
    )


def identity(compiler: list[str]) -> str:
    """A text that changes with the compiler. It has no version, because asking for that takes too long."""
    path = Path(shutil.which(compiler[0]) or compiler[0]).resolve()
    status = path.stat()
    return f"{shlex.join(compiler)} {path} {status.st_size} {status.st_mtime_ns}"
