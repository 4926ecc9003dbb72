# SPDX-License-Identifier: Apache-2.0
"""Measures the peers and writes docs/benchmarks.md; `./belfry bench` runs it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from peer_bench import machine, results
from peer_bench.builds import measure_builds
from peer_bench.calls import ROUNDS, measure_calls
from peer_bench.catalogue import PEERS, Peer, Workshop
from peer_bench.instructions import measure_instructions
from peer_bench.json_parts import measure_json
from peer_bench.page import page
from peer_bench.peer import ROOT
from peer_bench.plots import draw_all
from peer_bench.results import Part, Results

PARTS = ("build", "canned", "loopback", "instructions", "json", "page")
"""A build comes first: the calls use what it leaves."""


def say(text: str) -> None:
    """Tells what is going on."""
    print(f"==> {text}", file=sys.stderr, flush=True)


def parse(words: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="./belfry bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART",
                        help=f"measure this part (may be repeated): {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument(
        "--quick",
        action="store_true",
        help="without anything else: only compare with the goals, without other SDKs",
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of calls (default: %(default)s)")
    others = sorted({peer.source for peer in PEERS} - {"belfry"})
    parser.add_argument("--without", action="append", default=[], choices=others, metavar="PEER",
                        help="leave out this peer (may be repeated): %(choices)s")  # fmt: skip
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--compiler", default="c++", help=argparse.SUPPRESS)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="folder of the page (default: docs)")
    options = parser.parse_args(words)
    if options.quick:
        parser.error("--quick measures no other SDKs, so it stands alone")
    return options


def measure(part: str, options: argparse.Namespace, workshop: Workshop) -> dict[str, Part]:
    """The results of a part."""
    peers: tuple[Peer, ...] = PEERS
    match part:
        case "build":
            return {"build": measure_builds(peers, workshop, say)}
        case "canned" | "loopback":
            return {part: measure_calls(peers, workshop, part == "loopback", options.rounds, say)}
        case "instructions":
            return {"instructions": measure_instructions(peers, workshop, say)}
        case "json":
            say("json: building and running benchmark_decode and benchmark_encode")
            return {kind: measure_json(kind, options.build) for kind in ("decode", "encode")}
    return {}


def main(words: list[str]) -> int:
    """Measures and writes."""
    options = parse(words)
    folder = options.build.resolve() / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "results.json"
    wanted = options.only or PARTS
    found: Results = results.load(file)
    workshop = Workshop(folder, options.compiler)
    for peer in PEERS:
        if peer.source in options.without:
            workshop.leave_out(peer)
    for part in (part for part in PARTS if part in wanted):
        found.parts |= measure(part, options, workshop)
        if part != "page":
            found.machine = machine.describe()
            results.save(file, found)
    found.versions |= machine.versions(PEERS, workshop)
    results.save(file, found)
    options.docs.mkdir(parents=True, exist_ok=True)
    draw_all(found, options.docs / "benchmarks")
    (options.docs / "benchmarks.md").write_text(page(found), encoding="utf-8")
    say(f"wrote {options.docs / 'benchmarks.md'}; all figures are in {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
