# SPDX-License-Identifier: Apache-2.0
"""Writes random calls of services with endpoint discovery, and what botocore sends for them.

A case is `{"service": name, "mode": "auto", "true" or "false", "endpoint": URL or "", "calls": [...]}`, and
a call `{"operation": name, "seconds": since the first call, "outcome": code or "", "exchanges": [...]}`. An
exchange has the request and its answer; an answer with the status 0 is a failure to connect. The random
choices have a seed.

Left out is where Belfry differs on purpose; endpoint_discovery_test.cpp tests that by itself: an answer of
DescribeEndpoints with an error or without an address, where botocore ends the call although it could go on,
and a failure of DescribeEndpoints after an answer that an endpoint is not valid.
"""

from __future__ import annotations

import datetime
import io
import json
import random
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.awsrequest
import botocore.config
import botocore.discovery
import botocore.exceptions
import botocore.handlers
import botocore.session
from botocore_signatures import signed_at

_SEED = 20261201
_CASES = 250
_ATTEMPTS = 3
_NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
# Operations that can be sent to a discovered endpoint, and others.
_OPERATIONS = {
    "timestream-query": ("DescribeAccountSettings", "ListScheduledQueries", "DescribeEndpoints"),
    "dynamodb": ("DescribeLimits", "ListTables", "DescribeEndpoints", "ListExports"),
}
_NOT_DISCOVERED = ("DescribeEndpoints", "ListExports")
_OWN_HEADERS = ("user-agent", "content-length")
_ADDRESSES = ("cell1.example.test", "cell2.example.test:8443", "https://cell3.example.test", "192.0.2.7")
_INVALID = (
    (400, '{"__type": "com.amazonaws.tower#InvalidEndpointException", "message": "moved"}'),
    (421, '{"__type": "InvalidEndpointException"}'),
    (421, ""),
)


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class _Server:
    """Stands for the service, and keeps what it was sent and answered."""

    def __init__(self, dice: random.Random, service: str, discovers: bool) -> None:
        self.dice = dice
        self.required = service != "dynamodb"
        self.discovers = discovers
        # Whether botocore has an endpoint, which may have expired.
        self.known = False
        self.operation = ""
        self.invalid = 0
        self.exchanges: list[dict[str, Any]] = []

    def begin(self, operation: str) -> None:
        self.operation, self.invalid, self.exchanges = operation, 0, []

    def answer(self, request: Any, **_: object) -> Any:
        headers = {}
        for name, value in request.headers.items():
            if name.lower() not in _OWN_HEADERS:
                headers[name.lower()] = value.decode() if isinstance(value, bytes) else str(value)
        asked = headers["x-amz-target"].endswith("DescribeEndpoints")
        status, body = self._describe() if asked else self._serve()
        self.exchanges.append(
            {
                "url": request.url,
                "headers": headers,
                "body": request.body.decode(),
                "answer": {"status": status, "body": body},
            }
        )
        if status == 0:
            raise botocore.exceptions.EndpointConnectionError(endpoint_url=request.url)
        return botocore.awsrequest.AWSResponse(
            request.url, status, botocore.awsrequest.HeadersDict({}), _Raw(body.encode())
        )

    def _describe(self) -> tuple[int, str]:
        explicit = self.operation == "DescribeEndpoints"
        chance = self.dice.random()
        if self.invalid == 0 and chance < 0.45:
            return 0, ""
        if self.required and not self.known and self.invalid == 0 and chance < 0.6:
            return self.dice.choice(
                (
                    (400, '{"__type": "AccessDeniedException", "message": "not you"}'),
                    (500, '{"__type": "InternalServerException"}'),
                    (200, '{"Endpoints": []}'),
                )
            )
        self.known = self.known or not explicit
        found = [
            {"Address": address, "CachePeriodInMinutes": self.dice.choice((0, 1, 1, 2, 60))}
            for address in self.dice.sample(_ADDRESSES, self.dice.choice((1, 1, 2)))
        ]
        return 200, json.dumps({"Endpoints": found})

    def _serve(self) -> tuple[int, str]:
        chance = self.dice.random()
        discovered = self.discovers and self.operation not in _NOT_DISCOVERED
        if discovered and self.invalid < _ATTEMPTS - 1 and chance < 0.2:
            self.invalid += 1
            self.known = False
            return self.dice.choice(_INVALID)
        if chance < 0.3:
            return 400, '{"__type": "ValidationException", "message": "no"}'
        return 200, "{}"


def _client(session: botocore.session.Session, service: str, mode: str, endpoint: str) -> Any:
    client = session.create_client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint or None,
        config=botocore.config.Config(
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}, endpoint_discovery_enabled=mode
        ),
    )
    client.meta.events.unregister("request-created", botocore.handlers.add_retry_headers)
    return client


def _outcome(client: Any, operation: str) -> str:
    try:
        client._make_api_call(operation, {})
    except botocore.discovery.EndpointDiscoveryRequired:
        return "EndpointDiscoveryRequired"
    except botocore.discovery.EndpointDiscoveryRefreshFailed:
        return "EndpointDiscoveryFailed"
    except botocore.exceptions.EndpointConnectionError:
        return "ConnectFailed"
    except botocore.exceptions.ClientError as fault:
        return str(fault.response["Error"]["Code"])
    return ""


def _case(dice: random.Random, session: botocore.session.Session) -> dict[str, Any]:
    service = dice.choice(("timestream-query", "timestream-query", "dynamodb"))
    mode = dice.choice(("auto", "auto", "true", "true", "true", "false"))
    endpoint = "https://own.example.test" if dice.random() < 0.1 else ""
    discovers = not endpoint and (mode == "true" or (mode == "auto" and service != "dynamodb"))
    server = _Server(dice, service, discovers)
    seconds = 0
    calls: list[dict[str, Any]] = []
    clock = types.SimpleNamespace(time=lambda: float(seconds))
    with mock.patch.object(botocore.discovery, "time", clock):
        client = _client(session, service, mode, endpoint)
        client.meta.events.register_first("before-send", server.answer)
        for _ in range(dice.randint(1, 7)):
            operation = dice.choice(_OPERATIONS[service])
            server.begin(operation)
            with signed_at(_NOW + datetime.timedelta(seconds=seconds)):
                outcome = _outcome(client, operation)
            calls.append(
                {
                    "operation": operation,
                    "seconds": seconds,
                    "outcome": outcome,
                    "exchanges": server.exchanges,
                }
            )
            seconds += dice.choice((0, 0, 20, 59, 60, 61, 120, 3600))
    return {"service": service, "mode": mode, "endpoint": endpoint, "calls": calls}


def main() -> int:
    """Writes the cases."""
    dice = random.Random(_SEED)
    # It keeps the models.
    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "secret/+")
    with mock.patch.object(time, "sleep", lambda _: None):
        cases = [_case(dice, session) for _ in range(_CASES)]
    Path(sys.argv[1]).write_text(json.dumps(cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
