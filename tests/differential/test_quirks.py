# SPDX-License-Identifier: Apache-2.0
"""Facts that models do not have: compares botocore's handlers with Belfry's overlays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

import botocore
import botocore.auth
import pytest
from botocore.tokens import FrozenAuthToken
from botocore_judge import Judge, Request, Response
from comparison import compare_request, compare_response
from plain_values import to_wire
from random_values import Values
from runs import Run, seeds
from test_presign import compare
from test_s3_addressing import OPERATIONS
from wire_program import Wire, request_line, request_of, response_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"
SERVICES = {
    "glacier": ("ListVaults", "UploadArchive", "UploadMultipartPart", "DescribeJob"),
    "route53": ("GetHostedZone", "ChangeResourceRecordSets", "GetChange", "CreateHostedZone"),
    "machinelearning": ("Predict",),
    "sts": ("AssumeRoleWithWebIdentity", "GetCallerIdentity"),
    "s3": tuple(OPERATIONS),
    "cloudsearchdomain": ("Search", "Suggest"),
    "codecatalyst": ("GetSpace", "ListSpaces"),
    "bedrock-runtime": ("ApplyGuardrail",),
    "ec2": ("CopySnapshot",),
    "sso-oidc": ("CreateToken",),
    "rds": ("CopyDBSnapshot", "CreateDBInstanceReadReplica"),
}


class Both:
    """botocore and the wire programs, each created when it is first used."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Judge, Wire]] = {}

    def of(self, service: str) -> tuple[Judge, Wire]:
        if service not in self._made:
            wire = Wire(service, REGION, MODELS, SERVICES[service])
            self._made[service] = (Judge(service, REGION), wire)
        return self._made[service]

    def endpoint_of_its_own(self, service: str, endpoint: str) -> Judge:
        """Makes both for an endpoint that is the caller's own."""
        wire = Wire(service, REGION, MODELS, SERVICES[service], ("--endpoint", endpoint))
        judge = Judge(service, REGION, endpoint_url=endpoint)
        self._made[service] = (judge, wire)
        return judge

    def close(self) -> None:
        for _, wire in self._made.values():
            wire.close()

    def check(self, service: str, operation: str, params: dict[str, Any], seed: int = 0) -> None:
        """Compares the requests for these parameters."""
        judge, wire = self.of(service)
        shape = judge.model.operation_model(operation).input_shape
        line = request_line("x", operation, to_wire(shape, params))
        run = Run(service, operation)
        run.note(seed, line, compare_request(judge, operation, params, wire.ask(line)))
        run.finish()


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    made = Both()
    yield made
    made.close()


@pytest.mark.parametrize("operation", SERVICES["glacier"])
def test_glacier_requests_have_version_account_and_checksums_like_botocores(
    both: Both, operation: str
) -> None:
    """Version, account and checksums, with random other members."""
    judge, _ = both.of("glacier")
    shape = judge.model.operation_model(operation).input_shape
    for seed in seeds(10):
        params = Values(f"glacier.{operation}.{seed}").parameters(shape)
        params["accountId"] = "123456789012"
        if "body" in shape.members:
            params["body"] = b"bell" * (1 + seed * 100_000)
            params["checksum"] = "0" * 64
        both.check("glacier", operation, params, seed)
        del params["accountId"]
        both.check("glacier", operation, params, seed)


@pytest.mark.parametrize("zone", ["Z1", "/hostedzone/Z1", "/a/b/Z1", "hostedzone/Z1"])
def test_ids_of_route_53_lose_their_path_like_botocores(both: Both, zone: str) -> None:
    both.check("route53", "GetHostedZone", {"Id": zone})
    both.check("route53", "GetChange", {"Id": zone.replace("hostedzone", "change")})
    new = {"Name": "example.test", "CallerReference": "r", "DelegationSetId": f"/delegationset/{zone}"}
    both.check("route53", "CreateHostedZone", new)


def test_a_prediction_is_sent_to_its_endpoint_like_botocores(both: Both) -> None:
    for endpoint in ("https://realtime.machinelearning.us-west-2.amazonaws.com", "https://host.test/"):
        params = {"MLModelId": "m", "Record": {"a": "b"}, "PredictEndpoint": endpoint}
        both.check("machinelearning", "Predict", params)


def test_searches_are_sent_as_forms_like_botocores(both: Both) -> None:
    judge = both.endpoint_of_its_own("cloudsearchdomain", "https://search-domain.example.test")
    for operation in SERVICES["cloudsearchdomain"]:
        shape = judge.model.operation_model(operation).input_shape
        for seed in seeds(20):
            params = Values(f"cloudsearchdomain.{operation}.{seed}").parameters(shape)
            both.check("cloudsearchdomain", operation, params, seed)


