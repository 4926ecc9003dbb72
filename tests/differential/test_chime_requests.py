# SPDX-License-Identifier: Apache-2.0
"""Chime SDK Voice: every operation's requests are the ones that botocore sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore_judge import Judge
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


def test_every_operation_of_botocores_model_is_there(judge: Judge) -> None:
    assert len(judge.operations()) == 96


@pytest.mark.parametrize("operation", OPERATIONS)
def test_requests(judge: Judge, wire: Wire, operation: str) -> None:
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
