# SPDX-License-Identifier: Apache-2.0
"""Instructions of a call: the difference between two runs of a program, by perf or valgrind."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peer_bench.calls import today
from peer_bench.catalogue import Peer, Workshop, last_line
from peer_bench.peer import ANSWER, NotMeasured, environment
from peer_bench.results import Part, Row


@dataclass(frozen=True)
class Counter:
    """A tool that counts, and how its report reads."""

    name: str
    command: tuple[str, ...]
    report: re.Pattern[str]

    def count(self, text: str) -> int:
        """The instructions in a report."""
        match = self.report.search(text)
        if match is None:
            raise NotMeasured(f"{self.name} counted nothing: {last_line(text)}")
        return int(match[1].replace(",", ""))


PERF = Counter(
    "perf",
    ("perf", "stat", "-x", ";", "-e", "instructions:u"),
    re.compile(r"^(\d+);[^;]*;instructions", re.MULTILINE),
)
VALGRIND = Counter(
    "valgrind",
    ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"),
    re.compile(r"I\s+refs:\s+([\d,]+)"),
)


def find_counter() -> Counter | None:
    """The processor's own counter where the system lets a program read it, else valgrind."""
    if shutil.which("perf") is not None:
        done = subprocess.run([*PERF.command, "true"], capture_output=True, text=True, check=False)
        if PERF.report.search(done.stderr):
            return PERF
    return VALGRIND if shutil.which("valgrind") is not None else None


def instructions(counter: Counter, command: Sequence[str], extra: dict[str, str], calls: int) -> int:
    """The instructions of a program that makes that many calls, from its start to its end."""
    done = subprocess.run(
        [*counter.command, *command, str(ANSWER), "canned"], input=f"{calls}\n", env=environment(extra),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0 or not done.stdout.startswith("ready "):
        raise NotMeasured(f"it does not run under {counter.name}: {last_line(done.stderr)}")
    return counter.count(done.stderr)


def measure_instructions(peers: Sequence[Peer], workshop: Workshop, say: Callable[[str], None]) -> Part:
    """Counts the instructions of a call on a canned transport."""
    counter = find_counter()
    rows = []
    for peer in peers:
        if "canned" not in peer.kinds:
            continue
        say(f"instructions: {peer.title}")
        try:
            rows.append(Row(peer.title, None, {}, {"instructions": count_call(counter, peer, workshop)}))
        except NotMeasured as problem:
            rows.append(Row(peer.title, str(problem)))
    return Part(today(), rows, {"counter": counter.name if counter else "none"})


def count_call(counter: Counter | None, peer: Peer, workshop: Workshop) -> float:
    """The instructions of one of the later calls."""
    if counter is None:
        raise NotMeasured("neither does perf count instructions here nor is valgrind installed")
    if counter is VALGRIND and not peer.native:
        raise NotMeasured("valgrind would count the compiling of the program as it runs")
    command = workshop.command(peer)
    extra = peer.environment(workshop.place(peer))
    few, many = (peer.warm_up, 2 * peer.warm_up) if counter is PERF else (50, 250)
    return (instructions(counter, command, extra, many) - instructions(counter, command, extra, few)) / (
        many - few
    )
