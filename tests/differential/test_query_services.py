# SPDX-License-Identifier: Apache-2.0
"""The query protocols: what services that speak them are sent, and what they answer, held against botocore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore
import botocore.handlers
import pytest
from botocore_judge import Judge
from comparison import compare_request, compare_response
from plain_values import to_wire
from random_values import Values
from random_xml_responses import XmlResponses
from runs import Run, seeds
from wire_program import Wire, request_line, response_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"


@dataclass(frozen=True)
class Case:
    """Operations of a service, and what is special about them."""

    service: str
    operations: tuple[str, ...]
    why: str
    protocol: str = "query"


CASES = (
    Case(
        "sts",
        ("AssumeRole", "AssumeRoleWithSAML", "GetCallerIdentity"),
        "no signature, structures in lists",
    ),
    Case(
        "iam",
        ("CreateRole", "GetAccountSummary", "CreateVirtualMFADevice", "SimulatePrincipalPolicy"),
        "maps, blobs",
    ),
    Case("cloudwatch", ("PutMetricData", "GetMetricData", "GetMetricStatistics"), "numbers, times"),
    Case("sns", ("Publish", "PublishBatch", "GetTopicAttributes"), "maps with names of their own"),
    Case(
        "rds", ("CreateDBInstance", "DescribeDBInstances", "DescribeEvents"), "lists with names, many members"
    ),
    Case(
        "autoscaling", ("PutScalingPolicy", "DescribePolicies", "CreateOrUpdateTags"), "doubles, deep lists"
    ),
    Case("elasticbeanstalk", ("CreateEnvironment", "DescribeInstancesHealth"), "lists of structures"),
    Case("redshift", ("CreateUsageLimit", "DescribeClusterSnapshots"), "lists with names"),
    Case(
        "ses",
        ("SendRawEmail", "SendTemplatedEmail", "GetIdentityDkimAttributes"),
        "blobs, maps of structures",
    ),
    Case(
        "ec2",
        (
            *("CreateVpc", "DescribeVpcs", "AllocateAddress", "CreateTags", "AuthorizeSecurityGroupIngress"),
            *("DescribeSecurityGroups", "DescribeSpotPriceHistory", "ImportKeyPair", "CreateSubnet"),
            *("DescribeVolumes", "GetConsoleScreenshot", "ModifyVpcAttribute"),
        ),
        "names with a capital, blobs, tokens, plain lists",
        "ec2",
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.service)
def service(request: pytest.FixtureRequest) -> Iterator[tuple[Case, Judge, Wire]]:
    case: Case = request.param
    program = Wire(case.service, REGION, MODELS, case.operations, ("--protocol", case.protocol))
    judge = Judge(case.service, REGION, protocol=case.protocol)
    # Policies that look like JSON become objects by a handler that is no part of the protocol.
    judge.client.meta.events.unregister("after-call.iam", botocore.handlers.json_decode_policies)
    yield case, judge, program
    program.close()


def test_requests(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    for operation in case.operations:
        shape = judge.model.operation_model(operation).input_shape
        run = Run(case.service, operation)
        for seed in seeds(60):
            params = Values(f"{case.service}.{operation}.{seed}").parameters(shape)
            line = request_line(run.name(seed), operation, to_wire(shape, params))
            run.note(seed, line, compare_request(judge, operation, params, wire.ask(line)))
        run.finish()


def test_successes(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    for operation in case.operations:
        model = judge.model.operation_model(operation)
        params = Values("any", optional=0).parameters(model.input_shape)
        run = Run(case.service, operation)
        for seed in seeds(60):
            values = XmlResponses(f"{case.service}.{operation}.{seed}")
            response = values.ec2_success(model) if case.protocol == "ec2" else values.query_success(model)
            line = response_line(run.name(seed), operation, response)
            theirs = judge.parse(operation, params, response)
            run.note(seed, line, compare_response(judge, operation, theirs, wire.ask(line)))
        run.finish()


def test_errors(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    for operation in case.operations:
        model = judge.model.operation_model(operation)
        params = Values("any", optional=0).parameters(model.input_shape)
        run = Run(case.service, operation)
        for seed in seeds(8):
            for shape in [None, *model.error_shapes]:
                values = XmlResponses(f"{case.service}.{operation}.{shape and shape.name}.{seed}")
                response = _failure(case, values, model, shape)
                line = response_line(run.name(seed), operation, response)
                theirs = judge.parse(operation, params, response)
                run.note(seed, line, compare_response(judge, operation, theirs, wire.ask(line)))
        run.finish()


def _failure(case: Case, values: XmlResponses, model: Any, shape: Any) -> Any:
    status = 400 if shape is None else shape.metadata.get("error", {}).get("httpStatusCode", 400)
    code = values.random.choice(("Throttling", "Some.Other.Code")) if shape is None else shape.error_code
    if case.protocol == "ec2":
        return values.ec2_failure(model, status, code)
    return values.query_failure(model, shape, status, code)
