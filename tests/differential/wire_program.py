# SPDX-License-Identifier: Apache-2.0
"""Talks to `belfry wire`, line by line."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from botocore_judge import ACCESS_KEY, NOW_TEXT, SECRET_KEY, TOKEN, Request, Response

ROOT = Path(__file__).resolve().parents[2]


class Wire:
    """The wire program of one service."""

    def __init__(
        self,
        service: str,
        region: str,
        models: Path | None = None,
        operations: Sequence[str] = (),
        arguments: Sequence[str] = (),
    ) -> None:
        chosen = ["--operations", ",".join(operations)] if operations else []
        chosen += ["--models", str(models)] if models is not None else []
        self.command = [
            *(sys.executable, "-m", "belfry_codegen.commands.wire", service, *chosen),
            *("--now", NOW_TEXT, "--region", region, "--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY),
            *("--idempotency-token", TOKEN, *arguments),
        ]
        paths = [str(ROOT / "codegen"), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
        # Report once that the program cannot be built, not in each test.
        subprocess.run(
            [*self.command, "--build-only"], env=environment, stdout=subprocess.DEVNULL, check=True
        )
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def close(self) -> None:
        """Ends the program, and checks its exit status."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        rest = self._process.stdout.read()
        assert self._process.wait(timeout=60) == 0
        assert rest == b"", "there were more answers than lines"

    def ask(self, line: dict[str, Any]) -> dict[str, Any]:
        """The answer to one line, its numbers exact."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()
        text = self._process.stdout.readline()
        assert text.endswith(b"\n"), f"no answer to {json.dumps(line)}"
        answer: dict[str, Any] = json.loads(text, parse_float=Decimal)
        assert answer.pop("id") == line["id"]
        return answer


def request_line(name: str, operation: str, params: Any) -> dict[str, Any]:
    """A line that asks for a request."""
    return {"id": name, "operation": operation, "params": params}


def response_line(name: str, operation: str, response: Response) -> dict[str, Any]:
    """A line that asks what a response says."""
    body = base64.b64encode(response.body).decode()
    headers = dict(response.headers)
    return {
        "id": name,
        "operation": operation,
        "response": {"status": response.status, "headers": headers, "body_base64": body},
    }


def request_of(answer: dict[str, Any]) -> Request:
    """The request that an answer shows."""
    shown = answer["request"]
    headers = {name.lower(): value for name, value in shown["headers"].items()}
    return Request(shown["method"], shown["url"], headers, base64.b64decode(shown["body_base64"]))
