# SPDX-License-Identifier: Apache-2.0
"""The JSON protocols without HTTP bindings: services of awsJson1_0 and awsJson1_1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore_judge import Response, ServiceError, Shape
from plain_values import from_wire
from random_responses import Responses
from runs import Run, seeds
from services import Case, Service, opened
from wire_program import response_line

HTML = b" <html><body><b>Http/1.1 Service Unavailable</b></body></html>"

QUERY_COMPATIBLE = ("sqs", "cloudwatch")

CASES = (
    Case("dynamodb", "awsJson1_0; recursive unions, blobs, floats, tokens"),
    Case("sqs", "awsJson1_0 with the query protocol's error codes; blobs in maps"),
    Case("kms", "awsJson1_1; blobs"),
    Case(
        "cloudwatch",
        "awsJson1_0 with the query protocol's error codes, which are not the exceptions' names",
        ("PutMetricData", "GetMetricData", "DescribeAlarms"),
    ),
    Case("swf", "awsJson1_0 with a target that names a version; operations without an output"),
    Case(
        "kinesis",
        "awsJson1_1; times, operations without an output",
        ("PutRecords", "GetRecords", "CreateStream", "ListStreams", "DescribeStream", "MergeShards"),
    ),
    Case(
        "lightsail",
        "awsJson1_1; exceptions with a member called code",
        ("GetInstances", "CreateInstances", "GetOperation", "PutAlarm"),
    ),
    Case(
        "stepfunctions",
        "awsJson1_0; host prefix",
        ("StartSyncExecution", "TestState", "CreateStateMachine", "GetExecutionHistory"),
    ),
    Case(
        "wafv2",
        "awsJson1_1; structures that hold each other",
        ("CreateWebACL", "GetWebACL", "CheckCapacity", "GetSampledRequests"),
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param, disable_request_compression=True) as made:
        yield made


def _failure(seed: str, _model: Any, shape: Shape | None) -> Response:
    code = "NotInTheModel" if shape is None else shape.error_code
    return Responses(seed).rpc_failure(shape, 400, code)


def test_random_requests_equal_botocores(service: Service) -> None:
    service.check_requests(25)


def test_random_outputs_are_read_as_by_botocore(service: Service) -> None:
    service.check_successes(25, lambda seed, model: Responses(seed).success(model))


def test_modelled_errors_are_read_as_by_botocore(service: Service) -> None:
    service.check_errors(3, _failure)


def test_errors_with_a_query_error_code_are_read_as_by_botocore(service: Service) -> None:
    """The code is the query protocol's, the exception the one that the body names."""
    for operation in service.operations:
        for shape in service.model(operation).error_shapes:
            seed = service.seed(operation, shape.name, "query")
            told = Responses(seed).rpc_failure(shape, 400, shape.name)
            response = replace(told, headers={**told.headers, "x-amzn-query-error": "AWS.OldName;Sender"})
            theirs = service.judge.parse(operation, service.minimal(operation), response)
            assert isinstance(theirs, ServiceError)
            answer = service.wire.ask(response_line("x", operation, response))
            assert answer["error"]["code"] == theirs.code == "AWS.OldName"
            # botocore's parser looks for a model of the code alone, and so reads no members.
            named = Responses(seed).rpc_failure(shape, 400, shape.error_code)
            plain = service.judge.parse(operation, service.minimal(operation), named)
            assert isinstance(plain, ServiceError)
            ours = from_wire(shape, answer["modeled"])
            assert ours == from_wire(shape, service.wire.ask(response_line("x", operation, told))["modeled"])
            assert ours.keys() == plain.modeled.keys()


def _coded_twice(seed: str, _model: Any, shape: Shape | None) -> Response:
    told = Responses(seed).rpc_failure(shape, 400, "NotInTheModel" if shape is None else shape.name)
    code = "Some.OldCode" if shape is None else shape.error_code
    return replace(told, headers={**told.headers, "x-amzn-query-error": f"{code};Sender"})


@pytest.mark.parametrize(
    "service",
    [case for case in CASES if case.service in QUERY_COMPATIBLE],
    ids=QUERY_COMPATIBLE,
    indirect=True,
)
def test_errors_of_services_migrated_from_query_are_read_as_by_botocore(service: Service) -> None:
    """The body has the exception's name, the header the code that the model knows from the query protocol."""
    assert service.judge.model.is_query_compatible
    service.check_errors(3, _coded_twice)


def test_unmodelled_errors_are_read_as_by_botocore(service: Service) -> None:
    operation = service.operations[0]
    run = Run(service.case.service, operation)
    for seed in seeds(40):
        values = Responses(f"{service.case.service}.unknown.{seed}")
        status = values.random.choice((400, 403, 404, 413, 429, 500, 502, 503, 504))
        response = values.rpc_failure(None, status, "NotInTheModel")
        if values.random.random() < 0.5:
            response = Response(
                status,
                {"x-amzn-requestid": "r"},
                values.random.choice((b"{}", b"not JSON", b'{"message": "a"', b'{"Message": "b"}')),
            )
        service.check_response(run, seed, response)
    run.finish()


@pytest.mark.parametrize("body", [HTML, b"", b"  \n"])
def test_errors_of_proxies_are_read_as_by_botocore(service: Service, body: bytes) -> None:
    run = Run(service.case.service, service.operations[0])
    for status in (500, 502, 503, 504):
        service.check_response(run, status, Response(status, {"Content-Type": "text/html"}, body))
    run.finish()
