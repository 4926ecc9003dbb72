# SPDX-License-Identifier: Apache-2.0
"""The cost of two operations in a user's build: compile time as a ratio, and the size of the program.

Compiles, with the same flags and in turn, a file that includes only the standard headers which the two
operations' structs need, and one that calls the two operations: with the headers of the library that
`belfry_generate` makes, with only Belfry's own code compiled elsewhere (`belfry::compiled`), and header-only.
Prints processor time, ratios and sizes, and exits with 1 when a goal is missed. Without Jinja2 and jmespath,
which the generator needs, it says so and leaves the first out.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

STANDARD = """
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
int main() {}
"""

CALLS = """
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/start_speaker_search_task.hpp>
#include <cstdio>
namespace voice = belfry::chime_sdk_voice;
struct Refuse final : belfry::Transport {
    belfry::TransportResult send(const belfry::HttpRequest&, belfry::ResponseSink&) noexcept override {
        return {belfry::TransportStatus::connect_failed, {}};
    }
};
int main() {
    Refuse transport;
    const voice::Client client{{.region = "us-east-1"}, transport};
    const auto started = client.start_speaker_search_task({
        .voice_connector_id = "a", .transaction_id = "b", .voice_profile_domain_id = "c"});
    if (!started) std::puts(started.error().message.c_str());
    const auto got = client.get_speaker_search_task({
        .voice_connector_id = "a", .speaker_search_task_id = "b"});
    return got && got->speaker_search_task ? 0 : 1;
}
"""

IMPLEMENTATION = """
#include <belfry/impl/src.hpp>
"""

SEPARATE = "-DBELFRY_SEPARATE_COMPILATION"
# As cmake/BelfryCompiled.cmake has it.
SECTIONS = ("-ffunction-sections", "-fdata-sections")
ROOT = Path(__file__).resolve().parents[1]


class Build:
    """Compiles with one compiler and one set of flags, in its own directory."""

    def __init__(self, compiler: str, flags: list[str], include: Path, directory: Path) -> None:
        self._command = [compiler, "-std=c++20", *flags, f"-I{include}"]
        self._directory = directory

    def source(self, name: str, text: str) -> Path:
        path = self._directory / f"{name}.cpp"
        path.write_text(text)
        return path

    def compile(self, source: Path, *flags: str) -> float:
        """The processor time in seconds that compiling took."""
        before = os.times()
        output = source.with_suffix(".o")
        # Folders among the flags come before Belfry's own.
        command = [*self._command[:2], *flags, *self._command[2:], "-c", str(source), "-o", str(output)]
        subprocess.run(command, check=True)
        after = os.times()
        return (after.children_user - before.children_user) + (after.children_system - before.children_system)

    def stripped_size(self, *objects: Path, libraries: Sequence[str] = ()) -> int:
        """The size in bytes of the stripped program that the objects make."""
        program = self._directory / "program"
        subprocess.run([*self._command, "-s", *map(str, objects), *libraries, "-o", str(program)], check=True)
        return program.stat().st_size


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures what two operations cost a build.")
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--flags", default="-O2")
    parser.add_argument("--include", type=Path, default=ROOT / "include")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        return measure(
            Build(options.compiler, options.flags.split(), options.include, Path(directory)), options.rounds
        )


def measure(build: Build, rounds: int) -> int:
    """Compiles and prints; returns 1 if a goal is missed."""
    library = generate(build)
    standard = build.source("standard", STANDARD)
    generated = build.source("generated", CALLS)
    separate = build.source("separate", CALLS)
    header_only = build.source("header_only", CALLS)
    implementation = build.source("implementation", IMPLEMENTATION)
    build.compile(implementation, SEPARATE)
    seconds: dict[Path, list[float]] = {standard: [], generated: [], separate: [], header_only: []}
    for _ in range(rounds):
        seconds[standard].append(build.compile(standard))
        if library:
            seconds[generated].append(build.compile(generated, SEPARATE, f"-I{library}"))
        seconds[separate].append(build.compile(separate, SEPARATE))
        seconds[header_only].append(build.compile(header_only))
    median = {source: statistics.median(times) for source, times in seconds.items() if times}

    print("one source file that calls two operations")
    for source, name in ((standard, "standard headers only"), (generated, "library of belfry_generate"),
                         (separate, "belfry::compiled"), (header_only, "header-only")):  # fmt: skip
        if source not in median:
            print(f"  {name:32} left out, for there is no Jinja2 or jmespath")
            continue
        print(f"  {name:32} {median[source]:10.2f} s {median[source] / median[standard]:8.2f} times")
    passed = True
    if library:
        ratio = median[generated] / median[standard]
        passed &= judge("compile time with a library of belfry_generate", ratio, 2.1)
    size = build.stripped_size(header_only.with_suffix(".o")) / 1000
    passed &= judge("kB of the stripped program, header-only", size, 150)
    size = build.stripped_size(separate.with_suffix(".o"), implementation.with_suffix(".o")) / 1000
    print(f"  {'stripped, belfry::compiled':32} {size:10.2f} kB")
    if library:
        objects = [generated.with_suffix(".o")]
        folder = library / "belfry" / "chime_sdk_voice" / "source"
        for source in (implementation, *(folder / f"{name}.cpp" for name in PARTS)):
            build.compile(source, SEPARATE, f"-I{library}", *SECTIONS)
            objects.append(source.with_suffix(".o"))
        size = build.stripped_size(*objects, libraries=["-Wl,--gc-sections"]) / 1000
        print(f"  {'stripped, belfry_generate':32} {size:10.2f} kB")
    return 0 if passed else 1


PARTS = ("service", "get_speaker_search_task", "start_speaker_search_task")
"""The files of the library that the two operations need."""


def generate(build: Build) -> Path | None:
    """The folder of what the generator writes for a library; none without the packages that it needs."""
    if any(importlib.util.find_spec(name) is None for name in ("jinja2", "jmespath")):
        return None
    folder = build.source("generated", CALLS).with_name("library")
    command = [sys.executable, "-m", "belfry_codegen", "generate", "chime-sdk-voice", "--compiled"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "codegen"), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(
        [*command, "--out", str(folder), "--cache", str(folder / "stamps")],
        check=True, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return folder


def judge(goal: str, actual: float, limit: float) -> bool:
    """Prints whether a goal is met."""
    passed = actual <= limit
    print(f"  {'PASS' if passed else 'FAIL'}  {goal}: {actual:.2f}, at most {limit:.2f}")
    return passed


if __name__ == "__main__":
    sys.exit(main())
