# SPDX-License-Identifier: Apache-2.0
"""Lays the minimal models out; skips everything, visibly, without botocore."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from both import Both

pytest.importorskip("botocore", reason="botocore, the judge, is not installed")
for neighbour in ("codegen", "differential"):
    sys.path.append(str(Path(__file__).resolve().parent.parent / neighbour))


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of models with every service of `minimal_models`, where botocore finds them, too."""
    from minimal_models import FILES, SERVICES
    from support import write_model

    folder = tmp_path_factory.mktemp("models")
    for name, make in SERVICES.items():
        write_model(folder, make(), name, **FILES.get(name, {}))
    before = os.environ.get("AWS_DATA_PATH")
    os.environ["AWS_DATA_PATH"] = str(folder)
    yield folder
    if before is None:
        del os.environ["AWS_DATA_PATH"]
    else:
        os.environ["AWS_DATA_PATH"] = before


def _both(service: str, models: Path) -> Iterator[Both]:
    from both import Both

    made = Both(service, models)
    yield made
    made.close()


@pytest.fixture(scope="module")
def names(models: Path) -> Iterator[Both]:
    yield from _both("hard-names", models)


@pytest.fixture(scope="module")
def shapes(models: Path) -> Iterator[Both]:
    yield from _both("hard-shapes", models)


@pytest.fixture(scope="module")
def http(models: Path) -> Iterator[Both]:
    yield from _both("hard-http", models)


@pytest.fixture(scope="module")
def xml(models: Path) -> Iterator[Both]:
    yield from _both("hard-xml", models)


@pytest.fixture(scope="module")
def query(models: Path) -> Iterator[Both]:
    yield from _both("hard-query", models)


@pytest.fixture(scope="module")
def rpc(models: Path) -> Iterator[Both]:
    yield from _both("hard-rpc", models)
