# SPDX-License-Identifier: Apache-2.0
"""Some services out of all, others every time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

_SECONDS_A_DAY = 86400


def seed_of_today() -> int:
    """The day's number, so that the sample moves on every day."""
    return int(time.time()) // _SECONDS_A_DAY


def sample(names: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` of the names: a window over all in an order that has nothing to do with the alphabet.

    The windows of seeds that follow each other do so too, so that a few of them hold every name.
    """
    shuffled = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
    if count >= len(shuffled):
        return sorted(shuffled)
    first = seed * count % len(shuffled)
    return sorted((shuffled + shuffled)[first : first + count])
