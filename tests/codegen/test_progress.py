# SPDX-License-Identifier: Apache-2.0
"""The bar: for terminals and long runs only."""

from __future__ import annotations

import io
import sys
import time

import pytest
from belfry_codegen import progress


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _run(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, seconds_each: float) -> str:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", stream)
    for _ in progress.with_progress(range(4), "services"):
        now[0] += seconds_each
    return stream.getvalue()


def test_a_long_run_on_a_terminal_shows_a_bar_and_takes_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _run(monkeypatch, _Terminal(), 1.0)
    assert "] 1/4 services" in shown
    assert "] 3/4 services" in shown
    assert shown.endswith("\r\033[K")


def test_a_short_run_and_a_file_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _run(monkeypatch, _Terminal(), 0.01) == ""
    assert _run(monkeypatch, io.StringIO(), 1.0) == ""
