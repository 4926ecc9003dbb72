# SPDX-License-Identifier: Apache-2.0
"""A progress bar if stderr is a terminal; nothing otherwise."""

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
    """The part of tqdm's interface that is used here."""

    def update(self, n: float = 1) -> bool | None: ...


class _Silence:
    def update(self, n: float = 1) -> bool | None:
        del n
        return None


@contextmanager
def progress(total: int, noun: str) -> Iterator[Bar]:
    """A bar on stderr that appears if the `total` items take more than half a second."""
    if not sys.stderr.isatty():
        # tqdm need not be installed, for instance where CMake runs the generator.
        yield _Silence()
        return
    try:
        from tqdm import tqdm
    except ImportError:
        yield _Silence()
        return
    tqdm.monitor_interval = 0  # its thread is not safe with processes that fork
    with tqdm(total=total, unit=f" {noun}", delay=_PATIENCE_SECONDS, leave=False, dynamic_ncols=True) as bar:
        yield bar
