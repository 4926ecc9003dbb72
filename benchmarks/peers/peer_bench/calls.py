# SPDX-License-Identifier: Apache-2.0
"""The cost of a call: all peers take turns in each round."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from peer_bench.catalogue import Peer, Workshop
from peer_bench.peer import Cost, NotMeasured, RunningPeer, Server
from peer_bench.results import Part, Row

ROUNDS = 31
ROUND_NANOSECONDS = 100e6
"""The processor time of a peer's turn in a round."""


def today() -> str:
    """The date of a part."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def processors() -> tuple[int | None, int | None]:
    """The processors that the peers and the server get."""
    if sys.platform != "linux":
        return None, None
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[-1], allowed[0]


def turns(names: Sequence[str], round_number: int) -> list[str]:
    """The order in a round: each pair of rounds begins with another peer, and goes both ways."""
    if not names:
        return []
    start = round_number // 2 % len(names)
    order = [*names[start:], *names[:start]]
    return order[::-1] if round_number % 2 else order


def measure_calls(
    peers: Sequence[Peer], workshop: Workshop, loopback: bool, rounds: int, say: Callable[[str], None]
) -> Part:
    """Measures a call on canned transports, or over loopback."""
    kind = "loopback" if loopback else "canned"
    date = today()
    if sys.platform != "linux":
        reason = "the processor time of another program is read in Linux's way"
        return Part(date, [Row(peer.title, reason) for peer in peers])
    peer_processor, server_processor = processors()
    with ExitStack() as stack:
        log = stack.enter_context((workshop.folder / f"{kind}.log").open("w"))
        url = "canned"
        if loopback:
            try:
                server = Server(workshop.server(), server_processor, log)
            except NotMeasured as problem:
                return Part(date, [Row(peer.title, f"the server did not start: {problem}") for peer in peers])
            stack.callback(server.close)
            url = server.url
        running: dict[str, RunningPeer] = {}
        reasons: dict[str, str] = {}
        for peer in peers:
            if kind not in peer.kinds:
                continue
            try:
                say(f"{kind}: warming up {peer.title}")
                program = RunningPeer(
                    workshop.command(peer), url, peer_processor, peer.environment(workshop.place(peer)), log
                )
                stack.callback(program.close)
                program.run(peer.warm_up)
                running[peer.title] = program
            except NotMeasured as problem:
                reasons[peer.title] = str(problem)
        rows = take_turns(running, rounds, lambda number: say(f"{kind}: round {number} of {rounds}"))
    rows |= {title: Row(title, reason) for title, reason in reasons.items()}
    for peer in peers:
        if peer.title in rows and rows[peer.title].reason is None:
            rows[peer.title].facts["warm_up"] = peer.warm_up
    return Part(date, [rows[peer.title] for peer in peers if peer.title in rows])


class Turns:
    """Programs that take turns; one that fails leaves, and the others go on."""

    def __init__(self, running: dict[str, RunningPeer]) -> None:
        self._running = running
        self.reasons: dict[str, str] = {}

    def names(self) -> list[str]:
        """The programs that are still there."""
        return list(self._running)

    def run(self, name: str, count: int) -> Cost | None:
        """The cost of a call; None if the program has failed."""
        try:
            return self._running[name].run(count)
        except NotMeasured as problem:
            del self._running[name]
            self.reasons[name] = str(problem)
            return None


def take_turns(running: dict[str, RunningPeer], rounds: int, say: Callable[[int], None]) -> dict[str, Row]:
    """A row for each program: its figures, or the reason why it has stopped."""
    programs = Turns(dict(running))
    batch: dict[str, int] = {}
    for name in running:
        cost = programs.run(name, 20)
        if cost is not None:
            cost = programs.run(name, max(20, int(ROUND_NANOSECONDS / 4 / cost.processor)))
        if cost is not None:
            batch[name] = max(20, int(ROUND_NANOSECONDS / cost.processor))
    samples: dict[str, dict[str, list[float]]] = {name: {"processor": [], "wall": []} for name in running}
    for number in range(rounds):
        say(number + 1)
        for name in turns(programs.names(), number):
            cost = programs.run(name, batch[name])
            if cost is not None:
                samples[name]["processor"].append(cost.processor)
                samples[name]["wall"].append(cost.wall)
    return {
        name: Row(name, programs.reasons[name])
        if name in programs.reasons
        else Row(name, None, samples[name], {"batch": batch[name]})
        for name in running
    }
