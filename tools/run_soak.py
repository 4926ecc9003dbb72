# SPDX-License-Identifier: Apache-2.0
"""Makes many calls while the server, the network and the clock fail, with and without sanitizers.

Builds tests/soak/ in build/soak/SANITIZER and runs it. The server of the test misbehaves by a plan that the
client knows, so each call has an outcome that is expected. Prints a table, and writes the memory of the long
runs to build/soak/memory.svg. The exit status is 1 if something was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belfry_codegen.output.progress import progress

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "tests" / "soak"
OUT = ROOT / "build" / "soak"
SANITIZERS = {
    "none": "",
    "asan": "-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer",
    "tsan": "-fsanitize=thread",
}
"""The flags of each build."""
ENVIRONMENT = {
    # Freed memory that the sanitizer keeps would look like memory that grows.
    "ASAN_OPTIONS": "quarantine_size_mb=8",
    "TSAN_OPTIONS": "halt_on_error=1",
}
TRANSPORTS = ("curl", "sockets", "beast")
"""Those but libcurl's make calls on threads only."""
CURL_ONLY = ("loop", "allocations")
"""The modes that only libcurl's transports have."""
MODES = (
    "threads",
    "loop",
    "cuts",
    "stalls",
    "resets",
    "storms",
    "clock",
    "expiry",
    "descriptors",
    "allocations",
)
LONG = "mixture"
"""The name of the runs whose memory is looked at."""
LEAST_CALLS = 2_400
"""Memory is looked at every 200 calls, and twelve looks are the fewest that are judged."""


