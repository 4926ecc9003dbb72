# SPDX-License-Identifier: Apache-2.0
"""The parameters of endpoint rules that operations, inputs and clients give, besides S3's addressing.

DynamoDB's rules take lists of tables that JMESPath finds in the input, and the account of the credentials;
Kinesis' take constants, and ARNs of which each decides; S3 Control's have the account in the host, which its
operations' host prefixes have as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore
import botocore.auth
import pytest
from botocore.exceptions import BotoCoreError
from botocore_judge import Judge, Refused, Request
from comparison import compare_request
from runs import Run, seeds
from wire_program import Wire, request_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"
ACCOUNTS = ("123456789012", "210987654321")


class Asked(Judge):
    """Accepts all of botocore's exceptions for errors of endpoint rules."""

    def request(self, operation: str, params: dict[str, Any]) -> Request | Refused:
        try:
            return super().request(operation, params)
        except BotoCoreError as fault:
            return Refused(str(fault))


@dataclass(frozen=True)
class Client:
    """The settings of a client, for botocore and for Belfry."""

    region: str = REGION
    account: str | None = None
    endpoint: str | None = None
    fips: bool = False
    dual_stack: bool = False
    mode: str | None = None
    s3: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def judge(self, service: str) -> Judge:
        """A client of botocore's with this configuration."""
        return Asked(
            service,
            self.region,
            account_id=self.account,
            endpoint_url=self.endpoint,
            use_fips_endpoint=self.fips,
            use_dualstack_endpoint=self.dual_stack,
            account_id_endpoint_mode=self.mode,
            s3=dict(self.s3),
        )

    def line(self) -> dict[str, Any]:
        """The same for a line."""
        said: dict[str, Any] = {"region": self.region, "use_fips": self.fips}
        said["use_dual_stack"] = self.dual_stack
        if self.endpoint is not None:
            said["endpoint"] = self.endpoint
        if self.account is not None:
            said["account_id"] = self.account
        options = {**self.options, **({"AccountIdEndpointMode": self.mode} if self.mode else {})}
        return {**said, **({"endpoint_options": options} if options else {})}


OWN = ACCOUNTS[0]
ACCOUNT_CLIENTS = (
    Client(),
    Client(account=OWN),
    Client(account=OWN, mode="preferred"),
    Client(account=OWN, mode="disabled"),
    Client(account=OWN, mode="required"),
    Client(mode="required"),
    Client(account=OWN, region="us-gov-west-1"),
    Client(account=OWN, region="cn-north-1"),
    Client(account=OWN, dual_stack=True),
    Client(account=OWN, fips=True),
    Client(account=OWN, fips=True, mode="required"),
    Client(account="not an account"),
    Client(account=OWN, endpoint="https://tables.example.test:8000"),
    Client(account=OWN, region="local"),
)
# botocore alone does not follow an ARN to another region unless it is told so; the rules do unless told not.
FOLLOW: dict[str, Any] = {"s3": {"use_arn_region": True}}
CONTROL_CLIENTS = (
    Client(**FOLLOW),
    Client(**FOLLOW, region="cn-north-1"),
    Client(**FOLLOW, dual_stack=True),
    Client(**FOLLOW, fips=True),
    Client(**FOLLOW, options={"UseArnRegion": True}),
    Client(s3={"use_arn_region": False}, options={"UseArnRegion": False}),
    Client(**FOLLOW, endpoint="https://control.example.test"),
)


def table(dice: random.Random) -> str:
    """A table by its name or by its ARN, more often one of the usual ones."""
    name = dice.choice(("table", "other.table", "T-1", "under_score"))
    if dice.random() < 0.4:
        return name
    region = dice.choice((REGION, REGION, "eu-west-1"))
    account = dice.choice((OWN, OWN, ACCOUNTS[1], ""))
    service = dice.choice(("dynamodb", "dynamodb", "dynamodb", "kinesis"))
    return f"arn:aws:{service}:{region}:{account}:table/{name}"


def tables(dice: random.Random) -> list[str]:
    """One to three of them, often in one account."""
    found = [table(dice)]
    while len(found) < 3 and dice.random() < 0.5:
        found.append(dice.choice((found[0] + "-too", table(dice))))
    return list(dict.fromkeys(found))


KEY: dict[str, Any] = {"id": {"S": "a"}}


