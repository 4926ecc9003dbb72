# SPDX-License-Identifier: Apache-2.0
"""Skips everything, visibly, where botocore is missing, and half of the services, other ones every day."""

from __future__ import annotations

import os
import zlib

import pytest
from belfry_codegen.commands.catalogue.sample import seed_of_today

pytest.importorskip("botocore", reason="botocore, the judge, is not installed")

_SERVICES = frozenset(f"test_{kind}_services.py" for kind in ("cbor", "json", "query", "xml", "other")) | {
    "test_smithy_models.py"
}
"""Files whose tests are made for each of many services, which takes a compilation each."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out the services whose turn it is not, unless BELFRY_TEST_ALL_TURNS is ON."""
    if os.environ.get("BELFRY_TEST_ALL_TURNS") != "OFF":
        return
    skipped = pytest.mark.skip(reason="it runs every 2 days, or with BELFRY_TEST_ALL_TURNS=ON")
    for item in items:
        case = item.name.partition("[")[2]
        if item.path.name in _SERVICES and (zlib.crc32(case.encode()) + seed_of_today()) % 2 == 0:
            item.add_marker(skipped)
