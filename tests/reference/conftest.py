# SPDX-License-Identifier: Apache-2.0
"""A site of the service whose model is in the repository, made once for all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from belfry_codegen.commands.catalogue.sample import seed_of_today

for _module in ("botocore", "bs4", "sphinx"):
    pytest.importorskip(_module, reason=f"{_module} is not installed: tools/requirements-test.txt")
from site_pages import Site, run_docs  # noqa: E402

_TURNS = 7


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out tests of long lists whose turn it is not, unless BELFRY_TEST_ALL_TURNS is ON."""
    if os.environ.get("BELFRY_TEST_ALL_TURNS") != "OFF":
        return
    turn = seed_of_today() % _TURNS
    skipped = pytest.mark.skip(reason=f"it runs every {_TURNS} days, or with BELFRY_TEST_ALL_TURNS=ON")
    turns = [item for item in items if item.get_closest_marker("takes_turns") is not None]
    for number, item in enumerate(turns):
        if number % _TURNS != turn:
            item.add_marker(skipped)


def pytest_configure(config: pytest.Config) -> None:
    """Declares the mark of tests that take turns."""
    config.addinivalue_line("markers", "takes_turns: runs only on some days in CI")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of chime-sdk-voice."""
    folder: Path = tmp_path_factory.mktemp("reference") / "site"
    done = run_docs("chime-sdk-voice", "--out", str(folder))
    assert done.returncode == 0, done.stderr
    return Site(folder)
