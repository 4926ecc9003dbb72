# SPDX-License-Identifier: Apache-2.0
"""Writes the headers by which botocore describes its attempts and the features in use.

    python sdk_headers_botocore.py OUTPUT_JSON

`{"attempts": [...], "features": [...]}`. A case of `attempts` is a call whose attempts are refused at known
times, with the `amz-sdk-request` of each. A case of `features` is a configuration, what is in the request,
and the codes in the User-Agent header. The choices are the same in each run. `sdk_headers_test.cpp` has
Belfry do the same and compares.
"""

from __future__ import annotations

import contextlib
import datetime
import email.utils
import io
import itertools
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.awsrequest
import botocore.config
import botocore.endpoint
import botocore.exceptions
import botocore.session

_SEED = 20261201
_CASES = 150
# Codes of the features that Belfry's interceptor cannot see: credentials and accounts.
_UNSEEN = {"e", "P", "Q", "R", "T"}
_KEPT_HEADERS = re.compile("content-encoding|x-amz-trailer|x-amz-checksum-.*", re.IGNORECASE)


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


def _response(request: Any, status: int, headers: dict[str, str], body: bytes = b"") -> Any:
    return botocore.awsrequest.AWSResponse(
        request.url, status, botocore.awsrequest.HeadersDict(headers), _Raw(body)
    )


# It keeps the models that it has read.
_SESSION = botocore.session.Session()


def _client(service: str, **config: Any) -> Any:
    endpoint = config.pop("endpoint_url", None)
    return _SESSION.create_client(
        service,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        endpoint_url=endpoint,
        config=botocore.config.Config(**config),
    )


def _utc(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)


class _Refuser:
    """Answers each attempt with 503, and stands for the clock of botocore's endpoint.

    botocore takes the time of a response after the wait that follows it. Here it gets the time of the
    response, so that its `ttl` is what its formula says.
    """

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.headers: list[str] = []
        self.now = int(case["start"])
        self.readings: list[int] = []

    def answer(self, request: Any, **_: object) -> Any:
        value = request.headers["amz-sdk-request"]
        self.headers.append(value.decode() if isinstance(value, bytes) else value)
        attempt = len(self.headers)
        headers = {}
        if attempt >= self.case["first_date"]:
            headers["Date"] = email.utils.formatdate(self.now + self.case["skew"], usegmt=True)
        received = self.now
        self.now += min(20, self.case["base_delay"] * 2 ** (attempt - 1))
        self.readings = [received, self.now]
        return _response(request, 503, headers)

    def time(self) -> datetime.datetime:
        return _utc(self.readings.pop(0))


def _attempts(chance: random.Random) -> dict[str, Any]:
    case: dict[str, Any] = {
        # Two seconds before a year and a month end, and other times until 2042.
        "start": chance.choice(
            (chance.randrange(1_600_000_000, 2_300_000_000), 1_767_225_598, 1_772_323_198)
        ),
        "skew": chance.choice((0, 0, chance.choice((-1, 1)) * chance.randrange(2, 10_000_000))),
        "read_timeout": chance.choice((60, None, chance.randrange(1, 2_000), chance.randrange(1, 99) / 4)),
        "base_delay": chance.choice((0, 1, 3)),
        "max_attempts": chance.randrange(1, 6),
        "first_date": chance.choice((1, 1, 1, 2, 3)),
    }
    client = _client(
        "sqs",
        read_timeout=case["read_timeout"],
        retries={"mode": "standard", "total_max_attempts": case["max_attempts"]},
    )
    refuser = _Refuser(case)
    client.meta.events.register("before-send", refuser.answer)
    with (
        mock.patch.object(botocore.endpoint, "get_current_datetime", refuser.time),
        mock.patch.object(botocore.endpoint.time, "sleep"),
    ):
        try:
            client.list_queues()
        except botocore.exceptions.ClientError:
            case["headers"] = refuser.headers
    return case


def _calls() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Services, operations and arguments."""
    yield "sqs", "ListQueues", {}
    yield "eventbridgev2", "ListEventBuses", {}
    metrics = [{"MetricName": "m" * 200, "Value": 1.0} for _ in range(100)]
    yield "cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": metrics[:1]}
    yield "cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": metrics}
    yield "s3", "GetObject", {"Bucket": "b", "Key": "k"}
    yield "s3", "DeleteObjects", {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}}
    put = {"Bucket": "b", "Key": "k", "Body": b"body"}
    yield "s3", "PutObject", put
    yield "s3", "PutObject", put | {"ContentEncoding": "gzip"}
    yield "s3", "PutObject", put | {"ContentEncoding": "gzip", "ChecksumAlgorithm": "SHA1"}
    for algorithm in ("CRC32", "SHA1", "SHA256"):
        yield "s3", "PutObject", put | {"ChecksumAlgorithm": algorithm}
    for member in ("ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256",
                   "ChecksumSHA512", "ChecksumMD5", "ChecksumXXHASH3", "ChecksumXXHASH64",
                   "ChecksumXXHASH128"):  # fmt: skip
        yield "s3", "PutObject", put | {member: "AAAA"}


def _features() -> Iterator[dict[str, Any]]:
    uses = ("when_supported", "when_required")
    configurations = itertools.product(
        ("standard", "adaptive"), (None, "https://localhost:4566"), uses, uses, (False, True)
    )
    for mode, endpoint, request, response, compress in configurations:
        clients = {
            service: _client(
                service,
                endpoint_url=endpoint,
                retries={"mode": mode, "total_max_attempts": 1},
                request_checksum_calculation=request,
                response_checksum_validation=response,
                disable_request_compression=not compress,
            )
            for service in ("sqs", "eventbridgev2", "cloudwatch", "s3")
        }
        for service, operation, arguments in _calls():
            yield _one_call(clients[service], operation, arguments) | {
                "mode": mode,
                "endpoint": endpoint or "",
                "request_checksums": request,
                "response_checksums": response,
                "compress": compress,
            }


def _one_call(client: Any, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    sent: list[Any] = []
    protocol = client.meta.service_model.resolved_protocol
    # An empty map; an empty body is not CBOR.
    body = b"\xa0" if protocol == "smithy-rpc-v2-cbor" else b""

    def answer(request: Any, **_: object) -> Any:
        sent.append(request)
        return _response(request, 400, {}, body)

    client.meta.events.register("before-send", answer, unique_id="answer")
    with contextlib.suppress(botocore.exceptions.ClientError):
        client._make_api_call(operation, arguments)
    client.meta.events.unregister("before-send", unique_id="answer")
    texts = {
        name: value.decode() if isinstance(value, bytes) else value for name, value in sent[0].headers.items()
    }
    found = re.search(r" m/(\S+)", texts["User-Agent"])
    model = client.meta.service_model.operation_model(operation)
    members = model.input_shape.members.values()
    return {
        "operation": operation,
        "protocol": protocol,
        "says_encoding": any(
            member.serialization.get("name", "").lower() == "content-encoding" for member in members
        ),
        "headers": {name: value for name, value in texts.items() if _KEPT_HEADERS.fullmatch(name)},
        "features": sorted(set(found[1].split(",") if found else ()) - _UNSEEN),
    }


def main() -> None:
    """Writes the cases."""
    chance = random.Random(_SEED)
    attempts = [_attempts(chance) for _ in range(_CASES)]
    Path(sys.argv[1]).write_text(json.dumps({"attempts": attempts, "features": list(_features())}))


if __name__ == "__main__":
    main()
