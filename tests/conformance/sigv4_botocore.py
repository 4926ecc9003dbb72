# SPDX-License-Identifier: Apache-2.0
"""Signs random requests with botocore and writes them with their signatures.

    python sigv4_botocore.py OUTPUT_JSON

The requests are the same in each run. `sigv4_test.cpp` signs them again and compares.
"""

from __future__ import annotations

import datetime
import json
import random
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CASES_PER_KIND = 250

TEXTS = [
    "a",
    "abcdef1ghij2klmno3pqr4",
    "with space",
    "+15555550100",
    "a/b",
    "..",
    ".",
    "arn:aws:chime:us-east-1:123456789012:vc/x",
    "100%",
    "\u1234\u00e9\U0001f514",
    "~-._",
    "!$&'()*,;=:@",
    "",
]
# The characters that a path may hold besides percent-encoded text.
RAW_SEGMENTS = ["", ".", "..", "a+b", "x=y", "a:b@c", "a;b,c", "*", "~user", "%2F", "%2e%2E", "a%20b"]
HEADERS = [
    ("Content-Type", ["application/json", "text/plain; charset=utf-8", "application/x-amz-json-1.1"]),
    ("User-Agent", ["Someone/1.0"]),
    ("X-Amzn-Trace-Id", ["Root=1-2-3"]),
    ("Expect", ["100-continue"]),
    ("Connection", ["keep-alive"]),
    ("TE", ["trailers"]),
    ("traceparent", ["00-1-2-3"]),
    ("X-Amz-Target", ["Service.Operation"]),
    ("x-amz-meta-B", ["  two   spaces ", "a\tb", ""]),
    ("X-Amz-Meta-a", ["1", "2,3"]),
    ("X-Amz-Meta-a", ["4"]),
    ("x-amz-meta-A-b", ["z"]),
    ("If-Match", ['"etag"']),
    ("Range", ["bytes=0-1"]),
]


def random_url(dice: random.Random, kind: str) -> str:
    """An absolute URL whose path and query are percent-encoded."""
    # Presigning, botocore keeps one parameter of each name; for S3 it does not make "/" of an empty path.
    unique_names, needs_path = kind.endswith("query"), kind.startswith("s3")
    host = dice.choice(
        ["voice-chime.us-east-1.amazonaws.com", "localhost", "Example.TEST", "[::1]", "10.0.0.1"]
    )
    scheme = dice.choice(["https", "http"])
    port = dice.choice(["", "", ":443", ":80", ":8443"])
    segments = [
        dice.choice(RAW_SEGMENTS) if dice.random() < 0.3 else quote(dice.choice(TEXTS), safe="")
        for _ in range(dice.randrange(6))
    ]
    path = "/" + "/".join(segments) if segments or needs_path or dice.random() < 0.7 else ""
    pairs: list[str] = []
    names = [*TEXTS[:-1], "key", "Key", "key-1", "key2", "operation"]
    for name in dice.sample(names, dice.randrange(8)):
        for _ in range(1 if unique_names else dice.choice([1, 1, 1, 3])):
            value = quote(dice.choice(TEXTS), safe="")
            bare = not unique_names and dice.random() < 0.15
            pairs.append(quote(name, safe="") + ("" if bare else "=" + value))
    dice.shuffle(pairs)
    query = "?" + "&".join(pairs) if pairs else ""
    return f"{scheme}://{host}{port}{path}{query}"


def sign(kind: str, dice: random.Random) -> dict[str, Any]:
    """One request before and after botocore signed it."""
    in_query = kind.endswith("query")
    url = random_url(dice, kind)
    headers = [
        (name, dice.choice(values)) for name, values in dice.sample(HEADERS, dice.randrange(len(HEADERS)))
    ]
    if dice.random() < 0.6:
        headers.append(("Host", "signed-host.test"))
    method = dice.choice(["GET", "PUT", "DELETE", "post"] if in_query else ["GET", "POST", "PUT", "DELETE"])
    body = b"" if in_query else dice.randbytes(dice.choice([0, 0, 1, 55, 64, 1000]))
    token = dice.choice([None, "FwoGZXIvYXdzE//////////wEaD+session/token=="])
    access_key, secret = (
        dice.choice(["AKIDEXAMPLE", "ASIA/odd+key"]),
        dice.choice(["secret", "s" * 40, "k" * 70]),
    )
    region, service = dice.choice(["us-east-1", "eu-central-2"]), dice.choice(["chime", "s3", "execute-api"])
    time = datetime.datetime.fromtimestamp(dice.randrange(4_000_000_000), datetime.UTC)
    expires = dice.choice([1, 3600, 604_800])

    request = AWSRequest(method=method, url=url, data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    unsigned = kind == "v4-unsigned"
    request.context["payload_signing_enabled"] = not unsigned
    credentials = Credentials(access_key, secret, token)
    signer: Any
    if in_query:
        query_class = S3SigV4QueryAuth if kind == "s3-query" else SigV4QueryAuth
        signer = query_class(credentials, service, region, expires=expires)
    else:
        signer = (S3SigV4Auth if kind == "s3" else SigV4Auth)(credentials, service, region)

    seen: dict[str, str] = {}
    string_to_sign = signer.string_to_sign

    def remember(signed: AWSRequest, canonical_request: str) -> str:
        seen["canonical_request"] = canonical_request
        seen["string_to_sign"] = string_to_sign(signed, canonical_request)
        return seen["string_to_sign"]

    signer.string_to_sign = remember
    botocore.auth.get_current_datetime = lambda: time
    signer.add_auth(request)
    return {
        "kind": kind,
        "method": method,
        "url": url,
        "headers": headers,
        "body_hex": body.hex(),
        "access_key": access_key,
        "secret": secret,
        "token": token or "",
        "region": region,
        "service": service,
        "seconds": int(time.timestamp()),
        "expires": expires,
        "body_unsigned": unsigned or kind == "s3-query",
        "signed_url": request.url,
        "signed_headers": list(request.headers.items()),
        **seen,
    }


def main(arguments: list[str]) -> int:
    """Writes the cases to the file named by the only argument."""
    cases = []
    for kind in ("v4", "v4-unsigned", "s3", "v4-query", "s3-query"):
        dice = random.Random(kind)
        cases += [sign(kind, dice) for _ in range(CASES_PER_KIND)]
    Path(arguments[0]).write_text(json.dumps(cases, indent=0), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
