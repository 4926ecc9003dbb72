# SPDX-License-Identifier: Apache-2.0
"""Draws a sample of services, a different one every day."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

_SECONDS_A_DAY = 86400


def seed_of_today() -> int:
    """The number of days since 1970, so that the sample changes every day."""
    return int(time.time()) // _SECONDS_A_DAY


def sample(names: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` of the names: a window over all names in a fixed, shuffled order.

    The windows of consecutive seeds are adjacent, so that a few of them cover every name.
    """
    shuffled = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
    if count >= len(shuffled):
        return sorted(shuffled)
    first = seed * count % len(shuffled)
    return sorted((shuffled + shuffled)[first : first + count])
