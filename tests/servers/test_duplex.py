# SPDX-License-Identifier: Apache-2.0
"""Streams of events in both directions, with a server that checks every signature in them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SERVERS, free_port, make_certificate, running

HERE = Path(__file__).resolve().parent


def server(*options: str) -> tuple[list[str], int]:
    """The command that starts the server, and the port it listens on."""
    python = SERVERS / "venv" / "bin" / "python"
    probe = [str(python), "-c", "import amazon_transcribe, botocore, h2"]
    if not python.is_file() or subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        pytest.skip("amazon-transcribe, botocore or h2 is not installed")
    port = free_port()
    return [str(python), str(HERE / "event_stream_server.py"), str(port), *options], port


PROGRAMS = ("event_stream", "async_event_stream")


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_event_stream_server_accepts_the_calls(
    program: str, tmp_path: Path, run_program: Callable[..., None]
) -> None:
    """Without TLS, by prior knowledge."""
    command, port = server()
    with running(command, port, tmp_path) as endpoint:
        run_program(program, endpoint)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_event_stream_server_accepts_the_calls_over_tls(
    program: str, tmp_path: Path, run_program: Callable[..., None]
) -> None:
    """With TLS, where both sides agree on HTTP/2."""
    certificate, key = make_certificate(tmp_path)
    command, port = server(str(certificate), str(key))
    with running(command, port, tmp_path) as endpoint:
        secure = endpoint.replace("http:", "https:")
        run_program(program, secure, BELFRY_TEST_CA_FILE=str(certificate))
