# SPDX-License-Identifier: Apache-2.0
"""Builds a module that re-exports a service's client, and runs a program that imports it.

Once with all that the module's headers declare, and once with what the module names only, which newer
compilers do by default.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import INCLUDE, Compiler, compiler, needs_services, report, skip

HERE = Path(__file__).resolve().parent / "modules"
REDUCED = "-fexperimental-modules-reduced-bmi"


def faults_of(found: Compiler, flags: list[str], scratch: Path) -> list[str]:
    """The faults of the compiler or of the program with these flags."""
    interface, program = scratch / "voice.pcm", scratch / "program"
    steps = [
        [*flags, f"-I{INCLUDE}", f"-fmodule-output={interface}", "-c", str(HERE / "voice.cppm"), "-o",
         str(scratch / "voice.o")],
        [f"-fmodule-file=voice={interface}", str(HERE / "main.cpp"), str(scratch / "voice.o"), "-o",
         str(program)],
    ]  # fmt: skip
    for step in steps:
        done = found.run("-std=c++20", "-Werror", *step)
        if done.returncode != 0:
            return [f"{found.name}, flags {flags}:\n{done.stderr[:3000]}"]
    status = subprocess.run([str(program)], check=False).returncode
    return [f"{found.name}, flags {flags}: the program ends with {status}"] if status else []


def main() -> int:
    """The exit status is 1 when the module or the program does not work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    found = compiler(parser.parse_args().compiler)
    if found.run("-std=c++20", REDUCED, "-fsyntax-only", source="").returncode != 0:
        skip(f"{found.name} does not reduce what it keeps of a module")
    needs_services()
    faults = []
    for flags in ([], [REDUCED]):
        with tempfile.TemporaryDirectory() as scratch:
            faults += faults_of(found, flags, Path(scratch))
    return report(faults, "2 builds of a module")


if __name__ == "__main__":
    sys.exit(main())
