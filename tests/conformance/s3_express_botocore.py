# SPDX-License-Identifier: Apache-2.0
"""Writes random calls to directory buckets, and the requests that botocore sends for them.

A case is `{"client": {...}, "call": {...}, "requests": [...]}` with `"url"` in place of the last request of a
presigned one. A server that gives the same session to everybody stands behind both. No case has the
sessions of others, so that the first request is always CreateSession. The random choices have a seed.
"""

from __future__ import annotations

import base64
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
import botocore.handlers
import botocore.session
import botocore.utils
from botocore_signatures import signed_at

_SEED = 20261130
_CASES = 400
_NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
_SESSION = """<?xml version="1.0" encoding="UTF-8"?>
<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials>\
<SessionToken>TESTSESSIONTOKEN/+=</SessionToken><SecretAccessKey>TESTSECRETKEY</SecretAccessKey>\
<AccessKeyId>ASIARTESTID</AccessKeyId><Expiration>2199-01-28T18:53:46Z</Expiration></Credentials>\
</CreateSessionResult>"""
# They describe the client, or depend on how its HTTP stack sends bodies.
_OWN_HEADERS = ("user-agent", "content-length", "transfer-encoding", "expect", "host")
_PIECES = (*"aB0-_.~/ +%?#&=:@!$'()*,;", "//", "..", "/../", "%2F", "é", "鐘", "\U0001f514")
_ENDPOINTS: tuple[dict[str, Any], ...] = (
    {},
    {"fips": True},
    {"dual_stack": True},
    {"fips": True, "dual_stack": True},
    {"endpoint": "https://storage.example.test", "path_style": False},
    {"endpoint": "https://storage.example.test/base", "path_style": False},
    {"endpoint": "https://127.0.0.1:9000"},
    {"endpoint": "http://127.0.0.1:9000"},
)
_ZONES = {"us-west-2": "usw2-az1", "eu-north-1": "eun1-az3", "ap-northeast-1": "apne1-az4"}


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class _Client:
    """A client of botocore's, and what it sends."""

    def __init__(self, settings: dict[str, Any]) -> None:
        session = botocore.session.Session()
        session.set_credentials("AKIDEXAMPLE", "secret/+", settings["token"] or None)
        s3 = {"addressing_style": "virtual"} if settings.get("path_style") is False else {}
        self.client = session.create_client(
            "s3",
            region_name=settings["region"],
            endpoint_url=settings.get("endpoint"),
            config=botocore.config.Config(
                retries={"mode": "standard", "total_max_attempts": 1},
                use_fips_endpoint=settings.get("fips", False),
                use_dualstack_endpoint=settings.get("dual_stack", False),
                s3=s3,
            ),
        )
        # Belfry does not send these.
        self.client.meta.events.unregister("request-created", botocore.handlers.add_retry_headers)
        self.client.meta.events.register_first("before-send", self._answer)
        self.requests: list[dict[str, Any]] = []

    def _answer(self, request: Any, **_: object) -> Any:
        body = request.body if request.body is not None else b""
        if hasattr(body, "read"):
            body = body.read()
        body = body.encode() if isinstance(body, str) else body
        headers = {}
        for name, value in request.headers.items():
            if name.lower() not in _OWN_HEADERS:
                headers[name.lower()] = value.decode() if isinstance(value, bytes) else str(value)
        self.requests.append(
            {
                "method": request.method,
                "url": request.url,
                "headers": headers,
                "body": base64.b64encode(bytes(body)).decode(),
            }
        )
        text = _SESSION if "session" in request.url.partition("?")[2] else "<Result/>"
        headers = botocore.awsrequest.HeadersDict({"content-type": "application/xml"})
        return botocore.awsrequest.AWSResponse(request.url, 200, headers, _Raw(text.encode()))


def _text(dice: random.Random, most: int) -> str:
    return "".join(dice.choice(_PIECES) for _ in range(dice.randint(1, most)))


def _case(dice: random.Random, clients: dict[str, _Client]) -> dict[str, Any]:
    region = dice.choice(sorted(_ZONES))
    settings = {"region": region, "token": dice.choice(("", "TOKEN/of+role==")), **dice.choice(_ENDPOINTS)}
    bucket = f"{dice.choice(('logs', 'a-bucket', 'x1', 'b' * 40))}--{_ZONES[region]}--x-s3"
    name = dice.choice(("GetObject", "PutObject", "ListObjectsV2", "HeadObject", "DeleteObjects"))
    call: dict[str, Any] = {"operation": name, "bucket": bucket, "key": _text(dice, 8)}
    call["content_md5"] = dice.random() < 0.3
    params: dict[str, Any] = {"Bucket": bucket}
    if name == "ListObjectsV2":
        params["Prefix"] = call["key"]
    elif name == "DeleteObjects":
        params["Delete"] = {"Objects": [{"Key": "a"}, {"Key": "b c"}]}
    else:
        params["Key"] = call["key"]
    if name == "PutObject":
        call["body"] = _text(dice, 60)
        # Without, Belfry says what the protocol asks for.
        params |= {"Body": call["body"].encode(), "ContentType": "text/plain"}
    # A client takes longer to make than its calls.
    client = clients.get(json.dumps(settings)) or clients.setdefault(json.dumps(settings), _Client(settings))
    client.requests = []
    botocore.utils.S3ExpressIdentityCache.get_credentials.cache_clear()
    if name in ("GetObject", "HeadObject") and dice.random() < 0.4:
        call["expires"] = dice.choice((1, 60, 300, 3600))
        method = {"GetObject": "get_object", "HeadObject": "head_object"}[name]
        url = client.client.generate_presigned_url(method, params, call["expires"])
        return {"client": settings, "call": call, "requests": client.requests, "url": url}
    client.client._make_api_call(name, params)
    return {"client": settings, "call": call, "requests": client.requests}


def main() -> int:
    """Writes the cases."""
    dice = random.Random(_SEED)
    with signed_at(_NOW):
        clients: dict[str, _Client] = {}
        cases = [_case(dice, clients) for _ in range(_CASES)]
    Path(sys.argv[1]).write_text(json.dumps({"session": _SESSION, "cases": cases}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
