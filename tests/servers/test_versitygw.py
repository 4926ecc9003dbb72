# SPDX-License-Identifier: Apache-2.0
"""Round trips with versitygw, an S3 gateway that verifies signatures and checksums."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import SERVERS, free_port, make_certificate, running


def gateway(folder: Path, *options: str) -> tuple[list[str], int]:
    """The command that starts a gateway with what it needs in `folder`, and the port it listens on."""
    programs = sorted(SERVERS.glob("versitygw-*/versitygw"))
    if not programs:
        pytest.skip("versitygw is not installed")
    # By default it keeps metadata in extended attributes, which not every file system has.
    for name in ("objects", "metadata"):
        (folder / name).mkdir()
    port = free_port()
    return [
        str(programs[-1]),
        *(
            "--access",
            "AKIDEXAMPLE",
            "--secret",
            "secret",
            "--quiet",
            "--port",
            f"127.0.0.1:{port}",
            *options,
        ),
        *("posix", "--sidecar", str(folder / "metadata"), str(folder / "objects")),
    ], port


@pytest.fixture
def versitygw(tmp_path: Path) -> Iterator[str]:
    """The endpoint of a gateway."""
    command, port = gateway(tmp_path)
    with running(command, port, tmp_path) as endpoint:
        yield endpoint


def test_versitygw_accepts_the_calls(versitygw: str, run_program: Callable[..., None]) -> None:
    """Without TLS: chunks and bodies are signed."""
    run_program("s3", versitygw)


def test_versitygw_accepts_the_calls_over_tls(tmp_path: Path, run_program: Callable[..., None]) -> None:
    """With TLS: bodies are not signed, and their checksum is a trailer."""
    certificate, key = make_certificate(tmp_path)
    command, port = gateway(tmp_path, "--cert", str(certificate), "--key", str(key))
    with running(command, port, tmp_path) as endpoint:
        secure = endpoint.replace("http:", "https:")
        run_program("s3", secure, BELFRY_TEST_CA_FILE=str(certificate))
