# SPDX-License-Identifier: Apache-2.0
"""Builds the tests once more with another compiler or with sanitizers, and runs them.

--preset names one of CMakePresets.json. The programs that --programs names are built below the build
directory of the run that asks, so a second run only builds what changed. The fuzzers run for a few seconds
each.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from toolchain import ROOT, compiler, skip

WITHOUT_PRECOMPILED = frozenset({"clang-19-libcxx"})
"""A variant that sees missing includes: the headers of its standard library include the fewest others."""


def run(*command: str, **environment: str) -> None:
    """Runs a command whose output goes to ours; ends this program when it fails."""
    print("+", " ".join(command), flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    if done.returncode != 0:
        sys.exit(1)


def settings_of(preset: str) -> dict[str, str]:
    """The cache entries of a preset and of those it inherits."""
    presets = {
        entry["name"]: entry
        for entry in json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    }
    entry = presets[preset]
    settings = settings_of(entry["inherits"]) if "inherits" in entry else {}
    settings.update(entry.get("cacheVariables", {}))
    return settings


def main() -> int:
    """The exit status is 1 when a build or a test fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", required=True)
    parser.add_argument("--needs", required=True, help="the compiler, by its name in toolchain.py")
    parser.add_argument("--build-dir", required=True, type=Path)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--ctest", required=True)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--programs", nargs="*", default=[])
    options = parser.parse_args()
    compiler(options.needs)
    settings = settings_of(options.preset)
    for flag in settings.get("CMAKE_CXX_FLAGS", "").split():
        if flag.startswith("-fsanitize="):
            probe_sanitizer(settings.get("CMAKE_CXX_COMPILER", "c++"), flag)
    if options.preset == "fuzz":
        probe_sanitizer(settings["CMAKE_CXX_COMPILER"], "-fsanitize=fuzzer-no-link,address,undefined")
    folder = options.build_dir / "variants" / options.preset
    # Lines are enough to find a fault; all of the debug information takes a quarter of the time.
    settings.setdefault("CMAKE_CXX_FLAGS_DEBUG", "-g1")
    entries = [f"-D{name}={value}" for name, value in settings.items()]
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    # Report all faults, not only the first one.
    rest = ["--", "-k", "0"] if generator else []
    precompile = "OFF" if options.preset in WITHOUT_PRECOMPILED else "ON"
    run(options.cmake, "-S", str(ROOT), "-B", str(folder), *generator, *entries,
        "-DBELFRY_BUILD_EXAMPLES=OFF", "-DBELFRY_TEST_SERVERS=OFF", f"-DBELFRY_TEST_PRECOMPILE={precompile}",
        f"-DBELFRY_PYTHON={sys.executable}")  # fmt: skip
    if options.preset == "fuzz":
        run(options.cmake, "--build", str(folder), "--parallel", options.jobs, *rest)
        run(options.ctest, "--test-dir", str(folder / "tests" / "fuzz"), "--output-on-failure",
            "--no-tests=error", "--parallel", options.jobs)  # fmt: skip
    else:
        run(options.cmake, "--build", str(folder), "--target", *options.programs,
            "--parallel", options.jobs, *rest)  # fmt: skip
        run(options.ctest, "--test-dir", str(folder), "-R", f"^({'|'.join(options.programs)})$",
            "--output-on-failure", "--no-tests=error", "--parallel", options.jobs)  # fmt: skip
    return 0


def probe_sanitizer(command: str, flag: str) -> None:
    """Ends this program, as skipped, when the compiler has no runtime for the sanitizer."""
    with tempfile.TemporaryDirectory() as scratch:
        target = str(Path(scratch) / "probe")
        done = subprocess.run(
            [command, flag, "-x", "c++", "-", "-o", target],
            input="int main() {}",
            text=True,
            capture_output=True,
            check=False,
        )
    if done.returncode != 0:
        skip(f"{command} cannot link {flag}")


if __name__ == "__main__":
    sys.exit(main())
