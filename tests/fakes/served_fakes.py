# SPDX-License-Identifier: Apache-2.0
"""Starts a program that serves fakes, and makes botocore's clients of them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("BELFRY_BUILD_DIR", ROOT / "build" / "ci"))
KEYS = {
    "aws_access_key_id": "AKIDEXAMPLE",
    "aws_secret_access_key": "secret",
    "aws_session_token": "a/session+token",
}

Connect = Callable[..., Any]


def program(name: str, folder: str = "tests") -> Path:
    """A program with servers; skips the tests when CMake has left the reason why it is not built."""
    path = BUILD / folder / name
    reason = path.with_suffix(".skipped")
    if reason.is_file():
        pytest.skip(f"{path.name} is not built: {reason.read_text()}")
    assert path.is_file(), f"{path} is not built"
    return path


class ServedFakes:
    """A program that serves fakes until its standard input ends."""

    def __init__(self, name: str, services: int) -> None:
        self._process = subprocess.Popen(
            [program(name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.endpoints = dict(self._process.stdout.readline().split() for _ in range(services))

    def connect(self, service: str, **more: str) -> Any:
        """A client of a service, whose requests go to its fake."""
        return botocore.session.Session().create_client(
            service,
            region_name="us-east-1",
            endpoint_url=self.endpoints[service],
            config=Config(proxies={}, retries={"total_max_attempts": 1}, inject_host_prefix=False),
            **{**KEYS, **more},
        )

    def end(self) -> str:
        """Ends the program; what it printed then."""
        if self._process.returncode is not None:
            return ""
        output, _ = self._process.communicate(timeout=10)
        assert self._process.returncode == 0
        return output


@contextmanager
def served_fakes(name: str, services: int) -> Iterator[ServedFakes]:
    """Runs a program that prints a line for each of its services."""
    served = ServedFakes(name, services)
    yield served
    served.end()


def code_of(call: Callable[[], Any]) -> tuple[str, int]:
    """The code and the status of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
