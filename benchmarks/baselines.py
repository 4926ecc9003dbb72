# SPDX-License-Identifier: Apache-2.0
"""Keeps what Belfry costs from getting worse.

`baselines.py check` measures the costs that baselines.json names. It exits with 1 if one is worse than its
baseline by more than its noise. `baselines.py update` writes the new figures: do so in the commit that
changes them on purpose. Figures hold for one compiler: `check` is skipped (status 77) with another.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from build_cost import CALLS, SEPARATE, STANDARD, Build, generate

HERE = Path(__file__).resolve().parent
INCLUDE = HERE.parent / "include"
BASELINES = HERE / "baselines.json"
SKIPPED = 77
# Runs of the program whose difference is the cost of so many calls.
FEW, MANY = 10, 110
ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """One figure, and the share of it by which measurements differ although nothing has changed."""

    name: str
    measure: Callable[[Measurements], float]
    noise: float


class Measurements:
    """Compiles and runs what the figures need, each once."""

    def __init__(self, compiler: str, directory: Path) -> None:
        self._compiler = compiler
        self._directory = directory
        self._build = Build(compiler, ["-O2"], INCLUDE, directory)
        self._calls = self._build.source("calls", CALLS)
        self._standard = self._build.source("standard", STANDARD)
        self._counted: dict[int, tuple[int, int]] = {}

    def text_size(self) -> float:
        """The bytes of code and constants of the program that calls two operations."""
        program = self._directory / "calls"
        self._command("-O2", str(self._calls), "-o", str(program))
        return int(output("size", str(program)).splitlines()[1].split()[0])

    def preprocessed_size(self, *flags: str) -> float:
        """The bytes that the compiler reads for that program, without comments."""
        return len(self._command("-E", "-P", *flags, str(self._calls)))

    def compile_ratio(self, *flags: str, optimisation: str = "-O2") -> float:
        """The processor time to compile that program, as a multiple of that for the standard headers."""
        build = Build(self._compiler, [optimisation], INCLUDE, self._directory)
        times = [
            (build.compile(self._calls, *flags), build.compile(self._standard, *flags)) for _ in range(ROUNDS)
        ]
        return min(ours for ours, _ in times) / min(standard for _, standard in times)

    def library_ratio(self) -> float:
        """The same with a library of `belfry_generate`."""
        library = generate(self._build)
        if library is None:
            sys.exit(
                "baselines: the Python packages jinja2 and jmespath are missing: pip install jinja2 jmespath"
            )
        return self.compile_ratio(SEPARATE, f"-I{library}")

    def instructions(self) -> float:
        """The instructions of a call, SHA-256 included."""
        return (self._count(MANY)[0] - self._count(FEW)[0]) / (MANY - FEW)

    def allocations(self) -> float:
        """The allocations of a call, those of its input and output included."""
        return (self._count(MANY)[1] - self._count(FEW)[1]) / (MANY - FEW)

    def _count(self, calls: int) -> tuple[int, int]:
        """The instructions and allocations of a program that makes so many calls."""
        if calls not in self._counted:
            program = self._directory / "call_cost"
            if not program.exists():
                self._command("-O2", f"-I{HERE}", str(HERE / "call_cost.cpp"), "-o", str(program))
            counts = [
                number(pattern, valgrind(*flags, str(program), str(calls)))
                for flags, pattern in (
                    (["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : ([\d,]+)"),
                    (["--tool=memcheck", "--undef-value-errors=no"], r"total heap usage: ([\d,]+) allocs"),
                )
            ]
            self._counted[calls] = (counts[0], counts[1])
        return self._counted[calls]

    def _command(self, *arguments: str) -> str:
        return output(self._compiler, "-std=c++20", f"-I{INCLUDE}", *arguments)


# Times of compilers are ratios, which still differ by a third between machines. The bytes that a compiler
# reads, and those that it writes, are the same everywhere.
COSTS = (
    Cost("bytes of a program that calls two operations", Measurements.text_size, 0.002),
    Cost("bytes that a compiler reads for it", Measurements.preprocessed_size, 0.01),
    Cost("bytes read with belfry::compiled", lambda each: each.preprocessed_size(SEPARATE), 0.01),
    Cost("allocations of a call", Measurements.allocations, 0),
    Cost("instructions of a call", Measurements.instructions, 0.02),
    Cost("compile time, x standard headers", Measurements.compile_ratio, 0.35),
    Cost("compile time with belfry::compiled", lambda each: each.compile_ratio(SEPARATE), 0.35),
    Cost("compile time with a library of belfry_generate", Measurements.library_ratio, 0.35),
    Cost("compile time without optimisation", lambda each: each.compile_ratio(optimisation="-O0"), 0.35),
)


def output(*command: str) -> str:
    """The standard output of a command that must succeed."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def valgrind(*arguments: str) -> str:
    """The text that valgrind prints about a program that must succeed."""
    return subprocess.run(["valgrind", *arguments], check=True, stderr=subprocess.PIPE, text=True).stderr


