# SPDX-License-Identifier: Apache-2.0
"""The rest-xml protocol: what the services that speak it are sent and answer, held against botocore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore_judge import Response, Shape
from random_rest_xml import RestXmlResponses, XmlValues
from runs import Run, seeds
from services import Case, Service, opened

HTML = b" <html><body><b>Http/1.1 Service Unavailable</b></body></html>"

CASES = (
    Case(
        "cloudfront",
        "XML payloads, lists with a count beside them, numbers in headers",
        (
            *("CreateDistribution", "CreateDistributionWithTags", "GetDistribution", "ListDistributions"),
            *("CreateInvalidation", "UpdateFunction", "TestFunction", "GetFunction", "TagResource"),
        ),
    ),
    Case(
        "route53",
        "namespaces, times, names in the URL",
        (
            *("ChangeResourceRecordSets", "ListResourceRecordSets", "CreateHostedZone", "GetHostedZone"),
            *("CreateHealthCheck", "ListHealthChecks", "ChangeTagsForResource", "GetChange"),
        ),
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param) as made:
        yield made


def test_requests(service: Service) -> None:
    for run in service.runs():
        shape = service.model(run.operation).input_shape
        for seed in seeds(40):
            service.check_request(run, seed, XmlValues(service.seed(run.operation, seed)).parameters(shape))


def test_successes(service: Service) -> None:
    service.check_successes(40, lambda seed, model: RestXmlResponses(seed).rest_success(model))


def _failure(seed: str, model: Any, shape: Shape | None) -> Response:
    values = RestXmlResponses(seed)
    code = "NotInTheModel" if shape is None else shape.error_code
    return values.rest_failure(model, shape, values.random.choice((400, 403, 404, 500, 503)), code)


def test_errors(service: Service) -> None:
    service.check_errors(4, _failure)


@pytest.mark.parametrize("body", [HTML, b"", b"  \n"])
def test_errors_of_what_stands_in_front_of_the_service(service: Service, body: bytes) -> None:
    run = Run(service.case.service, service.operations[0])
    for status in (500, 502, 503, 504):
        service.check_response(run, status, Response(status, {"Content-Type": "text/html"}, body))
    run.finish()
