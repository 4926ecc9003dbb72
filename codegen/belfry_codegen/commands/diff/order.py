# SPDX-License-Identifier: Apache-2.0
"""Compares the order of names."""

from __future__ import annotations

import bisect
from collections.abc import Sequence


def moved_members(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The fewest names that would have to move for those in both lists to be in the new order."""
    places = {name: place for place, name in enumerate(new)}
    common = [name for name in old if name in places]
    # The longest part that is in order already; `ends[n]` is the last of the best part of n + 1 names.
    ends: list[int] = []
    best: dict[int, int | None] = {}
    for place in (places[name] for name in common):
        at = bisect.bisect_left(ends, place)
        best[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = best[last]
    return [name for name in common if places[name] not in kept]
