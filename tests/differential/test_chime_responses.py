# SPDX-License-Identifier: Apache-2.0
"""Chime SDK Voice: every operation's responses and errors are read as botocore reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore_judge import Judge, Response
from comparison import compare_response
from random_responses import Responses
from random_values import Values
from runs import OPERATIONS, Run, seeds
from wire_program import Wire, response_line

SERVICE = "chime-sdk-voice"
STATUSES = (400, 401, 403, 404, 409, 410, 422, 429, 500, 502, 503, 504)
BODIES = (
    b"",
    b"{}",
    b"not JSON",
    b'{"message": "a"',
    b'{"Message": "b"}',
    b'{"message": "a", "Message": "b"}',
    b'{"__type": "aws#X:http://y/", "message": "b"}',
    b'{"Code": "X", "code": "Y"}',
)
HTML = b" <html><body><b>Http/1.1 Service Unavailable</b></body></html>"
# The overlay gives them to the exceptions, which have no members in the public model.
ADDED = ("Code", "Message")


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(SERVICE, "us-east-1")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    program = Wire(SERVICE, "us-east-1")
    yield program
    program.close()


def _check(judge: Judge, wire: Wire, run: Run, seed: int, response: Response) -> None:
    shape = judge.model.operation_model(run.operation).input_shape
    params = Values("any", optional=0).parameters(shape)
    line = response_line(run.name(seed), run.operation, response)
    answer = wire.ask(line)
    for name, value in _added(judge, answer, response).items():
        assert answer["modeled"].pop(name, None) == value
    differences = compare_response(judge, run.operation, judge.parse(run.operation, params, response), answer)
    run.note(seed, line, differences)


def _added(judge: Judge, answer: dict[str, Any], response: Response) -> dict[str, str]:
    if "modeled" not in answer or judge.model.shape_for_error_code(answer["error"]["code"]) is None:
        return {}
    try:
        body = json.loads(response.body)
    except ValueError:
        return {}
    return {name: body[name] for name in ADDED if name in body}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_random_outputs_are_read_as_by_botocore(judge: Judge, wire: Wire, operation: str) -> None:
    run = Run(SERVICE, operation)
    for seed in seeds(40):
        response = Responses(f"{SERVICE}.{operation}.{seed}").success(judge.model.operation_model(operation))
        _check(judge, wire, run, seed, response)
    run.finish()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_modelled_errors_are_read_as_by_botocore(judge: Judge, wire: Wire, operation: str) -> None:
    run = Run(SERVICE, operation)
    model = judge.model.operation_model(operation)
    for seed in seeds(4):
        for shape in model.error_shapes:
            values = Responses(f"{SERVICE}.{operation}.{shape.name}.{seed}")
            status = shape.metadata.get("error", {}).get("httpStatusCode", 400)
            _check(judge, wire, run, seed, values.failure(shape, status, shape.error_code))
    run.finish()


@pytest.mark.parametrize("body", [HTML, b"", b"  \n"])
def test_errors_of_proxies_are_read_as_by_botocore(judge: Judge, wire: Wire, body: bytes) -> None:
    run = Run(SERVICE, "ListVoiceConnectors")
    for status in (500, 502, 503, 504):
        _check(judge, wire, run, status, Response(status, {"Content-Type": "text/html"}, body))
    run.finish()


@pytest.mark.parametrize("operation", OPERATIONS[::8])
def test_unmodelled_errors_are_read_as_by_botocore(judge: Judge, wire: Wire, operation: str) -> None:
    run = Run(SERVICE, operation)
    shape = judge.model.operation_model(operation).error_shapes[0]
    for seed in seeds(40):
        values = Responses(f"{SERVICE}.{operation}.unknown.{seed}")
        status = values.random.choice(STATUSES)
        body = values.random.choice(BODIES)
        # Known difference: with a status of 500 and more and such a body, botocore does not read the headers.
        told = (
            {} if status >= 500 and (body.strip() == b"" or b"<html>" in body) else {"x-amzn-requestid": "r"}
        )
        named = {"X-Amzn-ErrorType": "NotFoundException"} if told else {}
        response = values.random.choice(
            (
                values.failure(shape, status, "NotInTheModel"),
                Response(status, told, body),
                Response(status, told | named, body),
            )
        )
        _check(judge, wire, run, seed, response)
    run.finish()
