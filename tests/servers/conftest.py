# SPDX-License-Identifier: Apache-2.0
"""Starts servers that verify requests, and runs the programs that call them.

A program is a Catch2 one, built by servers.cmake; it finds its server in BELFRY_TEST_ENDPOINT.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ROOT / ".belfry" / "servers"
START_SECONDS = 60


def free_port() -> int:
    """A port without a listener."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[str]:
    """A running server process; yields its endpoint."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                said = log.read_text(errors="replace")[-4000:]
                assert process.poll() is None, f"{command[0]} ended: {said}"
                assert time.monotonic() < deadline, f"{command[0]} does not answer: {said}"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the program openssl is not installed")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of moto, which stands in for most of AWS."""
    program = SERVERS / "venv" / "bin" / "moto_server"
    if not program.is_file():
        pytest.skip("moto is not installed")
    port = free_port()
    command = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    with running(command, port, tmp_path_factory.mktemp("moto")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def dynamodb_local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of Amazon's own DynamoDB Local."""
    jars = SERVERS / "dynamodb-local"
    java = shutil.which("java")
    if java is None or not any(jars.glob("DynamoDBLocal-*.jar")):
        pytest.skip("DynamoDB Local or Java is not installed")
    port = free_port()
    command = [
        java,
        f"-Djava.library.path={jars}",
        "-cp",
        f"{jars}/*",
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
        "-inMemory",
        "-port",
        str(port),
    ]
    with running(command, port, tmp_path_factory.mktemp("dynamodb")) as endpoint:
        yield endpoint


@pytest.fixture
def run_program() -> Callable[..., None]:
    """Runs a program of servers.cmake against an endpoint; fails with its output."""

    def run(name: str, endpoint: str, **environment: str) -> None:
        build = os.environ.get("BELFRY_BUILD_DIR")
        program = Path(build or ROOT / "build" / "ci") / "tests" / f"servers_{name}"
        reason = program.with_suffix(".skipped")
        if reason.is_file():
            pytest.skip(f"{program.name} is not built: {reason.read_text()}")
        assert program.is_file(), f"{program} is not built"
        done = subprocess.run(
            [str(program)],
            env={**os.environ, "BELFRY_TEST_ENDPOINT": endpoint, **environment},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]

    return run
