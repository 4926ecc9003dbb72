# SPDX-License-Identifier: Apache-2.0
"""Reading and writing JSON: the figures of benchmarks/decode.cpp and benchmarks/encode.cpp."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from peer_bench.calls import today
from peer_bench.catalogue import BELFRY, last_line
from peer_bench.results import Part, Row

EXPECTED = {
    "decode": ("simdjson on-demand", "RapidJSON DOM and copy", "nlohmann DOM and copy"),
    "encode": ("RapidJSON Writer", "nlohmann DOM and dump"),
}
NAMES = {"belfry": BELFRY, "belfry, borrowed": "Belfry, outputs as views"}
"""The names of Belfry's own programs on the page."""
GLAZE = "it needs C++23, which Belfry does not; see [recorded figures](#recorded-figures)"


def measure_json(kind: str, build: Path) -> Part:
    """Builds and runs a benchmark of JSON; libraries that the build did not find are rows with a reason."""
    target = f"benchmark_{kind}"
    done = subprocess.run(
        ["cmake", "--build", str(build), "--target", target], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        program = build / "benchmarks" / target
        done = subprocess.run([str(program), "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = f"{target} could not be built or run: {last_line(done.stdout + done.stderr)}"
        return Part(today(), [Row(name, reason) for name in (BELFRY, *EXPECTED[kind])])
    return part_of(kind, done.stdout)


def part_of(kind: str, text: str) -> Part:
    """The part that a benchmark's output describes."""
    rows = [
        Row(
            NAMES.get(entry["name"], entry["name"]), None, {"processor": entry["rounds"]},
            {"allocations": entry["allocations"], "allocated_bytes": entry["allocated_bytes"]},
        )
        for entry in json.loads(text)
    ]  # fmt: skip
    measured = {row.name for row in rows}
    rows += [
        Row(name, f"{name.split()[0]} is not installed") for name in EXPECTED[kind] if name not in measured
    ]
    rows.append(Row("glaze", GLAZE))
    return Part(today(), rows)
