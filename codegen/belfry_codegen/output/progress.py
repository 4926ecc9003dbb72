# SPDX-License-Identifier: Apache-2.0
"""A bar for those who wait in front of a terminal; silence for everybody else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_PATIENCE_SECONDS = 0.5


def counted(number: int, noun: str) -> str:
    """`1 service`, `2 services`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


class Bar(Protocol):
    """What is told of things that are done."""

    def update(self, n: float = 1) -> bool | None: ...


class _Silence:
    def update(self, n: float = 1) -> bool | None:
        del n
        return None


@contextmanager
def progress(total: int, noun: str) -> Iterator[Bar]:
    """A bar on stderr, once `total` things have taken half a second and are not yet all done."""
    if not sys.stderr.isatty():
        # Nor is the library needed then, as where CMake generates.
        yield _Silence()
        return
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # its thread and processes that fork do not go together
    with tqdm(total=total, unit=f" {noun}", delay=_PATIENCE_SECONDS, leave=False, dynamic_ncols=True) as bar:
        yield bar
