# SPDX-License-Identifier: Apache-2.0
"""Writes random calls to buckets of other regions, and what botocore sends until it has the bucket's region.

A case is `{"region": name, "calls": [{"operation": ..., "bucket": ..., "key": ...}], "exchanges": [...],
"outcomes": [...]}`: the requests of all calls with the answers of the server, and for each call the code of
its error, or the empty string. The server answers a request that is signed for another region than the
bucket's in one of S3's ways. The random choices have a seed.
"""

from __future__ import annotations

import datetime
import io
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.awsrequest
import botocore.config
import botocore.exceptions
import botocore.handlers
import botocore.session
from botocore_signatures import signed_at

_SEED = 20261130
_CASES = 250
_NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
_REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1")
_OPERATIONS = ("GetObject", "PutObject", "HeadObject", "HeadBucket", "ListObjectsV2")
_OWN_HEADERS = ("user-agent", "content-length", "transfer-encoding", "expect", "host")
# Ways in which S3 refuses a request to another region: status, code, and where the region is.
_WAYS: tuple[tuple[int, str, str], ...] = (
    (301, "PermanentRedirect", "header"),
    (301, "PermanentRedirect", "body"),
    (301, "PermanentRedirect", "both"),
    (307, "TemporaryRedirect", "header"),
    (302, "Found", "header"),
    (400, "AuthorizationHeaderMalformed", "body"),
    (400, "AuthorizationHeaderMalformed", "both"),
    (400, "IllegalLocationConstraintException", "header"),
    (403, "PermanentRedirect", "header"),
    # These are not redirects.
    (400, "AuthorizationHeaderMalformed", "header"),
    (403, "AccessDenied", "both"),
    (404, "NoSuchKey", "both"),
)
_HEAD_WAYS: tuple[tuple[int, str, str], ...] = (
    (301, "", "header"),
    (307, "", "header"),
    (400, "", "header"),
    (403, "", "header"),
)


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class _Server:
    """Stands for S3, and keeps what it was sent and answered."""

    def __init__(self, dice: random.Random, regions: dict[str, str]) -> None:
        self.dice = dice
        self.regions = regions
        self.exchanges: list[dict[str, Any]] = []

    def answer(self, request: Any, **_: object) -> Any:
        headers = {}
        for name, value in request.headers.items():
            if name.lower() not in _OWN_HEADERS:
                headers[name.lower()] = value.decode() if isinstance(value, bytes) else str(value)
        authorization = headers["authorization"]
        scope = authorization.split("Credential=")[1].split("/")[2]
        bucket = next(name for name in self.regions if f"/{name}." in request.url)
        status, fields, body = self._say(request.method, scope, self.regions[bucket])
        self.exchanges.append(
            {
                "method": request.method,
                "url": request.url,
                "headers": headers,
                "answer": {"status": status, "headers": fields, "body": body},
            }
        )
        return botocore.awsrequest.AWSResponse(
            request.url, status, botocore.awsrequest.HeadersDict(fields), _Raw(body.encode())
        )

    def _say(self, method: str, region: str, home: str) -> tuple[int, dict[str, str], str]:
        if region == home:
            return 200, {}, "<ListBucketResult/>" if method == "GET" else ""
        status, code, place = self.dice.choice(_HEAD_WAYS if method == "HEAD" else _WAYS)
        named = home
        if self.dice.random() < 0.1:
            # A second wrong answer must not lead to a third request.
            named = self.dice.choice([each for each in _REGIONS if each not in (region, home)])
        fields = {"x-amz-bucket-region": named} if place in ("header", "both") else {}
        inside = f"<Region>{named}</Region>" if place in ("body", "both") else ""
        body = f"<Error><Code>{code}</Code><Message>elsewhere</Message>{inside}</Error>"
        return status, fields, "" if method == "HEAD" else body


def _client(region: str) -> Any:
    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "secret/+")
    client = session.create_client(
        "s3",
        region_name=region,
        config=botocore.config.Config(
            retries={"mode": "standard", "total_max_attempts": 1},
            # Belfry's default; botocore alone begins with the global endpoint there.
            s3={"us_east_1_regional_endpoint": "regional", "addressing_style": "virtual"},
        ),
    )
    client.meta.events.unregister("request-created", botocore.handlers.add_retry_headers)
    return client


def _case(dice: random.Random, number: int, clients: dict[str, Any]) -> dict[str, Any]:
    region = dice.choice(_REGIONS)
    # The clients are shared, because they take long to make. Their buckets are new.
    names = (f"bucket-a{number}", f"bucket-b{number}")
    server = _Server(dice, {name: dice.choice(_REGIONS) for name in names})
    client = clients[region]
    client.meta.events.register_first("before-send", server.answer, unique_id="server")
    calls: list[dict[str, str]] = []
    outcomes: list[str] = []
    for _ in range(dice.randint(1, 4)):
        name = dice.choice(_OPERATIONS)
        call = {"operation": name, "bucket": dice.choice(sorted(server.regions)), "key": f"k{dice.random()}"}
        params: dict[str, Any] = {"Bucket": call["bucket"]}
        if name == "PutObject":
            params |= {"Body": b"body", "ContentType": "text/plain"}
        if name in ("GetObject", "PutObject", "HeadObject"):
            params["Key"] = call["key"]
        calls.append(call)
        try:
            client._make_api_call(name, params)
            outcomes.append("")
        except botocore.exceptions.ClientError as fault:
            outcomes.append(str(fault.response["Error"]["Code"]))
    client.meta.events.unregister("before-send", server.answer, unique_id="server")
    return {"region": region, "calls": calls, "exchanges": server.exchanges, "outcomes": outcomes}


def main() -> int:
    """Writes the cases."""
    dice = random.Random(_SEED)
    with signed_at(_NOW):
        clients = {region: _client(region) for region in _REGIONS}
        cases = [_case(dice, number, clients) for number in range(_CASES)]
    Path(sys.argv[1]).write_text(json.dumps(cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
