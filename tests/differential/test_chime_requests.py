# SPDX-License-Identifier: Apache-2.0
"""Chime SDK Voice: the requests of every operation equal botocore's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore_judge import SESSION_TOKEN, Judge, Refused
from comparison import compare_request
from plain_values import to_wire
from random_values import Values
from runs import OPERATIONS, Run, seeds
from wire_program import Wire, request_line

SERVICE = "chime-sdk-voice"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(SERVICE, "us-east-1")


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    program = Wire(SERVICE, "us-east-1")
    yield program
    program.close()


def test_every_operation_of_botocores_model_can_be_called(judge: Judge) -> None:
    assert len(judge.operations()) == 96


@pytest.mark.parametrize("operation", OPERATIONS)
def test_random_requests_equal_botocores(judge: Judge, wire: Wire, operation: str) -> None:
    shape = judge.model.operation_model(operation).input_shape
    run = Run(SERVICE, operation)
    for seed in seeds(40):
        params = Values(f"{SERVICE}.{operation}.{seed}").parameters(shape)
        # botocore's model does not know that this is an idempotency token.
        if shape is not None and "ClientRequestToken" in shape.members:
            params.setdefault("ClientRequestToken", "token")
        line = request_line(run.name(seed), operation, to_wire(shape, params))
        run.note(seed, line, compare_request(judge, operation, params, wire.ask(line)))
    run.finish()


@pytest.mark.parametrize(
    ("region", "flags", "config"),
    [
        ("us-east-1", ("--session-token", SESSION_TOKEN), {"session_token": SESSION_TOKEN}),
        ("eu-central-1", (), {}),
        ("cn-north-1", (), {}),
        ("us-gov-west-1", (), {}),
        ("us-iso-east-1", (), {}),
        ("us-west-2", ("--use-fips",), {"use_fips_endpoint": True}),
        ("us-gov-west-1", ("--use-fips",), {"use_fips_endpoint": True}),
        ("us-west-2", ("--use-dual-stack",), {"use_dualstack_endpoint": True}),
        (
            "us-west-2",
            ("--use-fips", "--use-dual-stack"),
            {"use_fips_endpoint": True, "use_dualstack_endpoint": True},
        ),
        ("us-west-2", ("--endpoint", "http://localhost:4566"), {"endpoint_url": "http://localhost:4566"}),
        ("us-west-2", ("--endpoint", "https://a.test/b/"), {"endpoint_url": "https://a.test/b/"}),
        ("us-west-2", ("--endpoint", "https://A.test:443"), {"endpoint_url": "https://A.test:443"}),
    ],
)
def test_endpoints_and_signatures_equal_botocores(
    region: str, flags: tuple[str, ...], config: dict[str, Any]
) -> None:
    judge = Judge(SERVICE, region, **config)
    program = Wire(SERVICE, region, arguments=flags)
    for operation in ("GetVoiceConnector", "StartSpeakerSearchTask", "BatchDeletePhoneNumber"):
        run = Run(SERVICE, operation)
        shape = judge.model.operation_model(operation).input_shape
        for seed in seeds(3):
            params = Values(f"{SERVICE}.{operation}.{seed}").parameters(shape)
            params |= {"ClientRequestToken": "token"} if "ClientRequestToken" in shape.members else {}
            line = request_line(run.name(seed), operation, to_wire(shape, params))
            run.note(seed, line, compare_request(judge, operation, params, program.ask(line)))
        run.finish()
    program.close()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_required_parameter_that_is_missing_is_refused_by_both(
    judge: Judge, wire: Wire, operation: str
) -> None:
    shape = judge.model.operation_model(operation).input_shape
    for name in shape.required_members if shape is not None else ():
        params = Values(f"{SERVICE}.{operation}").parameters(shape)
        del params[name]
        assert isinstance(judge.request(operation, params), Refused)
        error = wire.ask(request_line("x", operation, to_wire(shape, params)))["error"]
        # The overlay makes the token one that is filled in; other members are not.
        assert (error["kind"], name in error["message"]) == ("validation", True)
