# SPDX-License-Identifier: Apache-2.0
"""Starts the stand-in Chime endpoint on a free port, runs a program against it, and stops the endpoint."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Invented keys; both sides only have to use the same ones.
ACCESS_KEY = "AKIDBELFRYDEMO"
SECRET_KEY = "belfry-demo-secret-key"
REGION = "us-east-1"


def main() -> int:
    """The program's exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server-log", type=Path, default=ROOT / ".belfry" / "logs" / "standin.log")
    parser.add_argument("--service", type=Path, help="the endpoint's program; by default PROGRAM_service")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    service = options.service or Path(f"{options.program}_service")
    if not service.is_file():
        print(f"belfry: {service} is not built; build the target belfry_demo_service", file=sys.stderr)
        return 1
    options.server_log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    environment.pop("AWS_SESSION_TOKEN", None)
    with options.server_log.open("wb") as log:
        # The endpoint ends when its standard input does, so it never outlives this process.
        server = subprocess.Popen(
            [service, "--region", REGION],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            text=True,
        )
        try:
            assert server.stdout is not None
            port = server.stdout.readline().strip()
            if not port.isdigit():
                print(
                    f"belfry: the stand-in endpoint did not start; see {options.server_log}", file=sys.stderr
                )
                return 1
            endpoint = f"http://127.0.0.1:{port}"
            print(f"==> Running the example against {endpoint} (log: {options.server_log})", file=sys.stderr)
            command = [options.program, "--endpoint", endpoint, "--region", REGION, *options.arguments]
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait(timeout=10)


if __name__ == "__main__":
    sys.exit(main())
