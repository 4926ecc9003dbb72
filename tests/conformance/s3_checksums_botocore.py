# SPDX-License-Identifier: Apache-2.0
"""Writes calls with each checksum algorithm that botocore computes, and the requests that it sends for them.

A case of `"requests"` is `{"call": {...}, "request": {...}}`, one of `"responses"`, which botocore accepts or
refuses, `{"headers": {...}, "body": ..., "error": ..., "algorithm": ...}`. Bodies are in base64. The random
choices have a seed.
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
import botocore.exceptions
import botocore.handlers
import botocore.httpchecksum
import botocore.session
from botocore_signatures import signed_at

_SEED = 20270114
_NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
_ALGORITHMS = ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "XXHASH64", "XXHASH3", "XXHASH128")
_SIZES = (0, 1, 5, 63, 64, 240, 241, 1000, 70_000)
# They describe the client, or depend on how its HTTP stack sends bodies.
_OWN_HEADERS = ("user-agent", "content-length", "transfer-encoding", "expect", "host")


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class _Client:
    """A client of botocore's, what it sends, and what it gets."""

    def __init__(self, scheme: str) -> None:
        session = botocore.session.Session()
        session.set_credentials("AKIDEXAMPLE", "secret/+")
        self.client = session.create_client(
            "s3",
            region_name="us-west-2",
            endpoint_url=f"{scheme}://storage.example.test",
            config=botocore.config.Config(
                retries={"mode": "standard", "total_max_attempts": 1}, s3={"addressing_style": "path"}
            ),
        )
        # Belfry does not send these.
        self.client.meta.events.unregister("request-created", botocore.handlers.add_retry_headers)
        self.client.meta.events.register_first("before-send", self._answer)
        self.request: dict[str, Any] = {}
        self.answer: tuple[dict[str, str], bytes] = ({}, b"<DeleteResult/>")

    def _answer(self, request: Any, **_: object) -> Any:
        body = request.body if request.body is not None else b""
        if hasattr(body, "read"):
            body = body.read()
        headers = {}
        for name, value in request.headers.items():
            if name.lower() not in _OWN_HEADERS:
                headers[name.lower()] = value.decode() if isinstance(value, bytes) else str(value)
        self.request = {
            "method": request.method,
            "url": request.url,
            "headers": headers,
            "body": base64.b64encode(bytes(body)).decode(),
        }
        headers = botocore.awsrequest.HeadersDict({"content-type": "application/xml", **self.answer[0]})
        return botocore.awsrequest.AWSResponse(request.url, 200, headers, _Raw(self.answer[1]))


def _requests(clients: dict[str, _Client], dice: random.Random) -> Iterator[dict[str, Any]]:
    for algorithm in _ALGORITHMS:
        for scheme, client in clients.items():
            client.answer = ({}, b"<DeleteResult/>")
            for size in _SIZES:
                body = dice.randbytes(size)
                call = {"operation": "PutObject", "scheme": scheme, "algorithm": algorithm}
                call["body"] = base64.b64encode(body).decode()
                client.client.put_object(
                    Bucket="b", Key="k", Body=body, ContentType="text/plain", ChecksumAlgorithm=algorithm
                )
                yield {"call": call, "request": client.request}
            client.client.delete_objects(
                Bucket="b", Delete={"Objects": [{"Key": "a"}, {"Key": "b c"}]}, ChecksumAlgorithm=algorithm
            )
            call = {"operation": "DeleteObjects", "scheme": scheme, "algorithm": algorithm}
            yield {"call": call, "request": client.request}


def _responses(client: _Client, dice: random.Random) -> Iterator[dict[str, Any]]:
    for _ in range(400):
        body = dice.randbytes(dice.choice(_SIZES[:-1]))
        headers = {}
        for algorithm in dice.sample(_ALGORITHMS, dice.choice((0, 1, 1, 1, 2, 3))):
            checksum = botocore.httpchecksum._CHECKSUM_CLS[algorithm.lower()]()
            kind = dice.choice(("good", "good", "good", "changed", "composite"))
            checksum.update(body + b"x" if kind == "changed" else body)
            headers[f"x-amz-checksum-{algorithm.lower()}"] = checksum.b64digest() + "-3" * (
                kind == "composite"
            )
        client.answer = (headers, body)
        case = {"headers": headers, "body": base64.b64encode(body).decode()}
        found = client.client.get_object(Bucket="b", Key="k")
        checked = isinstance(found["Body"], botocore.httpchecksum.StreamingChecksumBody)
        names = {cls: name for name, cls in botocore.httpchecksum._CHECKSUM_CLS.items()}
        try:
            found["Body"].read()
        except botocore.exceptions.FlexibleChecksumError:
            yield case | {"error": True, "algorithm": ""}
        else:
            yield case | {
                "error": False,
                "algorithm": names[type(found["Body"].checksum)] if checked else "",
            }


def main() -> int:
    """Writes the cases."""
    dice = random.Random(_SEED)
    with signed_at(_NOW):
        clients = {scheme: _Client(scheme) for scheme in ("https", "http")}
        requests = list(_requests(clients, dice))
        responses = list(_responses(clients["https"], dice))
    Path(sys.argv[1]).write_text(json.dumps({"requests": requests, "responses": responses}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
