# SPDX-License-Identifier: Apache-2.0
"""Lets tests interrupt what they start, even in the background of a shell, where SIGINT is ignored."""

from __future__ import annotations

import os
import signal

import pytest
from belfry_codegen.commands.catalogue.sample import seed_of_today

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


_COMPILERS = ("g++", "clang++-14")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compiles the names of the library with one compiler a day if BELFRY_TEST_ALL_TURNS is OFF."""
    if os.environ.get("BELFRY_TEST_ALL_TURNS") != "OFF":
        return
    other = _COMPILERS[seed_of_today() % 2]
    skipped = pytest.mark.skip(reason="it runs every 2 days, or with BELFRY_TEST_ALL_TURNS=ON")
    for item in items:
        if item.path.name == "test_names_of_the_library.py" and other in item.name:
            item.add_marker(skipped)
