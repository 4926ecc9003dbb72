# SPDX-License-Identifier: Apache-2.0
"""The rest-xml protocol: compares requests and results of services with botocore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore_judge import Response, ServiceError, Shape
from comparison import compare_response
from random_rest_xml import RestXmlResponses, S3Values, XmlValues
from runs import Run, seeds
from services import Case, Service, opened
from wire_program import response_line

HTML = b" <html><body><b>Http/1.1 Service Unavailable</b></body></html>"

# Operations with special requests or responses.
S3_OPERATIONS = (
    *("PutObject", "GetObject", "HeadObject", "CopyObject", "DeleteObject", "DeleteObjects"),
    *("CreateBucket", "GetBucketAcl", "PutBucketAcl", "HeadBucket", "ListBuckets", "ListObjectsV2"),
    *("ListObjectVersions", "CompleteMultipartUpload", "UploadPart", "UploadPartCopy", "PutBucketTagging"),
    *("GetBucketPolicy", "PutBucketPolicy", "GetBucketLifecycleConfiguration", "GetObjectAttributes"),
    *("PutBucketLifecycleConfiguration", "PutBucketNotificationConfiguration", "RestoreObject"),
    *("GetBucketNotificationConfiguration", "PutObjectRetention", "WriteGetObjectResponse"),
    "ListMultipartUploads",
)

S3 = Case(
    "s3",
    "attributes, metadata, checksums, raw bodies",
    S3_OPERATIONS,
    ("GetBucketLocation",),
    values=S3Values,
)

CASES = (
    Case(
        "cloudfront",
        "XML payloads, lists with a count beside them, numbers in headers",
        (
            *("CreateDistribution", "CreateDistributionWithTags", "GetDistribution", "ListDistributions"),
            *("CreateInvalidation", "UpdateFunction", "TestFunction", "GetFunction", "TagResource"),
        ),
        values=XmlValues,
    ),
    S3,
    Case(
        "s3control",
        "accounts in the host, buckets in the path",
        ("GetBucket", "CreateJob", "GetBucketLifecycleConfiguration", "PutBucketTagging", "ListJobs"),
        values=XmlValues,
    ),
    Case(
        "route53",
        "namespaces, times, names in the URL",
        (
            *("ChangeResourceRecordSets", "ListResourceRecordSets", "CreateHostedZone", "GetHostedZone"),
            *("CreateHealthCheck", "ListHealthChecks", "ChangeTagsForResource", "GetChange"),
        ),
        values=XmlValues,
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with opened(request.param) as made:
        yield made


@pytest.fixture(scope="module")
def s3() -> Iterator[Service]:
    with opened(S3) as made:
        yield made


def test_random_requests_equal_botocores(service: Service) -> None:
    service.check_requests(40)


def test_random_outputs_are_read_as_by_botocore(service: Service) -> None:
    service.check_successes(40, lambda seed, model: RestXmlResponses(seed).rest_success(model))


def _failure(seed: str, model: Any, shape: Shape | None) -> Response:
    values = RestXmlResponses(seed)
    code = "NotInTheModel" if shape is None else shape.error_code
    if model.service_model.service_name == "s3":
        return values.s3_failure(shape, 400, code)
    return values.rest_failure(model, shape, values.random.choice((400, 403, 404, 500, 503)), code)


def test_random_errors_are_read_as_by_botocore(service: Service) -> None:
    service.check_errors(4, _failure)


@pytest.mark.parametrize("body", [HTML, b"", b"  \n"])
def test_errors_of_proxies_are_read_as_by_botocore(service: Service, body: bytes) -> None:
    run = Run(service.case.service, service.operations[0])
    for status in (500, 502, 503, 504):
        service.check_response(run, status, Response(status, {"Content-Type": "text/html"}, body))
    run.finish()


def test_s3_requests_without_tls_equal_botocores() -> None:
    """Bodies are signed then, and a checksum of bytes in memory comes before them."""
    endpoint = "http://localhost:9000"
    # Known difference: the place of buckets on a custom server.
    config: dict[str, Any] = {"endpoint_url": endpoint, "s3": {"addressing_style": "virtual"}}
    with opened(S3, flags=("--endpoint", endpoint), **config) as service:
        for operation in ("PutObject", "UploadPart", "GetObject", "ListBuckets", "DeleteObjects"):
            run = Run("s3", operation)
            shape = service.model(operation).input_shape
            for seed in seeds(40):
                params = S3Values(f"s3.http.{operation}.{seed}").parameters(shape)
                service.check_request(run, seed, params)
            run.finish()


def test_an_error_document_with_status_200_is_read_as_by_botocore(s3: Service) -> None:
    """S3 begins some responses before it knows the result."""
    for run in s3.runs():
        model = s3.model(run.operation)
        if model.output_shape is None or model.http["method"] == "HEAD":
            continue
        if model.output_shape.serialization.get("payload") in ("Body", "Policy"):
            # A stored object may look like an error, for both.
            continue
        for seed in seeds(4):
            values = RestXmlResponses(s3.seed(run.operation, "200", seed))
            response = values.s3_failure(None, 200, "SlowDown")
            theirs = s3.judge.parse(run.operation, s3.minimal(run.operation), response)
            # Known difference: which status such an error has.
            assert isinstance(theirs, ServiceError) and theirs.status == 500
            line = response_line(run.name(seed), run.operation, response)
            differences = compare_response(
                s3.judge, run.operation, replace(theirs, status=200), s3.wire.ask(line)
            )
            run.note(seed, line, differences)


@pytest.mark.parametrize("place", ["", "EU", "us-gov-west-1"])
def test_the_region_of_a_bucket_is_read_as_by_botocore(s3: Service, place: str) -> None:
    """The response is the value itself, not an encoded structure."""
    run = Run("s3", "GetBucketLocation")
    for number, start in enumerate(
        (
            "<LocationConstraint",
            '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"',
            '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint',
        )
    ):
        body = f"{start}>{place}</LocationConstraint>" if place else f"{start}/>"
        line = response_line(run.name(number), run.operation, Response(200, {}, body.encode()))
        theirs = s3.judge.parse(run.operation, {"Bucket": "b"}, Response(200, {}, body.encode()))
        assert isinstance(theirs, dict)
        # botocore has None where a bucket has no location; we have nothing.
        found = {name: value for name, value in theirs.items() if value is not None}
        run.note(number, line, compare_response(s3.judge, run.operation, found, s3.wire.ask(line)))
    run.finish()
