# SPDX-License-Identifier: Apache-2.0
"""Builds programs for Windows with MinGW-w64, without naming a library, and runs them if Wine is installed.

One program checks the clock, sleep and randomness of the system, with the headers of the Windows API before
and after Belfry's. The other calls operations of a service on a transport that answers from memory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolchain import STRICT, Compiler, compiler, report, services

HERE = Path(__file__).resolve().parent
PROGRAMS = {
    "environment_first": (["windows/environment_first.cpp"], True),
    "environment_last": (["windows/environment_last.cpp"], True),
    "calls": (["link/odr_main.cpp", "link/part_one.cpp", "link/part_two.cpp"], False),
}


def wine() -> str | None:
    """The program that runs Windows programs."""
    # Debian keeps it apart when there is only the one for 64 bits.
    return shutil.which("wine64") or shutil.which("wine64", path="/usr/lib/wine")


def faults_of(found: Compiler, name: str, scratch: Path) -> list[str]:
    """The output of the compiler, the linker or the program."""
    sources, wants_time = PROGRAMS[name]
    program = scratch / f"{name}.exe"
    built = found.run(*STRICT, "-static", *(str(HERE / source) for source in sources), "-o", str(program))
    if built.returncode != 0 or built.stderr.strip():
        return [f"{name} with {found.name}:\n{built.stderr[:3000]}"]
    runner = wine()
    if runner is None:
        print(f"{name}: built, not run: Wine is not installed")
        return []
    # Wine keeps its registry and drives there.
    environment = {**os.environ, "WINEPREFIX": str(scratch / "wine"), "WINEDEBUG": "-all"}
    arguments = [str(int(time.time()))] if wants_time else []
    done = subprocess.run(
        [runner, str(program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return (
        []
        if done.returncode == 0
        else [f"{name} with {found.name} under Wine:\n{done.stdout}{done.stderr[-2000:]}"]
    )


def main() -> int:
    """The exit status is 1 when a program does not build or run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    found = compiler(parser.parse_args().compiler)
    names = [name for name in PROGRAMS if name != "calls" or services()]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        faults = [fault for name in names for fault in faults_of(found, name, Path(scratch))]
    return report(faults, f"{len(names)} programs with {found.name}")


if __name__ == "__main__":
    sys.exit(main())
