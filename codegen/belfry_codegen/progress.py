# SPDX-License-Identifier: Apache-2.0
"""A bar for those who wait in front of a terminal; silence for everybody else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_PATIENCE_SECONDS = 0.5
_WIDTH = 30


def with_progress(items: Sequence[Item], noun: str) -> Iterator[Item]:
    """The items, with a bar on stderr once they have taken half a second."""
    shown = False
    started = time.monotonic()
    for done, item in enumerate(items):
        if sys.stderr.isatty() and time.monotonic() - started > _PATIENCE_SECONDS:
            filled = _WIDTH * done // len(items)
            bar = "#" * filled + "." * (_WIDTH - filled)
            print(f"\r[{bar}] {done}/{len(items)} {noun} ", end="", file=sys.stderr, flush=True)
            shown = True
        yield item
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
