# SPDX-License-Identifier: Apache-2.0
"""The place of S3's buckets: the host, the path or an access point's name, with every option.

The same requests are made from botocore's model of S3 and, where it is at hand, from the Smithy model that
AWS publishes. A case is an operation, a bucket, a key and a client; each of them comes from a list, and
`seeds` says how many combinations there are.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import botocore
import botocore.auth
import pytest
from botocore.exceptions import (
    BotoCoreError,
    UnsupportedS3AccesspointConfigurationError,
    UnsupportedS3ConfigurationError,
)
from botocore_judge import Judge, Refused, Request
from comparison import compare_request
from runs import Run, seeds
from wire_program import Wire, request_line

BOTOCORE = Path(botocore.__file__).parent / "data"
SMITHY = Path(os.environ.get("BELFRY_SHARED", Path(__file__).parents[3] / "shared")) / "models" / "smithy"
REGION = "us-west-2"


class S3Judge(Judge):
    """Takes the exceptions that botocore has for what the endpoint rules refuse."""

    def request(self, operation: str, params: dict[str, Any]) -> Request | Refused:
        try:
            # Where awscrt is installed, botocore signs with it, by its own clock, and prefers version 4a.
            with mock.patch.dict(botocore.auth.AUTH_TYPE_MAPS, s3v4=botocore.auth.S3SigV4Auth):
                for name in ("v4a", "s3v4a"):
                    botocore.auth.AUTH_TYPE_MAPS.pop(name, None)
                # Its handlers write into what they get.
                return super().request(operation, dict(params))
        except (UnsupportedS3AccesspointConfigurationError, UnsupportedS3ConfigurationError) as fault:
            return Refused(str(fault))


@dataclass(frozen=True)
class Client:
    """The settings of a client, for botocore and for Belfry."""

    region: str = REGION
    endpoint: str | None = None
    fips: bool = False
    dual_stack: bool = False
    s3: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def judge(self, uris: dict[str, str]) -> Judge:
        """A client of botocore's with this configuration, and with these URIs in place of the real ones."""
        judge = S3Judge(
            "s3",
            self.region,
            endpoint_url=self.endpoint,
            use_fips_endpoint=self.fips,
            use_dualstack_endpoint=self.dual_stack,
            s3=dict(self.s3),
        )
        for name, uri in uris.items():
            judge.model.operation_model(name).http["requestUri"] = uri
        return judge

    def line(self) -> dict[str, Any]:
        """The same for a line."""
        said: dict[str, Any] = {"region": self.region, "use_fips": self.fips}
        said["use_dual_stack"] = self.dual_stack
        if self.endpoint is not None:
            said["endpoint"] = self.endpoint
        return {**said, "endpoint_options": self.options}


