# SPDX-License-Identifier: Apache-2.0
"""Resolves endpoints with botocore and writes them in the form of Smithy's endpoint tests.

    python endpoint_botocore.py OUTPUT_JSON

Chime SDK Voice is resolved in every region of every partition, the other services in some regions, and
services with additional parameters with random values, the same in each run.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.utils import is_valid_endpoint_url, is_valid_ipv6_endpoint_url

RANDOM_CASES = 400

UNKNOWN_REGIONS = [
    "us-moon-7",
    "cn-sea-12",
    "us-gov-x_y-3",
    "us-isof-mid-9",
    "eusc-de-west-2",
    "us-x-y-1",
    "mars",
]
SOME_REGIONS = [
    "us-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
]
CUSTOM = [
    "https://example.test",
    "http://127.0.0.1:8080/base",
    "https://[::1]:8443",
    "https://host.test/a/b/",
]

BUCKETS = [
    "bucket",
    "my-bucket",
    "My_Bucket",
    "my.dotted.bucket",
    "192.168.1.1",
    "ab",
    "-dash",
    "with space",
    "a" * 64,
    "abcd--usw2-az1--x-s3",
    "abcd--usw2-az1--xa-s3",
    "name-12345678901-12345678-1234-e0000000000000000000--op-s3",
    "arn:aws:s3:us-west-2:123456789012:accesspoint:point",
    "arn:aws:s3::123456789012:accesspoint/mrap.alias",
    "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/point",
    "arn:aws:s3:us-west-2::accesspoint:point",
    "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/banner",
    "arn:aws:s3",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/reports",
    "arn:aws:s3-outposts:us-west-2:123456789012:outpost:op-1:bucket:b",
    "arn:aws:s3:a:b:not-a-point:x",
    "",
]
ARNS = [
    "arn:aws:kinesis:us-east-1:123456789012:stream/name",
    "arn:aws:kinesis:us-west-1:12:stream/n/consumer/c:1",
    "arn:aws:dynamodb:us-east-1:123456789012:table/name",
    "arn:aws:dynamodb:::table/name",
    "arn:a:b:c:d:",
    "text",
]
OTHERS = [
    "123456789012",
    "preferred",
    "disabled",
    "required",
    "data",
    "control",
    "op-01234567890123456",
    "key",
]

POOLS = {"Bucket": BUCKETS, "Endpoint": CUSTOM, "Region": [*SOME_REGIONS, *UNKNOWN_REGIONS]}


def parameters_of(rule_set: dict[str, Any], built_in: str) -> str | None:
    """The name of the parameter that a built-in fills."""
    return next(
        (name for name, spec in rule_set["parameters"].items() if spec.get("builtIn") == built_in), None
    )


def grid(
    rule_set: dict[str, Any], regions: list[str | None], endpoints: list[str]
) -> Iterator[dict[str, Any]]:
    """Region, FIPS, dual-stack and custom endpoint in all combinations."""
    choices: dict[str, list[Any]] = {
        "AWS::Region": regions,
        "AWS::UseFIPS": [False, True],
        "AWS::UseDualStack": [False, True],
        "SDK::Endpoint": [None, *endpoints],
    }
    names = {name: values for key, values in choices.items() if (name := parameters_of(rule_set, key))}
    for values in itertools.product(*names.values()):
        yield {name: value for name, value in zip(names, values, strict=True) if value is not None}


def random_parameters(rule_set: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Some value for some of the parameters."""
    parameters: dict[str, Any] = {}
    for name, spec in rule_set["parameters"].items():
        kind = spec["type"].lower()
        rare = name in ("Endpoint", "UseFIPS", "UseDualStack")
        if dice.random() < (0.75 if rare else 0.25) and name != "Region":
            continue
        if kind == "boolean":
            parameters[name] = dice.random() < 0.4
        elif kind == "string":
            pool = POOLS.get(name) or (ARNS if name.lower().endswith("arn") else [*OTHERS, *BUCKETS])
            parameters[name] = dice.choice(pool)
        else:
            parameters[name] = dice.sample(ARNS, dice.randrange(4))
    return parameters


def is_sendable(url: str) -> bool:
    """Whether the URL is valid: the rules do not check every parameter."""
    try:
        urlsplit(url).port  # noqa: B018 - raises if the port is not a number
    except ValueError:
        return False
    return bool(is_valid_endpoint_url(url) or is_valid_ipv6_endpoint_url(url))


def ask(provider: EndpointProvider, parameters: dict[str, Any]) -> dict[str, Any] | None:
    """botocore's endpoint; None where its rules fail or give a URL that it would not send to."""
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in parameters.items()}
    try:
        endpoint = provider.ruleset.evaluate(given)
    except EndpointProviderError as error:
        message = str(error)
        return None if message.startswith("Both ") else {"error": message}
    except (TypeError, AttributeError, KeyError, ValueError):
        return None
    if endpoint is None:
        return {"error": "No endpoint found for parameters"}
    if not is_sendable(endpoint.url):
        return None
    return {"endpoint": {"url": endpoint.url, "properties": endpoint.properties, "headers": endpoint.headers}}


def main(arguments: list[str]) -> int:
    """Writes the model named by the only argument."""
    loader = botocore.session.get_session().get_component("data_loader")
    partitions = loader.load_data("partitions")
    everywhere: list[str | None] = [region for part in partitions["partitions"] for region in part["regions"]]
    shapes: dict[str, Any] = {}
    for service in loader.list_available_services("endpoint-rule-set-1"):
        rule_set = loader.load_service_model(service, "endpoint-rule-set-1")
        provider = EndpointProvider(rule_set, partitions)
        if service == "chime-sdk-voice":
            asked = list(grid(rule_set, [*everywhere, *UNKNOWN_REGIONS, None], CUSTOM))
        else:
            asked = list(grid(rule_set, [*SOME_REGIONS, "us-moon-7", "aws-global", None], CUSTOM[:1]))
        if len(rule_set["parameters"]) > 4:
            dice = random.Random(service)
            asked += [random_parameters(rule_set, dice) for _ in range(RANDOM_CASES)]
        cases = []
        for parameters in asked:
            answer = ask(provider, parameters)
            if answer is not None:
                cases.append({"documentation": "botocore", "params": parameters, "expect": answer})
        shapes[f"botocore#{service}"] = {
            "type": "service",
            "traits": {
                "smithy.rules#endpointRuleSet": rule_set,
                "smithy.rules#endpointTests": {"version": "1.0", "testCases": cases},
            },
        }
    Path(arguments[0]).write_text(json.dumps({"smithy": "2.0", "shapes": shapes}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
