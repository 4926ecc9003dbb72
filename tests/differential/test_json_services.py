# SPDX-License-Identifier: Apache-2.0
"""The JSON protocols without HTTP bindings: services of awsJson1_0 and awsJson1_1, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore_judge import Judge, Response, ServiceError
from comparison import compare_request, compare_response
from plain_values import from_wire, to_wire
from random_responses import Responses
from random_values import Values
from runs import Run, seeds
from wire_program import Wire, request_line, response_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"
HTML = b" <html><body><b>Http/1.1 Service Unavailable</b></body></html>"


@dataclass(frozen=True)
class Case:
    """A service, which of its operations, and what is special about it."""

    service: str
    why: str
    operations: tuple[str, ...] = ()
    """None for all."""


CASES = (
    Case("dynamodb", "awsJson1_0; recursive unions, blobs, floats, tokens"),
    Case("sqs", "awsJson1_0 with the query protocol's error codes; blobs in maps"),
    Case("kms", "awsJson1_1; blobs"),
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


class Service:
    """A service on both sides."""

    def __init__(self, case: Case) -> None:
        self.name = case.service
        self.judge = Judge(case.service, REGION)
        self.wire = Wire(case.service, REGION, MODELS, case.operations)
        self.operations = case.operations or tuple(self.judge.operations())

    def model(self, operation: str) -> Any:
        """botocore's model of an operation."""
        return self.judge.model.operation_model(operation)

    def minimal(self, operation: str) -> dict[str, Any]:
        """Parameters that are valid, no more."""
        return Values("any", optional=0).parameters(self.model(operation).input_shape)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.service)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    made = Service(request.param)
    yield made
    made.wire.close()


def test_requests(service: Service) -> None:
    for operation in service.operations:
        shape = service.model(operation).input_shape
        run = Run(service.name, operation)
        for seed in seeds(25):
            params = Values(f"{service.name}.{operation}.{seed}").parameters(shape)
            line = request_line(run.name(seed), operation, to_wire(shape, params))
            run.note(seed, line, compare_request(service.judge, operation, params, service.wire.ask(line)))
        run.finish()


def _check(service: Service, run: Run, seed: int, response: Response) -> None:
    line = response_line(run.name(seed), run.operation, response)
    theirs = service.judge.parse(run.operation, service.minimal(run.operation), response)
    answer = service.wire.ask(line)
    run.note(seed, line, compare_response(service.judge, run.operation, theirs, answer))


def test_successes(service: Service) -> None:
    for operation in service.operations:
        run = Run(service.name, operation)
        for seed in seeds(25):
            values = Responses(f"{service.name}.{operation}.{seed}")
            _check(service, run, seed, values.success(service.model(operation)))
        run.finish()


def test_modelled_errors(service: Service) -> None:
    for operation in service.operations:
        run = Run(service.name, operation)
        for seed in seeds(3):
            for shape in service.model(operation).error_shapes:
                values = Responses(f"{service.name}.{operation}.{shape.name}.{seed}")
                _check(service, run, seed, values.rpc_failure(shape, 400, shape.error_code))
        run.finish()


def test_errors_with_the_code_of_the_query_protocol(service: Service) -> None:
    """The code is the query protocol's, the exception the one that the body names."""
    for operation in service.operations:
        for shape in service.model(operation).error_shapes:
            values = Responses(f"{service.name}.{operation}.{shape.name}.query")
            told = values.rpc_failure(shape, 400, shape.name)
            response = replace(told, headers={**told.headers, "x-amzn-query-error": "AWS.OldName;Sender"})
            theirs = service.judge.parse(operation, service.minimal(operation), response)
            assert isinstance(theirs, ServiceError)
            answer = service.wire.ask(response_line("x", operation, response))
            assert answer["error"]["code"] == theirs.code == "AWS.OldName"
            # botocore's parser looks for a model of the code alone, and so reads no members.
            plain = service.judge.parse(operation, service.minimal(operation), told)
            assert isinstance(plain, ServiceError)
            ours = from_wire(shape, answer["modeled"])
            assert ours == from_wire(shape, service.wire.ask(response_line("x", operation, told))["modeled"])
            assert ours.keys() == plain.modeled.keys()


def test_errors_that_the_model_does_not_know(service: Service) -> None:
    operation = service.operations[0]
    run = Run(service.name, operation)
    for seed in seeds(40):
        values = Responses(f"{service.name}.unknown.{seed}")
        status = values.random.choice((400, 403, 404, 413, 429, 500, 502, 503, 504))
        response = values.rpc_failure(None, status, "NotInTheModel")
        if values.random.random() < 0.5:
            response = Response(
                status,
                {"x-amzn-requestid": "r"},
                values.random.choice((b"{}", b"not JSON", b'{"message": "a"', b'{"Message": "b"}')),
            )
        _check(service, run, seed, response)
    run.finish()


@pytest.mark.parametrize("body", [HTML, b"", b"  \n"])
def test_errors_of_what_stands_in_front_of_the_service(service: Service, body: bytes) -> None:
    run = Run(service.name, service.operations[0])
    for status in (500, 502, 503, 504):
        _check(service, run, status, Response(status, {"Content-Type": "text/html"}, body))
    run.finish()