def dynamodb(operation: str, dice: random.Random) -> dict[str, Any]:
    """Parameters of an operation with tables in them."""
    found = tables(dice)
    if operation == "BatchGetItem":
        return {"RequestItems": {name: {"Keys": [KEY]} for name in found}}
    if operation == "BatchWriteItem":
        return {"RequestItems": {name: [{"DeleteRequest": {"Key": KEY}}] for name in found}}
    if operation == "TransactGetItems":
        return {"TransactItems": [{"Get": {"Key": KEY, "TableName": name}} for name in found]}
    if operation == "TransactWriteItems":
        kinds: tuple[dict[str, Any], ...] = (
            {"ConditionCheck": {"Key": KEY, "ConditionExpression": "x"}},
            {"Put": {"Item": KEY}},
            {"Delete": {"Key": KEY}},
            {"Update": {"Key": KEY, "UpdateExpression": "x"}},
        )
        items = []
        for name in found:
            ((kind, item),) = dice.choice(kinds).items()
            items.append({kind: {**item, "TableName": name}})
        return {"TransactItems": items, "ClientRequestToken": "token"}
    if operation == "ImportTable":
        creation = {
            "TableName": found[0],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        }
        source = {"S3BucketSource": {"S3Bucket": "b"}, "InputFormat": "CSV"}
        return {"ClientToken": "token", **source, "TableCreationParameters": creation}
    if operation == "GetItem":
        return {"TableName": found[0], "Key": KEY}
    return {}


def kinesis(operation: str, dice: random.Random) -> dict[str, Any]:
    """Parameters of an operation with a stream's name, its ARN, or both."""
    arn = f"arn:aws:kinesis:{REGION}:{dice.choice(ACCOUNTS)}:stream/name"
    if operation == "DescribeStreamConsumer":
        if dice.random() < 0.5:
            return {"ConsumerARN": f"{arn}/consumer/c:1"}
        return {"StreamARN": arn, "ConsumerName": "c"}
    given = {"StreamARN": arn} if dice.random() < 0.7 else {"StreamName": "name"}
    if operation == "PutRecord":
        return {**given, "Data": b"x", "PartitionKey": "k"}
    return given


def control(operation: str, dice: random.Random) -> dict[str, Any]:
    """Parameters of an operation with an account and mostly an ARN."""
    account = dice.choice((OWN, OWN, OWN, ACCOUNTS[1], "not_a_label"))
    region = dice.choice((REGION, REGION, "eu-west-1"))
    outpost = f"arn:aws:s3-outposts:{region}:{OWN}:outpost:op-01234567890123456"
    if operation == "ListAccessPoints":
        return {"AccountId": account, "MaxResults": 5}
    if operation == "GetBucket":
        return {"AccountId": account, "Bucket": f"{outpost}:bucket:mine"}
    if operation == "GetAccessPoint":
        return {"AccountId": account, "Name": dice.choice(("point", f"{outpost}:accesspoint:point"))}
    return {"AccountId": account, "ResourceArn": f"arn:aws:s3:{REGION}:{OWN}:access-grants/default"}


@dataclass(frozen=True)
class Case:
    """A service, how its operations' parameters are made, and its clients."""

    service: str
    parameters: Any
    operations: tuple[str, ...]
    clients: tuple[Client, ...]


CASES = (
    Case(
        "dynamodb",
        dynamodb,
        (
            *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems", "ImportTable"),
            *("GetItem", "ListTables"),
        ),
        ACCOUNT_CLIENTS,
    ),
    Case("kinesis", kinesis, ("PutRecord", "DescribeStreamConsumer", "DescribeStream"), ACCOUNT_CLIENTS),
    Case(
        "s3control",
        control,
        ("ListAccessPoints", "GetBucket", "GetAccessPoint", "ListTagsForResource"),
        CONTROL_CLIENTS,
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.service)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def wire(case: Case) -> Iterator[Wire]:
    program = Wire(case.service, REGION, MODELS, case.operations)
    yield program
    program.close()


def test_requests_with_endpoint_parameters_equal_botocores(
    case: Case, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where awscrt is installed, botocore signs with it, by its own clock.
    monkeypatch.setitem(botocore.auth.AUTH_TYPE_MAPS, "s3v4", botocore.auth.S3SigV4Auth)
    run = Run(case.service, "endpoints")
    urls = set()
    refused = 0
    for number, client in enumerate(case.clients):
        judge = client.judge(case.service)
        for operation in case.operations:
            for seed in seeds(6):
                params = case.parameters(operation, random.Random(f"{number}.{operation}.{seed}"))
                line = request_line(run.name(seed), operation, _plain(params)) | {"client": client.line()}
                answer = wire.ask(line)
                run.note(seed, line, compare_request(judge, operation, params, answer))
                refused += "error" in answer
                if "request" in answer:
                    urls.add(answer["request"]["url"].partition("?")[0])
    run.finish()
    # The parameters decide something, and the rules refuse some of them.
    assert len(urls) > 8
    assert refused > 0


def _plain(value: Any) -> Any:
    """Parameters as a line has them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return "eA==" if value == b"x" else value
