# SPDX-License-Identifier: Apache-2.0
"""Outputs that view the response (`belfry/borrowed.hpp`), copied into those that own their values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore_judge import Response
from random_responses import Responses
from services import Case, Service, opened

CASES = (
    Case("dynamodb", "awsJson1_0; structures in themselves, blobs, maps"),
    Case(
        "lambda",
        "restJson1; enums, sensitive maps",
        ("ListFunctions", "GetFunction", "ListEventSourceMappings", "GetPolicy"),
    ),
    Case(
        "bedrock-runtime",
        "restJson1; unions, documents, operations with events beside it",
        ("Converse", "ApplyGuardrail", "CountTokens", "ListAsyncInvokes"),
    ),
    Case(
        "appsync",
        "restJson1; lists of lists, maps of enums",
        ("ListGraphqlApis", "GetDataSource", "ListResolvers", "GetIntrospectionSchema"),
    ),
    Case(
        "stepfunctions",
        "awsJson1_0; times, many structures in a list",
        ("GetExecutionHistory", "DescribeStateMachine", "TestState"),
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param, flags=("--borrowed",)) as made:
        yield made


def test_outputs_are_read_as_by_botocore(service: Service) -> None:
    def respond(seed: str, model: object) -> Response:
        return Responses(seed).success(model)

    service.check_successes(25, respond)


def test_outputs_with_white_space_and_escapes_are_read_as_by_botocore(service: Service) -> None:
    """All characters beyond ASCII are escaped, so that texts are not parts of the response."""

    def respond(seed: str, model: object) -> Response:
        response = Responses(seed).success(model)
        try:
            body = json.dumps(json.loads(response.body), separators=(" ,\t", " : ")).encode()
        except ValueError:
            return response
        return replace(response, body=body)

    service.check_successes(10, respond)
