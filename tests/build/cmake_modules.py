# SPDX-License-Identifier: Apache-2.0
"""Builds and runs a program that imports the module of a library of `belfry_generate`.

CMake has modules since 3.28: this system's CMake, or the one of Python's package index beside this Python.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import ROOT, compiler, needs_services, report, skip

HERE = Path(__file__).resolve().parent / "modules"


def is_new(cmake: str) -> bool:
    """Whether that CMake has modules."""
    said = subprocess.run([cmake, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"version (\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= (3, 28)


def new_cmake() -> str:
    """A CMake of version 3.28 or newer; ends this program as skipped if there is none."""
    candidates = (shutil.which("cmake"), shutil.which("cmake", path=str(Path(sys.executable).parent)))
    fitting = [found for found in candidates if found is not None and is_new(found)]
    if not fitting:
        skip("no CMake 3.28 is installed, nor the package cmake of this Python")
    return fitting[0]


def main() -> int:
    """The exit status is 1 when the project or its program does not work, or no import is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    found = compiler(parser.parse_args().compiler)
    needs_services()
    cmake = new_cmake()
    for tool in ("ninja", "clang-scan-deps-19"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    program, *flags = found.command
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        steps = [
            [
                *(cmake, "-S", str(HERE), "-B", scratch, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={program}"),
                *(f"-DCMAKE_CXX_FLAGS={' '.join(flags)}", f"-DBELFRY_SOURCE={ROOT}"),
                f"-DBELFRY_PYTHON={sys.executable}",
            ],
            [cmake, "--build", scratch],
            [f"{scratch}/importer"],
        ]
        for step in steps:
            done = subprocess.run(
                step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
            if done.returncode != 0:
                faults.append(f"{' '.join(step)}: status {done.returncode}\n{done.stdout[-6000:]}")
                break
    return report(faults, "a program that imports a library's module")


if __name__ == "__main__":
    sys.exit(main())