@pytest.mark.parametrize("service", ["codecatalyst", "bedrock-runtime"])
def test_bearer_tokens_are_sent_like_botocores(
    both: Both, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One service accepts only these; the other also accepts signatures."""
    token = "abc-._~+/123=="
    judge, wire = both.of(service)
    monkeypatch.setattr(judge.client._request_signer, "_auth_token", FrozenAuthToken(token))
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", token)
    for operation in SERVICES[service]:
        shape = judge.model.operation_model(operation).input_shape
        for seed in seeds(5):
            params = Values(f"{service}.{operation}.{seed}").parameters(shape)
            line = request_line("x", operation, to_wire(shape, params)) | {"client": {"bearer_token": token}}
            answer = wire.ask(line)
            run = Run(service, operation)
            run.note(seed, line, compare_request(judge, operation, params, answer))
            run.finish()
            assert answer["request"]["headers"]["Authorization"] == f"Bearer {token}"
            assert "X-Amz-Date" not in answer["request"]["headers"]
        del line["client"]
        without = wire.ask(line)
        if service == "codecatalyst":
            assert without["error"]["code"] == "NoBearerToken"
        else:
            assert without["request"]["headers"]["Authorization"].startswith("AWS4-HMAC-SHA256 ")


def test_requests_for_first_credentials_are_unsigned_like_botocores(both: Both) -> None:
    role = "arn:aws:iam::123456789012:role/r"
    params = {"RoleArn": role, "RoleSessionName": "s1", "WebIdentityToken": "token"}
    both.check("sts", "AssumeRoleWithWebIdentity", params)
    both.check("sts", "GetCallerIdentity", {})


def test_oauth_errors_have_the_description_as_message_like_botocores(both: Both) -> None:
    """They have a description where others have a message."""
    judge, wire = both.of("sso-oidc")
    params = {"clientId": "c", "clientSecret": "s", "grantType": "g"}
    body = {"error": "invalid_grant", "error_description": "no such code"}
    for extra in ({}, {"message": "m"}, {"Message": "m"}, {"Message": ""}):
        headers = {"x-amzn-errortype": "InvalidGrantException"}
        response = Response(400, headers, json.dumps(body | extra).encode())
        theirs = judge.parse("CreateToken", params, response)
        answer = wire.ask(response_line("x", "CreateToken", response))
        assert list(compare_response(judge, "CreateToken", theirs, answer)) == []
        assert answer["error"]["message"] == ("m" if "m" in extra.values() else "no such code")


COPIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ec2", "CopySnapshot", {"SourceSnapshotId": "snap-1", "SourceRegion": "eu-west-1", "Encrypted": True}),
    (
        "ec2",
        "CopySnapshot",
        {"SourceSnapshotId": "s", "SourceRegion": "us-east-1", "DestinationRegion": "elsewhere"},
    ),
    (
        "ec2",
        "CopySnapshot",
        {"SourceSnapshotId": "s", "SourceRegion": "a-b-1", "PresignedUrl": "https://x/?a=b"},
    ),
    (
        "rds",
        "CopyDBSnapshot",
        {
            "SourceDBSnapshotIdentifier": "arn:aws:rds:eu-west-1:1:snapshot:a",
            "TargetDBSnapshotIdentifier": "b c",
            "Tags": [{"Key": "k", "Value": "v&w"}],
            "SourceRegion": "eu-west-1",
        },
    ),
    (
        "rds",
        "CopyDBSnapshot",
        {"SourceDBSnapshotIdentifier": "a", "TargetDBSnapshotIdentifier": "b", "PreSignedUrl": "https://x"},
    ),
    ("rds", "CreateDBInstanceReadReplica", {"DBInstanceIdentifier": "r", "SourceRegion": "ap-south-1"}),
)


@pytest.mark.parametrize(("service", "operation", "params"), COPIES)
def test_copies_from_another_region_have_a_presigned_url_like_botocores(
    both: Both, service: str, operation: str, params: dict[str, Any]
) -> None:
    """They hold a presigned request to that region."""
    judge, wire = both.of(service)
    ours = request_of(wire.ask(request_line("x", operation, params)))
    query = {"v4-query": botocore.auth.SigV4QueryAuth}
    with mock.patch.dict(botocore.auth.AUTH_TYPE_MAPS, query):
        theirs = judge.request(operation, dict(params))
    assert isinstance(theirs, Request)
    mine, other = (dict(parse_qsl(each.body.decode(), strict_parsing=True)) for each in (ours, theirs))
    name = "PresignedUrl" if service == "ec2" else "PreSignedUrl"
    if "SourceRegion" in params and name not in params:
        urls = mine.pop(name), other.pop(name)
        assert list(compare(*urls)) == []
        assert f".{params['SourceRegion']}." in urls[0]
    assert mine == other
    assert ours.headers["content-length"] == str(len(ours.body))
    assert ours.headers["authorization"] == judge.sign(ours)


def test_a_source_region_that_is_not_a_host_label_is_refused(both: Both) -> None:
    """It becomes a part of the host that the URL, and the signature in it, is for."""
    _, wire = both.of("ec2")
    params = {"SourceSnapshotId": "s", "SourceRegion": "evil.example/"}
    answer = wire.ask(request_line("x", "CopySnapshot", params))
    assert answer["error"]["kind"] == "validation"
    assert "SourceRegion" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1445412480),
        ("2015-10-21", 1445385600),
        # Seconds, as in every other header; in the past, as RFC 9111 section 5.3 wants.
        ("0", 0),
        ("-1", -1),
        ("never", None),
        ("Wed, 21 Oct 2015", None),
    ],
)
def test_an_invalid_expires_header_is_ignored_like_botocores(
    both: Both, expires: str, seconds: int | None
) -> None:
    """The header was stored with the object, and must not prevent reading the object."""
    judge, wire = both.of("s3")
    for operation in ("GetObject", "HeadObject"):
        response = Response(200, {"Expires": expires, "ETag": '"e"', "Content-Length": "0"}, b"")
        theirs = judge.parse(operation, {"Bucket": "b", "Key": "k"}, response)
        assert isinstance(theirs, dict)
        theirs.pop("Body", None)
        answer = wire.ask(response_line("x", operation, response))
        ours = answer["parsed"]
        ours.pop("Body", None)
        assert ours.pop("ExpiresString") == expires
        assert theirs.pop("ExpiresString", "") == expires
        if not expires.endswith("GMT"):
            # botocore reads other dates as well, and no numbers.
            theirs.pop("Expires", None)
            assert ours.pop("Expires", None) == seconds
        assert list(compare_response(judge, operation, theirs, {"parsed": ours})) == []
