# SPDX-License-Identifier: Apache-2.0
"""The cost of a peer in a user's build: time, size and packages."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from peer_bench.calls import today
from peer_bench.catalogue import Peer, Place, Workshop
from peer_bench.peer import NotMeasured
from peer_bench.results import Part, Row

ROUNDS = 5


def processor_seconds(action: Callable[[], None]) -> float:
    """The processor time of the programs that the action runs."""
    before = os.times()
    action()
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def measure_builds(peers: Sequence[Peer], workshop: Workshop, say: Callable[[str], None]) -> Part:
    """Builds each peer once from nothing, and then all in turn after a change to the program."""
    rows: dict[str, Row] = {}
    places: dict[str, Place] = {}
    for peer in peers:
        try:
            say(f"build: {peer.title}")
            places[peer.title] = workshop.place(peer)
            rows[peer.title] = first_build(peer, workshop)
        except NotMeasured as problem:
            rows[peer.title] = Row(peer.title, str(problem))
    compiled = [peer for peer in peers if peer.compiled and rows[peer.title].reason is None]
    for number in range(ROUNDS):
        for peer in compiled:
            say(f"build: round {number + 1} of {ROUNDS}, {peer.title}")
            place = places[peer.title]
            peer.touch(place)
            seconds = processor_seconds(lambda peer=peer, place=place: peer.build(place))  # type: ignore[misc]
            rows[peer.title].rounds.setdefault("user", []).append(seconds)
    return Part(today(), [rows[peer.title] for peer in peers])


def first_build(peer: Peer, workshop: Workshop) -> Row:
    """A row with what does not vary from round to round."""
    place = workshop.place(peer)
    row = Row(peer.title)
    if peer.compiled and peer.builds_dependencies:
        peer.clean(place)
        row.facts["all"] = processor_seconds(lambda: peer.build(place))
    else:
        peer.build(place)
    row.facts["bytes"] = peer.size(place)
    row.facts["dependencies"] = peer.dependencies(place)
    return row
