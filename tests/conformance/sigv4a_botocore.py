# SPDX-License-Identifier: Apache-2.0
"""Signs random requests by Signature Version 4a with botocore and awscrt, and writes the outcome.

    python sigv4a_botocore.py OUTPUT_JSON

The requests are the same in each run; the signatures are not, because each has a random number in it.
`sigv4a_test.cpp` signs the requests again, compares, and verifies the signatures of both.
"""

from __future__ import annotations

import datetime
import json
import random
import sys
from pathlib import Path
from typing import Any

import botocore.auth  # before the next one, which it imports
import botocore.crt.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from sigv4_botocore import HEADERS, random_url

CASES_PER_KIND = 120
# The kinds of requests, and who signs them.
_CRT = botocore.crt.auth
_SIGNERS = {
    "v4": _CRT.CrtSigV4AsymAuth,
    "v4-unsigned": _CRT.CrtSigV4AsymAuth,
    "s3": _CRT.CrtS3SigV4AsymAuth,
    "v4-query": _CRT.CrtSigV4AsymQueryAuth,
    "s3-query": _CRT.CrtS3SigV4AsymQueryAuth,
}


# The queries of the published cases that come without an outcome: get-vanilla-query-order-key and -value.
PUBLISHED = ["Param1=value2&Param1=Value1", "Param1=value2&Param1=value1"]


def sign(kind: str, dice: random.Random, url: str) -> dict[str, Any]:
    """One request before and after it was signed."""
    in_query = kind.endswith("query")
    headers = [
        (name, dice.choice(values)) for name, values in dice.sample(HEADERS, dice.randrange(len(HEADERS)))
    ]
    if dice.random() < 0.6:
        headers.append(("Host", "signed-host.test"))
    method = dice.choice(["GET", "PUT", "DELETE"] if in_query else ["GET", "POST", "PUT", "DELETE"])
    body = b"" if in_query else dice.randbytes(dice.choice([0, 0, 1, 55, 64, 200]))
    token = dice.choice([None, "FwoGZXIvYXdzE//////////wEaD+session/token=="])
    # Many keys, because each is derived.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    access_key = "AKID" + "".join(dice.choices(letters, k=dice.choice([1, 16, 60])))
    secret = "".join(dice.choices("abcXYZ0189+/", k=dice.choice([1, 40, 70])))
    regions = dice.choice(["us-east-1", "us-east-1,eu-central-2", "*", "us-*,eu-west-1"])
    service = dice.choice(["events", "s3", "cloudfront-keyvaluestore"])
    time = datetime.datetime.fromtimestamp(dice.randrange(4_000_000_000), datetime.UTC)
    expires = dice.choice([1, 3600, 604_800])

    request = AWSRequest(method=method, url=url, data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    unsigned = kind == "s3-query" or (kind == "v4-unsigned" and url.startswith("https"))
    request.context["payload_signing_enabled"] = kind != "v4-unsigned"
    credentials = Credentials(access_key, secret, token)
    more = {"expires": expires} if in_query else {}
    signer: Any = _SIGNERS[kind](credentials, service, regions, **more)
    _CRT.get_current_datetime = lambda **_: time
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
        "regions": regions,
        "service": service,
        "seconds": int(time.timestamp()),
        "expires": expires,
        "body_unsigned": unsigned,
        "signed_url": request.url,
        "signed_headers": list(request.headers.items()),
    }


def main(arguments: list[str]) -> int:
    """Writes the cases to the file named by the only argument."""
    cases = []
    for kind in _SIGNERS:
        dice = random.Random(kind)
        cases += [sign(kind, dice, random_url(dice, kind)) for _ in range(CASES_PER_KIND)]
    dice = random.Random(len(cases))
    cases += [sign("v4", dice, f"https://example.amazonaws.com/?{query}") for query in PUBLISHED]
    Path(arguments[0]).write_text(json.dumps(cases, indent=0), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