def number(pattern: str, text: str) -> int:
    """The number, whose digits may be grouped by commas, that the pattern finds."""
    found = re.search(pattern, text)
    if found is None:
        sys.exit(f"baselines: valgrind printed nothing like '{pattern}':\n{text}")
    return int(found[1].replace(",", ""))


def compiler_name(compiler: str) -> str:
    """Such as `g++ 12`; figures of other major versions differ."""
    first = output(compiler, "--version").splitlines()[0]
    family = "clang++" if "clang" in first else "g++"
    return f"{family} {output(compiler, '-dumpversion').split('.')[0].strip()}"


def is_worse(cost: Cost, actual: float, baseline: float) -> bool:
    """Whether a figure is above the baseline by more than its noise."""
    return actual > baseline * (1 + cost.noise) + 1e-9


def is_better(cost: Cost, actual: float, baseline: float) -> bool:
    """Whether a figure is below the baseline by more than its noise."""
    return actual < baseline * (1 - cost.noise) - 1e-9


def report(actual: dict[str, float], baselines: dict[str, float]) -> tuple[list[str], bool]:
    """A line for each figure, and whether none is worse."""
    lines = []
    good = True
    for cost in COSTS:
        before, now = baselines.get(cost.name), actual[cost.name]
        if before is None:
            verdict, good = "has no baseline: run `benchmarks/baselines.py update`", False
        elif is_worse(cost, now, before):
            verdict, good = "WORSE", False
        elif is_better(cost, now, before):
            verdict = "better: `benchmarks/baselines.py update` keeps it so"
        else:
            verdict = "as before"
        was = "" if before is None else f"{before:14,.2f}"
        lines.append(f"  {cost.name:46} {now:14,.2f} {was:>14}  {verdict}")
    return lines, good


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Measures what Belfry costs, and compares it with baselines.json."
    )
    parser.add_argument("command", choices=["check", "update"])
    parser.add_argument("--compiler", default="g++")
    options = parser.parse_args()
    for tool in (options.compiler, "valgrind", "size"):
        if shutil.which(tool) is None:
            print(f"SKIPPED: {tool} is not installed")
            return SKIPPED
    committed = json.loads(BASELINES.read_text(encoding="utf-8"))
    name = compiler_name(options.compiler)
    if options.command == "check" and committed["compiler"] != name:
        print(f"SKIPPED: the baselines are those of {committed['compiler']}, and this is {name}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as directory:
        measurements = Measurements(options.compiler, Path(directory))
        actual = {cost.name: round(cost.measure(measurements), 2) for cost in COSTS}
    lines, good = report(actual, committed["costs"])
    print(f"{name}, -O2: now, and in baselines.json", *lines, sep="\n")
    if options.command == "update":
        text = json.dumps({"compiler": name, "costs": actual}, indent=2)
        BASELINES.write_text(text + "\n", encoding="utf-8")
        return 0
    if not good:
        print("If the change is meant, commit it with the new figures: benchmarks/baselines.py update")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
