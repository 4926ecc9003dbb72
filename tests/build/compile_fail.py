# SPDX-License-Identifier: Apache-2.0
"""Compiles code that must be refused with an understandable error.

Each compile_fail/*.cpp is compiled twice: with BELFRY_MUST_FAIL, when it has to be refused and each of its
`// expect: regex` lines (`// expect-gcc:`, `// expect-clang:`) has to be found in the compiler's output, and
each of its `// first: regex` lines in the first line that is an error; and without, when it has to compile:
so a case cannot pass because of a mistake elsewhere in it. A line `// flags: ...` gives more flags to the
first of the two, `// errors: N` limits the errors that it may print.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from toolchain import STRICT, Compiler, compiler, report

CASES = Path(__file__).resolve().parent / "compile_fail"
EXPECT = re.compile(r"^// (expect|first)(?:-(\w+))?: (.+)$", re.MULTILINE)
FLAGS = re.compile(r"^// flags: (.+)$", re.MULTILINE)
ERRORS = re.compile(r"^// errors: (\d+)$", re.MULTILINE)


def expectations(text: str, family: str) -> list[tuple[str, str]]:
    """The patterns of a case for one family of compilers, each with its keyword."""
    return [(word, pattern) for word, only, pattern in EXPECT.findall(text) if only in ("", family)]


def faults_of(found: Compiler, case: Path) -> list[str]:
    """The faults of one case."""
    text = case.read_text(encoding="utf-8")
    patterns = expectations(text, found.name.split("-")[0])
    if not patterns:
        return [f"{case.name}: no expectation for {found.name}"]
    good = found.run(*STRICT, "-fsyntax-only", str(case))
    if good.returncode != 0:
        return [f"{case.name}: does not compile without BELFRY_MUST_FAIL:\n{good.stderr[:2000]}"]
    flags = [flag for line in FLAGS.findall(text) for flag in line.split()]
    bad = found.run(*STRICT, *flags, "-DBELFRY_MUST_FAIL", "-fsyntax-only", str(case))
    if bad.returncode == 0:
        return [f"{case.name}: compiles, and must not"]
    errors = bad.stderr.count("error: ")
    most = ERRORS.search(text)
    if most and errors > int(most[1]):
        return [f"{case.name}: {errors} errors, at most {most[1]} expected:\n{bad.stderr[:3000]}"]
    first = next(line for line in bad.stderr.splitlines() if "error: " in line)
    return [
        f"{case.name}: /{pattern}/ is not in {place} of {found.name}:\n{bad.stderr[:3000]}"
        for word, pattern in patterns
        for place, output in [("the output", bad.stderr) if word == "expect" else ("the first error", first)]
        if not re.search(pattern, output)
    ]


def main() -> int:
    """The exit status is 1 when a case does not behave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    found = compiler(parser.parse_args().compiler)
    cases = sorted(CASES.glob("*.cpp"))
    faults = [fault for case in cases for fault in faults_of(found, case)]
    if not cases:
        faults.append("there are no cases")
    return report(faults, f"{len(cases)} cases with {found.name}")


if __name__ == "__main__":
    sys.exit(main())
