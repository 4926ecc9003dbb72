# SPDX-License-Identifier: Apache-2.0
"""Has botocore make tokens for RDS, Aurora DSQL and EKS from random inputs.

    python auth_tokens_botocore.py OUTPUT_JSON

The inputs are the same in each run. `auth_tokens_test.cpp` makes the tokens again and compares. Each token is
signed twice if awscrt is installed: by botocore, and by awscrt for botocore. Only the latter orders the
parameters as AWS's published cases do.
"""

from __future__ import annotations

import base64
import datetime
import functools
import importlib.util
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CASES_PER_KIND = 200

REGIONS = [
    "us-east-1",
    "eu-central-2",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eusc-de-east-1",
    "ap-southeast-99",
]
HOSTS = [
    "db.abcdefghijkl.us-east-1.rds.amazonaws.com",
    "DB.Mixed-Case.EU-central-1.rds.amazonaws.com",
    "localhost",
    "10.0.0.1",
    "a.dsql.us-east-1.on.aws",
    "name-with-dot.example.",
]
USERS = [
    "admin",
    "with space",
    "a+b",
    "a/b",
    "100%",
    "%41",
    "it's",
    'a "b"',
    "\u00e9\u1234\U0001f514",
    "a&b=c",
    "#?;~",
]
CLUSTERS = ["my-cluster", "UPPER_lower-9", "a%20b", "c" * 100, "quote'\"", "a/b+c", "x,y;z=1"]
KEYS = ["AKIDEXAMPLE", "ASIA/odd+key"]
SECRETS = ["secret", "s" * 40, "k/+=" * 20]
TOKENS = [None, "FwoGZXIvYXdzE//////////wEaD+session/token==", "plain"]


SIGNERS: dict[str, Any] = {"botocore": botocore.auth.SigV4QueryAuth}
if importlib.util.find_spec("awscrt"):
    import botocore.crt.auth

    SIGNERS["awscrt"] = botocore.crt.auth.CrtSigV4QueryAuth

session = botocore.session.Session()
session.set_credentials("replaced", "replaced")


@functools.cache
def client_of(service: str, region: str) -> Any:
    return session.create_client(service, region_name=region)


def make_client(service: str, dice: random.Random) -> tuple[Any, dict[str, Any]]:
    """A client with random credentials and region, and these as the keys of a case."""
    access_key, secret, token = dice.choice(KEYS), dice.choice(SECRETS), dice.choice(TOKENS)
    region = dice.choice(REGIONS)
    if service == "sts" and dice.random() < 0.1:
        region = "aws-global"
    client = client_of(service, region)
    client._request_signer._credentials = Credentials(access_key, secret, token)
    time = datetime.datetime.fromtimestamp(dice.randrange(4_000_000_000), datetime.UTC)
    for module in (botocore.auth, sys.modules.get("botocore.crt.auth")):
        if module:
            module.get_current_datetime = lambda **_: time  # type: ignore[union-attr]
    return client, {
        "access_key": access_key,
        "secret": secret,
        "token": token or "",
        "region": region,
        "seconds": int(time.timestamp()),
    }


def sign_by_each(make: Callable[[], str]) -> dict[str, str]:
    """The tokens by the name of the signer."""
    tokens = {}
    for name, signer in SIGNERS.items():
        botocore.auth.AUTH_TYPE_MAPS["v4-query"] = signer
        tokens[name] = make()
    return tokens


def rds(dice: random.Random) -> dict[str, Any]:
    client, case = make_client("rds", dice)
    host, user = dice.choice(HOSTS), "".join(dice.sample(USERS, dice.choice([1, 1, 2])))
    port = dice.choice([1, 80, 443, 3306, 5432, 65_535])
    expected = sign_by_each(
        lambda: client.generate_db_auth_token(DBHostname=host, Port=port, DBUsername=user)
    )
    return {"kind": "rds", "host": host, "port": port, "user": user, "expected": expected, **case}


def dsql(dice: random.Random) -> dict[str, Any]:
    client, case = make_client("dsql", dice)
    host, admin, expires = dice.choice(HOSTS), dice.random() < 0.5, dice.choice([1, 900, 3600, 604_800])
    make = client.generate_db_connect_admin_auth_token if admin else client.generate_db_connect_auth_token
    expected = sign_by_each(lambda: make(Hostname=host, ExpiresIn=expires))
    return {"kind": "dsql", "host": host, "admin": admin, "expires": expires, "expected": expected, **case}


def eks(dice: random.Random) -> dict[str, Any]:
    """The presigned URL of STS with the header that `aws eks get-token` adds before it signs."""
    client, case = make_client("sts", dice)
    cluster, expires = dice.choice(CLUSTERS), dice.choice([1, 60, 60, 900])

    def add_header(request: AWSRequest, **_: Any) -> None:
        request.headers["x-k8s-aws-id"] = cluster

    def make() -> str:
        url = client.generate_presigned_url("get_caller_identity", ExpiresIn=expires, HttpMethod="GET")
        return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")

    event = "before-sign.sts.GetCallerIdentity"
    client.meta.events.register(event, add_header)
    expected = sign_by_each(make)
    client.meta.events.unregister(event, add_header)
    return {"kind": "eks", "cluster": cluster, "expires": expires, "expected": expected, **case}


def main(arguments: list[str]) -> int:
    """Writes the cases to the file named by the only argument."""
    cases = []
    for make in (rds, dsql, eks):
        dice = random.Random(make.__name__)
        cases += [make(dice) for _ in range(CASES_PER_KIND)]
    Path(arguments[0]).write_text(json.dumps(cases, indent=0), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
