# SPDX-License-Identifier: Apache-2.0
"""Checks an object file's symbols: a service does not run code before main or start a thread.

The control is a source file that does both, which the check must find.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import INCLUDE, Compiler, compiler, needs_services, report, skip

HERE = Path(__file__).resolve().parent
CONTROL = """
#include <string>
#include <thread>
std::string global(100, 'x');
void start() { std::thread([] {}).detach(); }
"""
SECTIONS = re.compile(r"\s(\.init_array\S*|\.ctors\S*|\.fini_array\S*)\s")
CONSTRUCTORS = re.compile(r"_GLOBAL__(?:sub_)?[ID]_\w*|__cxx_global_var_init\w*|\b__cxa_atexit\b")
THREADS = re.compile(
    r"\b(pthread_create|thrd_create|_ZNSt6thread\w*|_ZNSt3__16thread\w*|_ZNSt7jthread\w*|clone3?)\b"
)


def guilty(found: Compiler, source: Path, folder: Path) -> list[str]:
    """The sections and symbols of a source file that constructors or threads have."""
    target = folder / (source.stem + ".o")
    result = found.run("-std=c++20", "-O1", f"-I{INCLUDE}", "-c", str(source), "-o", str(target))
    if result.returncode != 0:
        sys.exit(result.stderr)
    sections = subprocess.run(
        ["objdump", "-h", str(target)], capture_output=True, text=True, check=True
    ).stdout
    symbols = subprocess.run(["nm", str(target)], capture_output=True, text=True, check=True).stdout
    names = SECTIONS.findall(sections) + CONSTRUCTORS.findall(symbols) + THREADS.findall(symbols)
    return sorted(set(names))


def main() -> int:
    """Returns 1 if an object file has such symbols, or the control does not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    found = compiler(parser.parse_args().compiler)
    needs_services()
    for tool in ("nm", "objdump"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        control = folder / "control.cpp"
        control.write_text(CONTROL, encoding="utf-8")
        caught = guilty(found, control, folder)
        if not any(map(THREADS.fullmatch, caught)) or not any(map(CONSTRUCTORS.fullmatch, caught)):
            faults.append(f"the control was not caught: {caught}")
        user = folder / "user.cpp"
        header = HERE / "link" / "two_operations.hpp"
        user.write_text(f'#include "{header}"\nauto* used = &use_two_operations;\n', encoding="utf-8")
        faults += [f"a program with two operations has {symbol}" for symbol in guilty(found, user, folder)]
    return report(faults, f"symbols with {found.name}")


if __name__ == "__main__":
    sys.exit(main())
