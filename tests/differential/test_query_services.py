# SPDX-License-Identifier: Apache-2.0
"""The query protocols: compares requests and results of services with botocore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

import botocore.auth
import pytest
from botocore_judge import NOW, Judge, Request, Response, ServiceError, Shape
from comparison import compare_response
from plain_values import to_wire
from random_values import Values
from random_xml_responses import XmlResponses
from runs import Run, seeds, some_operations
from services import MODELS, REGION, Case, Service, opened
from wire_program import Wire, request_line, request_of, response_line


def _query(service: str, why: str, *operations: str) -> Case:
    return Case(service, why, operations, protocol="query")


CASES = (
    _query("sts", "no signature, structures in lists"),
    _query(
        "iam",
        "maps, blobs",
        *("CreateRole", "GetAccountSummary", "CreateVirtualMFADevice", "SimulatePrincipalPolicy"),
        *some_operations("iam", 12),
    ),
    _query("cloudwatch", "numbers, times", "PutMetricData", "GetMetricData", "GetMetricStatistics"),
    _query("sns", "maps with names of their own", "Publish", "PublishBatch", "GetTopicAttributes"),
    _query(
        "rds",
        "lists with names, many members",
        *("CreateDBInstance", "DescribeDBInstances", "DescribeEvents"),
    ),
    _query(
        "autoscaling",
        "doubles, deep lists",
        *("PutScalingPolicy", "DescribePolicies", "CreateOrUpdateTags"),
    ),
    _query("elasticbeanstalk", "lists of structures", "CreateEnvironment", "DescribeInstancesHealth"),
    _query("redshift", "lists with names", "CreateUsageLimit", "DescribeClusterSnapshots"),
    _query(
        "ses", "blobs, maps of structures", "SendRawEmail", "SendTemplatedEmail", "GetIdentityDkimAttributes"
    ),
    _query("importexport", "an operation in the path of its model", "CreateJob", "ListJobs"),
    Case(
        "ec2",
        "names with a capital, blobs, tokens, plain lists",
        (
            *("CreateVpc", "DescribeVpcs", "AllocateAddress", "CreateTags", "AuthorizeSecurityGroupIngress"),
            *("DescribeSecurityGroups", "DescribeSpotPriceHistory", "ImportKeyPair", "CreateSubnet"),
            *("DescribeVolumes", "GetConsoleScreenshot", "ModifyVpcAttribute"),
            *some_operations("ec2", 20),
        ),
        protocol="ec2",
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.service)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param, disable_request_compression=True) as made:
        yield made


def _success(seed: str, model: Any) -> Response:
    values = XmlResponses(seed)
    ec2 = model.service_model.resolved_protocol == "ec2"
    return values.ec2_success(model) if ec2 else values.query_success(model)


def _failure(seed: str, model: Any, shape: Shape | None) -> Response:
    values = XmlResponses(seed)
    status = 400 if shape is None else shape.metadata.get("error", {}).get("httpStatusCode", 400)
    code = values.random.choice(("Throttling", "Some.Other.Code")) if shape is None else shape.error_code
    if model.service_model.resolved_protocol == "ec2":
        return values.ec2_failure(model, status, code)
    return values.query_failure(model, shape, status, code)


def test_random_requests_equal_botocores(service: Service) -> None:
    service.check_requests(30)


def test_random_outputs_are_read_as_by_botocore(service: Service) -> None:
    service.check_successes(30, _success)


def test_random_errors_are_read_as_by_botocore(service: Service) -> None:
    service.check_errors(4, _failure)


@pytest.fixture(scope="module")
def simple_db() -> Iterator[tuple[Judge, Wire]]:
    program = Wire("sdb", REGION, MODELS, ("PutAttributes", "Select"))
    yield Judge("sdb", REGION), program
    program.close()


def test_form_data_has_a_charset_only_in_botocore(service: Service) -> None:
    """Difference 16."""
    operation = service.operations[0]
    params = service.minimal(operation)
    line = request_line("x", operation, to_wire(service.model(operation).input_shape, params))
    ours = request_of(service.wire.ask(line))
    theirs = service.judge.request(operation, params)
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


def test_simpledb_requests_are_signed_as_by_botocore(simple_db: tuple[Judge, Wire]) -> None:
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


def test_an_empty_flattened_list_has_its_elements_name_in_belfry(simple_db: tuple[Judge, Wire]) -> None:
    """Difference 18."""
    params = {"DomainName": "d", "ItemName": "i", "Attributes": []}
    ours, theirs = _simple_db_fields(simple_db, params)
    assert ours["Attribute"] == "" and "Attributes" not in ours
    assert theirs["Attributes"] == "" and "Attribute" not in theirs


def test_an_error_of_simpledb_has_its_code_and_request_id(simple_db: tuple[Judge, Wire]) -> None:
    """Difference 19."""
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


def test_simpledb_outputs_are_read_as_by_botocore(simple_db: tuple[Judge, Wire]) -> None:
    judge, wire = simple_db
    model = judge.model.operation_model("Select")
    run = Run("sdb", "Select")
    for seed in seeds(60):
        response = XmlResponses(f"sdb.Select.{seed}").query_success(model)
        line = response_line(run.name(seed), "Select", response)
        theirs = judge.parse("Select", {"SelectExpression": "x"}, response)
        run.note(seed, line, compare_response(judge, "Select", theirs, wire.ask(line)))
    run.finish()