CLIENTS = (
    Client(),
    # botocore alone still begins with the global endpoint there; the endpoint rules do not.
    Client(region="us-east-1", s3={"us_east_1_regional_endpoint": "regional"}),
    Client(region="cn-north-1"),
    Client(region="us-gov-west-1"),
    Client(region="eu-central-1", dual_stack=True),
    Client(region="us-west-1", fips=True),
    Client(region="us-gov-east-1", fips=True, dual_stack=True),
    Client(s3={"addressing_style": "path"}, options={"ForcePathStyle": True}),
    Client(s3={"addressing_style": "path"}, options={"ForcePathStyle": True}, dual_stack=True),
    Client(s3={"addressing_style": "virtual"}, options={"ForcePathStyle": False}),
    Client(s3={"use_accelerate_endpoint": True}, options={"Accelerate": True}),
    Client(s3={"use_accelerate_endpoint": True}, options={"Accelerate": True}, dual_stack=True),
    Client(s3={"use_arn_region": False}, options={"UseArnRegion": False}),
    Client(
        region="us-east-1",
        s3={"us_east_1_regional_endpoint": "legacy"},
        options={"UseGlobalEndpoint": True},
    ),
    Client(
        endpoint="https://storage.example.test",
        s3={"addressing_style": "virtual"},
        options={"ForcePathStyle": False},
    ),
    # botocore assumes that a custom server has only one name.
    Client(endpoint="https://storage.example.test/base", options={"ForcePathStyle": True}),
    Client(endpoint="http://127.0.0.1:9000", options={"ForcePathStyle": True}),
    Client(endpoint="http://[::1]:9000/", options={"ForcePathStyle": True}),
)
BUCKETS = (
    *("bucket", "my-bucket", "b-1", "a" * 63, "my.dotted.bucket", "Capital-Bucket", "under_score"),
    *("192.168.1.1", "ab", "-dash", "dash-", "double..dot", "a" * 64, "xn--bucket", "bucket--ol-s3"),
    "arn:aws:s3:us-west-2:123456789012:accesspoint:point",
    "arn:aws:s3:eu-west-1:123456789012:accesspoint/point",
    "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/banner",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-01234567890123456:accesspoint:reports",
)
PIECES = (
    *"aB0-_.~/ +%?#&=:@!$'()*,;[]{}|\\^`\"<>",
    *("//", "..", "/../", "/./", "%2F"),
    *("é", "鐘", "\U0001f514", "\u00a0", "\x7f", "\t"),
)
OPERATIONS: dict[str, dict[str, Any]] = {
    "GetObject": {"Key": ...},
    "HeadObject": {"Key": ..., "VersionId": "v/1+2"},
    "DeleteObject": {"Key": ...},
    "GetObjectTagging": {"Key": ...},
    "ListParts": {"Key": ..., "UploadId": "id/+="},
    "CreateMultipartUpload": {"Key": ...},
    "ListObjectsV2": {"Delimiter": "/", "Prefix": ...},
    "ListObjects": {},
    "HeadBucket": {},
    "GetBucketAcl": {},
    "DeleteBucketPolicy": {},
    "GetBucketLocation": {},
}


@pytest.fixture(scope="module", params=[BOTOCORE, SMITHY], ids=["botocore", "smithy"])
def models(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    if folder is SMITHY and not list(SMITHY.glob("s3-*.json")):
        pytest.skip(f"no Smithy model of S3 in {SMITHY}")
    return folder


@pytest.fixture(scope="module")
def wire(models: Path) -> Iterator[Wire]:
    program = Wire("s3", REGION, models, tuple(OPERATIONS))
    yield program
    program.close()


@pytest.fixture(scope="module")
def uris(models: Path) -> dict[str, str]:
    """The URIs that AWS's Smithy model has in place of botocore's: many have a parameter `x-id`."""
    if models is BOTOCORE:
        return {}
    shapes = json.loads(next(SMITHY.glob("s3-*.json")).read_text())["shapes"]
    return {
        name: shapes[f"com.amazonaws.s3#{name}"]["traits"]["smithy.api#http"]["uri"] for name in OPERATIONS
    }


@pytest.fixture(scope="module")
def judges(uris: dict[str, str]) -> list[Judge]:
    return [client.judge(uris) for client in CLIENTS]


def a_key(dice: random.Random) -> str:
    """A key of one to eight pieces."""
    return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 8)))


def parameters(operation: str, bucket: str, dice: random.Random) -> dict[str, Any]:
    """The operation's parameters with a key wherever one is wanted."""
    given = {name: a_key(dice) if value is ... else value for name, value in OPERATIONS[operation].items()}
    return {"Bucket": bucket, **given}


def test_requests_of_every_client_and_bucket_equal_botocores(wire: Wire, judges: list[Judge]) -> None:
    """Every client with every bucket, each by some operation."""
    run = Run("s3", "addressing")
    operations = list(OPERATIONS)
    taken = 0
    for number, (client, judge) in enumerate(zip(CLIENTS, judges, strict=True)):
        for place, bucket in enumerate(BUCKETS):
            if bucket.startswith("arn:") and client.options.get("ForcePathStyle"):
                continue  # test_path_style_with_an_arn_is_an_error_of_the_endpoint_rules
            for seed in seeds(3):
                dice = random.Random(f"{number}.{place}.{seed}")
                operation = operations[(number + 5 * place + seed) % len(operations)]
                params = parameters(operation, bucket, dice)
                line = request_line(run.name(seed), operation, params) | {"client": client.line()}
                found = list(compare_request(judge, operation, params, wire.ask(line)))
                taken += not isinstance(judge.request(operation, params), Refused)
                run.note(seed, line, iter(found))
    run.finish()
    assert taken > len(CLIENTS) * len(BUCKETS) * 2


