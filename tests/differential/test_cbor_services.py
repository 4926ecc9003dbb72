# SPDX-License-Identifier: Apache-2.0
"""Smithy's RPC v2 with CBOR: services that speak nothing else, and those that list it beside others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore_judge import Response, Shape
from random_cbor_responses import CborResponses
from runs import Run
from services import Case, Service, opened

CBOR = "smithy-rpc-v2-cbor"
HTML = b" <html><body><b>Http/1.1 Service Unavailable</b></body></html>"

CASES = (
    Case("cloudwatch", "query-compatible; doubles, times, blobs", protocol=CBOR),
    Case("arc-region-switch", "recursion, unions", protocol=CBOR),
    Case("partnercentral-revenue-measurement", "speaks nothing else"),
    Case("gamelift", "floats", ("CreateMatchmakingConfiguration", "DescribeFleetEvents"), protocol=CBOR),
    Case(
        "comprehendmedical",
        "host label, scores",
        ("DetectEntitiesV2", "StartSNOMEDCTInferenceJob"),
        protocol=CBOR,
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param, disable_request_compression=True, auth_scheme_preference="sigv4") as made:
        yield made


def _success(seed: str, model: Any) -> Response:
    return CborResponses(seed).success(model)


def _failure(seed: str, _model: Any, shape: Shape | None) -> Response:
    values = CborResponses(seed)
    status = values.random.choice((400, 404, 429, 500, 503))
    return values.rpc_failure(shape, status, "NotInTheModel" if shape is None else shape.error_code)


def test_random_requests_equal_botocores(service: Service) -> None:
    service.check_requests(25)


def test_random_outputs_are_read_as_by_botocore(service: Service) -> None:
    service.check_successes(25, _success)


def test_random_errors_are_read_as_by_botocore(service: Service) -> None:
    service.check_errors(3, _failure)


def _coded_twice(seed: str, _model: Any, shape: Shape | None) -> Response:
    """The name that the exception has now in the body, its code of the query protocol in a header."""
    values = CborResponses(seed)
    made = values.rpc_failure(shape, 400, "NotInTheModel" if shape is None else shape.name)
    code = "Some.OldCode" if shape is None else shape.error_code
    return replace(made, headers={**made.headers, "x-amzn-query-error": f"{code};Sender"})


@pytest.mark.parametrize("service", CASES[:1], ids=["cloudwatch"], indirect=True)
def test_errors_with_a_query_error_code_are_read_as_by_botocore(service: Service) -> None:
    assert service.judge.model.is_query_compatible
    service.check_errors(3, _coded_twice)


@pytest.mark.parametrize("body", [HTML, b"", b"  \n"])
def test_errors_of_proxies_are_read_as_by_botocore(service: Service, body: bytes) -> None:
    run = Run(service.case.service, service.operations[0])
    for status in (500, 502, 503, 504):
        service.check_response(run, status, Response(status, {"Content-Type": "text/html"}, body))
    run.finish()
