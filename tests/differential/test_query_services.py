# SPDX-License-Identifier: Apache-2.0
"""The query protocols: what services that speak them are sent and answer, held against botocore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

import botocore
import botocore.auth
import botocore.handlers
import pytest
from botocore_judge import NOW, Judge, Request, Response, ServiceError
from comparison import compare_request, compare_response
from plain_values import to_wire
from random_values import Values
from random_xml_responses import XmlResponses
from runs import Run, seeds
from wire_program import Wire, request_line, request_of, response_line

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
    Case("importexport", ("CreateJob", "ListJobs"), "an operation in the path of its model"),
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
    judge = Judge(case.service, REGION, protocol=case.protocol, disable_request_compression=True)
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


@pytest.fixture(scope="module")
def simple_db() -> Iterator[tuple[Judge, Wire]]:
    program = Wire("sdb", REGION, MODELS, ("PutAttributes", "Select"))
    yield Judge("sdb", REGION), program
    program.close()


def test_16_the_media_type_of_form_data(service: tuple[Case, Judge, Wire]) -> None:
    case, judge, wire = service
    shape = judge.model.operation_model(case.operations[0]).input_shape
    params = Values("any", optional=0).parameters(shape)
    ours = request_of(wire.ask(request_line("x", case.operations[0], to_wire(shape, params))))
    theirs = judge.request(case.operations[0], params)
    assert isinstance(theirs, Request)
    assert ours.headers["content-type"] == "application/x-www-form-urlencoded"
    assert theirs.headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8"


_SIGNATURE_2 = {"AWSAccessKeyId", "SignatureVersion", "SignatureMethod", "Timestamp", "Signature"}


def _simple_db_fields(
    simple_db: tuple[Judge, Wire], params: dict[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    judge, wire = simple_db
    shape = judge.model.operation_model("PutAttributes").input_shape
    ours = request_of(wire.ask(request_line("x", "PutAttributes", to_wire(shape, params))))
    theirs = judge.request("PutAttributes", params)
    assert isinstance(theirs, Request)
    assert ours.url == theirs.url
    return (
        dict(parse_qsl(ours.body.decode(), keep_blank_values=True)),
        dict(parse_qsl(theirs.body.decode(), keep_blank_values=True)),
    )


def test_the_signature_of_simple_db(simple_db: tuple[Judge, Wire]) -> None:
    """Version 2, which is part of the form."""
    judge, _ = simple_db
    shape = judge.model.operation_model("PutAttributes").input_shape
    for seed in seeds(60):
        params = Values(f"sdb.PutAttributes.{seed}").parameters(shape)
        params["Attributes"] = params["Attributes"] or [{"Name": "a", "Value": "b"}]
        with mock.patch.object(botocore.auth.time, "gmtime", NOW.timetuple):
            ours, theirs = _simple_db_fields(simple_db, params)
        assert theirs.keys() >= _SIGNATURE_2
        assert ours == theirs


def test_18_an_empty_flattened_list(simple_db: tuple[Judge, Wire]) -> None:
    params = {"DomainName": "d", "ItemName": "i", "Attributes": []}
    ours, theirs = _simple_db_fields(simple_db, params)
    assert ours["Attribute"] == "" and "Attributes" not in ours
    assert theirs["Attributes"] == "" and "Attribute" not in theirs


def test_19_an_error_in_the_envelope_of_simple_db(simple_db: tuple[Judge, Wire]) -> None:
    judge, wire = simple_db
    response = Response(
        403,
        {},
        b"<?xml version='1.0'?>\n<Response><Errors><Error><Code>NumberDomainBytesExceeded</Code><Message>full"
        b"</Message><BoxUsage>0.5</BoxUsage></Error></Errors><RequestID>an-id</RequestID></Response>",
    )
    params = {"DomainName": "d", "ItemName": "i", "Attributes": []}
    theirs = judge.parse("PutAttributes", params, response)
    assert isinstance(theirs, ServiceError)
    assert (theirs.code, theirs.message) == ("NumberDomainBytesExceeded", "full")
    assert "BoxUsage" not in theirs.modeled
    answer = wire.ask(response_line("x", "PutAttributes", response))
    assert answer["error"] == {"code": "NumberDomainBytesExceeded", "message": "full", "status": 403}
    assert answer["modeled"] == {"BoxUsage": 0.5}
    assert answer["request_id"] == "an-id"


def test_simple_db_answers(simple_db: tuple[Judge, Wire]) -> None:
    judge, wire = simple_db
    model = judge.model.operation_model("Select")
    run = Run("sdb", "Select")
    for seed in seeds(60):
        response = XmlResponses(f"sdb.Select.{seed}").query_success(model)
        line = response_line(run.name(seed), "Select", response)
        theirs = judge.parse("Select", {"SelectExpression": "x"}, response)
        run.note(seed, line, compare_response(judge, "Select", theirs, wire.ask(line)))
    run.finish()