def test_every_operation_places_its_bucket_like_botocores(wire: Wire, judges: list[Judge]) -> None:
    run = Run("s3", "once")
    for number in (0, 7):
        for operation in OPERATIONS:
            dice = random.Random(operation)
            params = parameters(operation, "bucket", dice)
            line = request_line(run.name(0), operation, params) | {"client": CLIENTS[number].line()}
            answer = wire.ask(line)
            run.note(0, line, compare_request(judges[number], operation, params, answer))
            assert answer["request"]["url"].split("?")[0].count("bucket") == 1
    run.finish()


@pytest.mark.parametrize("bucket", ["", ".", ".."])
def test_an_invalid_bucket_name_is_refused(wire: Wire, bucket: str) -> None:
    """botocore refuses the first of them. The others would address other resources."""
    for operation in ("DeleteBucketPolicy", "DeleteObject"):
        params = parameters(operation, bucket, random.Random(operation))
        for options in ({}, {"ForcePathStyle": True}):
            line = request_line("x", operation, params) | {"client": {"endpoint_options": options}}
            answer = wire.ask(line)
            assert answer["error"]["kind"] == "validation", answer
            assert "Bucket" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("bucket", "scheme", "message"),
    [
        (
            "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
            "sigv4a",
            "requires Signature Version 4a (sigv4a); set ClientConfig::crypto",
        ),
        ("name--usw2-az1--x-s3", "sigv4-s3express", "a session of S3 Express (sigv4-s3express); set"),
    ],
)
def test_a_signature_that_the_client_cannot_make_is_an_error(
    wire: Wire, judges: list[Judge], bucket: str, scheme: str, message: str
) -> None:
    """S3 would refuse another signature for any request."""
    params = {"Bucket": bucket, "Key": "k"}
    answer = wire.ask(request_line("x", "GetObject", params))
    assert answer["error"]["code"] == "UnsupportedAuthScheme"
    assert message in answer["error"]["message"]
    try:
        theirs = judges[0].request("GetObject", params)
    except BotoCoreError:
        # botocore needs another extension for them, too, or a session.
        return
    assert not isinstance(theirs, Refused)
    assert "AWS4-HMAC-SHA256" not in theirs.headers["authorization"] or scheme == "sigv4-s3express"


def test_a_directory_bucket_without_a_session_is_signed_like_botocores(
    wire: Wire, uris: dict[str, str]
) -> None:
    """Its endpoint takes the usual signature, by the signing name of S3 Express."""
    client = Client(
        s3={"disable_s3_express_session_auth": True}, options={"DisableS3ExpressSessionAuth": True}
    )
    params = {"Bucket": "name--usw2-az1--x-s3", "Key": "k"}
    line = request_line("x", "GetObject", params) | {"client": client.line()}
    answer = wire.ask(line)
    assert list(compare_request(client.judge(uris), "GetObject", params, answer)) == []
    assert "/us-west-2/s3express/aws4_request" in answer["request"]["headers"]["Authorization"]


def test_path_style_with_an_arn_is_an_error_of_the_endpoint_rules(wire: Wire) -> None:
    """botocore forgets about path style for ARNs; the endpoint rules refuse it, and so do we."""
    params = {"Bucket": "arn:aws:s3:us-west-2:123456789012:accesspoint:point", "Key": "k"}
    line = request_line("x", "GetObject", params) | {"client": {"endpoint_options": {"ForcePathStyle": True}}}
    answer = wire.ask(line)
    assert answer["error"]["code"] == "EndpointRule"
    assert "Path-style" in answer["error"]["message"]


def test_us_east_1_has_the_global_endpoint_only_in_botocore(wire: Wire, uris: dict[str, str]) -> None:
    """Difference 4."""
    params = {"Bucket": "bucket"}
    line = request_line("x", "HeadBucket", params) | {"client": Client(region="us-east-1").line()}
    theirs = Client(region="us-east-1").judge(uris).request("HeadBucket", params)
    assert not isinstance(theirs, Refused)
    assert wire.ask(line)["request"]["url"] == "https://bucket.s3.us-east-1.amazonaws.com/"
    assert theirs.url == "https://bucket.s3.amazonaws.com/"