@dataclass(frozen=True)
class Run:
    """The program's report of one run."""

    sanitizer: str
    name: str
    way: str
    figures: dict[str, Any]

    @property
    def right(self) -> bool:
        return bool(self.figures["problems"] == 0)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="./belfry soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=100_000, help="calls of the long runs (default: 100000)")
    parser.add_argument(
        "--mode", action="append", choices=MODES, help="only this mode; may be repeated (default: all)"
    )
    parser.add_argument(
        "--transport",
        choices=TRANSPORTS,
        default="curl",
        help="the transport of the calls (default: curl); sockets and beast make them on threads only",
    )
    parser.add_argument(
        "--sanitizer", action="append", choices=list(SANITIZERS), help="only this build (default: all three)"
    )
    parser.add_argument("--seed", type=int, default=1, help="another number gives other faults (default: 1)")
    parser.add_argument("--quick", action="store_true", help="fewer places and faults in the other modes")
    parser.add_argument("--compiler", default="c++", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.calls < LEAST_CALLS:
        parser.error(f"--calls must be {LEAST_CALLS} or more: fewer do not show whether memory stays flat")
    unfit = [mode for mode in options.mode or () if mode in CURL_ONLY and options.transport != "curl"]
    if unfit:
        parser.error(f"--mode {unfit[0]} is for --transport curl")
    return options


def say(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)


def has_sanitizer(compiler: str, flags: str) -> bool:
    """Whether the compiler has the sanitizer's library."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [compiler, *flags.split(), "-x", "c++", "-", "-o", str(Path(folder) / "probe")],
            input="int main() {}",
            text=True,
            capture_output=True,
            check=False,
        )
    return done.returncode == 0


def build(compiler: str, sanitizer: str) -> Path | None:
    """The program, built again where something has changed; None, after a message, if that fails."""
    folder = OUT / sanitizer
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "build.log"
    settings = {
        "CMAKE_CXX_COMPILER": compiler,
        "CMAKE_BUILD_TYPE": "RelWithDebInfo",
        "CMAKE_CXX_FLAGS_RELWITHDEBINFO": "-O1 -g1",
        "CMAKE_CXX_FLAGS": SANITIZERS[sanitizer],
    }
    configure = ["cmake", "-G", "Ninja", "-S", str(SOURCE), "-B", str(folder)]
    configure += [f"-D{name}={value}" for name, value in settings.items()]
    with log.open("w") as output:
        for command in (configure, ["cmake", "--build", str(folder)]):
            if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False).returncode != 0:
                print(f"belfry: building the soak test failed; see {log}", file=sys.stderr)
                return None
    return folder / "soak"


def watch(process: subprocess.Popen[str]) -> None:
    """Prints what the program prints, and shows how far each run is."""
    assert process.stdout is not None
    lines = iter(process.stdout)
    for line in lines:
        words = line.split()
        if not words or words[0] != "begin":
            print(line, end="", flush=True)
            continue
        with progress(int(words[3]), f"calls of {words[1]} ({words[2]})") as bar:
            last = 0
            for inner in lines:
                number = inner.removeprefix("done ").strip()
                if inner.startswith("done ") and number.isdigit():
                    bar.update(int(number) - last)
                    last = int(number)
                else:
                    break
            else:
                return
        print(inner, end="", flush=True)


def soak(program: Path, sanitizer: str, options: argparse.Namespace) -> tuple[int, list[Run]]:
    """The program's exit status, and what it reports."""
    report = program.parent / "report.jsonl"
    report.unlink(missing_ok=True)
    command = [str(program), "--calls", str(options.calls), "--seed", str(options.seed), "--progress",
               "--transport", options.transport,
               "--report", str(report)]  # fmt: skip
    for mode in options.mode or ():
        command += ["--mode", mode]
    if options.quick:
        command.append("--quick")
    environment = {**ENVIRONMENT, **os.environ}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        watch(process)
    runs: list[Run] = []
    # A program that cannot be started does not write one.
    lines = report.read_text(encoding="utf-8").splitlines() if report.exists() else []
    for line in lines:
        figures = json.loads(line)
        carrier = figures["transport"]
        way = figures["way"] if carrier == "curl" else f"{figures['way']}, {carrier}"
        runs.append(Run(sanitizer, figures["run"], way, figures))
    return process.returncode, runs


def table(runs: Sequence[Run]) -> str:
    """A line for each run."""
    rows = [("build", "run", "calls from", "calls", "failed", "requests", "slowest, ms", "seconds",
             "memory, kB", "growth, kB", "")]  # fmt: skip
    for run in runs:
        figures = run.figures
        curve = figures["curve"]
        memory = f"{curve[-1][1] // 1024:,}" if curve else ""
        growth = f"{figures['resident_growth'] / 1024:,.0f}" if curve else ""
        rows.append((run.sanitizer, run.name, run.way, f"{figures['calls']:,}", f"{figures['failed']:,}",
                     f"{figures['requests']:,}", f"{figures['slowest_ms']:,}", f"{figures['seconds']:,.1f}",
                     memory, growth, "right" if run.right else "WRONG"))  # fmt: skip
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if i < 3 else cell.rjust(width)
                  for i, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip


def draw(path: Path, runs: Sequence[Run]) -> None:
    """Writes the memory of the runs, one line for each, over the calls made."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "belfry", "svg.fonttype": "none", "font.family": "sans-serif"})
    from matplotlib import pyplot as plt

    figure, pair = plt.subplots(2, 1, figsize=(7.2, 6), layout="constrained", sharex=True)
    for axes, column, label in ((pair[0], 1, "resident memory, MB"), (pair[1], 2, "live allocations, MB")):
        for run in runs:
            curve = run.figures["curve"]
            axes.plot([one[0] for one in curve], [one[column] / 1e6 for one in curve],
                      label=f"{run.way}, {run.sanitizer}", linewidth=1.5)  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.set_ylabel(label, fontsize=9)
        axes.grid(color="#e2e8f0", linewidth=0.8)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    pair[0].set_title("The client's memory while calls fail in all ways", fontsize=10, loc="left")
    pair[0].legend(fontsize=8, frameon=False)
    pair[1].set_xlabel("calls", fontsize=9)
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def main(words: Sequence[str]) -> int:
    """Builds, runs and reports."""
    options = parse(words)
    wrong = False
    runs: list[Run] = []
    for sanitizer in options.sanitizer or SANITIZERS:
        if not has_sanitizer(options.compiler, SANITIZERS[sanitizer]):
            say(f"{sanitizer} is skipped: {options.compiler} does not have its library")
            continue
        say(f"Compiling the soak test ({sanitizer})")
        program = build(options.compiler, sanitizer)
        if program is None:
            return 1
        say(f"Running it ({sanitizer}); the faults are those of seed {options.seed}")
        status, found = soak(program, sanitizer, options)
        wrong = wrong or status != 0
        runs += found
    print(table(runs))
    long = [run for run in runs if run.name == LONG]
    if long:
        plot = OUT / "memory.svg"
        draw(plot, long)
        print(f"The memory of the long runs: {plot.relative_to(ROOT)}")
    return 1 if wrong or not runs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
