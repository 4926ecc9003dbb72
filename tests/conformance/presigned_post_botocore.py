# SPDX-License-Identifier: Apache-2.0
"""Has botocore sign forms that upload to S3, with random conditions.

    python presigned_post_botocore.py OUTPUT_JSON

The forms are the same in each run. `presigned_post_test.cpp` signs them again and compares.
"""

from __future__ import annotations

import datetime
import functools
import json
import random
import sys
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.session
import botocore.signers
from botocore.config import Config
from botocore.credentials import Credentials

CASES = 400

TEXTS = [
    "a",
    "with space",
    "a+b/c",
    "100%25",
    "quote \"double\" and 'single'",
    "back\\slash",
    "\u00e9\u1234\U0001f514\u007f",
    "line\r\nbreak\ttab\b\f\u0001",
    "$dollar{brace}",
    "<html>&amp;",
]
FIELDS = [
    "acl",
    "Content-Type",
    "Cache-Control",
    "success_action_status",
    "success_action_redirect",
    "x-amz-meta-name",
    "X-Amz-Meta-Other",
    "x-amz-server-side-encryption",
    "x-amz-storage-class",
    "tagging",
]
REGIONS = ["us-east-1", "eu-central-2", "cn-north-1", "us-gov-west-1", "ap-southeast-99"]
BUCKETS = ["my-bucket", "dotted.bucket", "b" * 63]
KEYS = ["AKIDEXAMPLE", "ASIA/odd+key"]
SECRETS = ["secret", "s" * 40, "k/+=" * 20]
TOKENS = [None, "FwoGZXIvYXdzE//////////wEaD+session/token==", "plain"]

session = botocore.session.Session()
session.set_credentials("replaced", "replaced")


@functools.cache
def client_of(region: str, endpoint: str, path_style: bool, dual_stack: bool) -> Any:
    # Without these, botocore prefers the global endpoint of earlier years.
    s3 = {
        "addressing_style": "path" if path_style else "virtual",
        "us_east_1_regional_endpoint": "regional",
        "use_dualstack_endpoint": dual_stack,
    }
    return session.create_client(
        "s3",
        region_name=region,
        endpoint_url=endpoint or None,
        config=Config(signature_version="s3v4", s3=s3),
    )


def make_case(dice: random.Random) -> dict[str, Any]:
    """One form: the options, and the URL and fields that botocore returns."""
    access_key, secret, token = dice.choice(KEYS), dice.choice(SECRETS), dice.choice(TOKENS)
    bucket = dice.choice(BUCKETS)
    region, path_style = dice.choice(REGIONS), dice.random() < 0.4
    endpoint = "http://localhost:4566" if dice.random() < 0.2 else ""
    dual_stack = dice.random() < 0.2 and not endpoint
    client = client_of(region, endpoint, path_style, dual_stack)
    client._request_signer._credentials = Credentials(access_key, secret, token)
    time = datetime.datetime.fromtimestamp(dice.randrange(4_000_000_000), datetime.UTC)
    for module in (botocore.auth, botocore.signers):
        module.get_current_datetime = lambda **_: time

    names = dice.sample(FIELDS, dice.randrange(len(FIELDS)))
    cut = dice.randrange(len(names) + 1)
    fields = {name: dice.choice(TEXTS) for name in names[:cut]}
    prefixes = {name: dice.choice(["", *TEXTS]) for name in names[cut:]}
    conditions: list[Any] = []
    low = dice.randrange(10_000)
    length = dice.choice([None, [low, low + dice.randrange(5_000_000_000)]])
    if length:
        conditions.append(["content-length-range", *length])
    conditions += [{name: value} for name, value in fields.items()]
    conditions += [["starts-with", f"${name}", value] for name, value in prefixes.items()]
    key = "/".join(dice.sample(TEXTS, dice.randrange(1, 4)))
    key = dice.choice([key, key + "/${filename}", "${filename}"])
    expires = dice.choice([1, 3600, 604_800])
    post = client.generate_presigned_post(
        bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=expires
    )
    return {
        "access_key": access_key,
        "secret": secret,
        "token": token or "",
        "region": region,
        "endpoint": endpoint,
        "path_style": path_style,
        "dual_stack": dual_stack,
        "seconds": int(time.timestamp()),
        "bucket": bucket,
        "key": key,
        "expires": expires,
        "content_length": length,
        "fields": list(fields.items()),
        "starts_with": list(prefixes.items()),
        "expected_url": post["url"],
        "expected_fields": list(post["fields"].items()),
    }


def main(arguments: list[str]) -> int:
    """Writes the cases to the file named by the only argument."""
    dice = random.Random("presigned post")
    cases = [make_case(dice) for _ in range(CASES)]
    Path(arguments[0]).write_text(json.dumps(cases, indent=0), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
