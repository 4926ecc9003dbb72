# SPDX-License-Identifier: Apache-2.0
"""The places of errors' codes, and bodies without one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from both import Both
from botocore_judge import Response


def _json(status: int, body: Any, **headers: str) -> Response:
    return Response(status, headers, json.dumps(body).encode())


_SLOW = {"message": "wait"}
_PLACES = [
    ({"x-amzn-errortype": "Slow"}, _SLOW),
    ({"X-Amzn-ErrorType": "Slow:http://internal.amazon.com/coral/com.amazon.towers/"}, _SLOW),
    ({"X-Amzn-Errortype": "com.amazon.towers#Slow:http://internal.amazon.com/"}, _SLOW),
    ({}, {"__type": "Slow", **_SLOW}),
    ({}, {"__type": "com.amazon.towers#Slow", **_SLOW}),
    ({}, {"__type": "com.amazon.towers#Slow:http://internal.amazon.com/", **_SLOW}),
    ({}, {"code": "Slow", **_SLOW}),
    ({}, {"code": "com.amazon.towers#Slow", **_SLOW}),
    # The body's own `Code` loses to the header (chime-sdk-voice).
    ({"x-amzn-errortype": "Slow"}, {"Code": "Throttled", "Message": "wait"}),
    ({"x-amzn-errortype": "Slow"}, {"code": "Throttled", "__type": "Nothing", **_SLOW}),
]


@pytest.mark.parametrize(("headers", "body"), _PLACES)
def test_the_code_is_found_in_each_of_its_places(
    http: Both, headers: dict[str, str], body: dict[str, Any]
) -> None:
    """Every AWS service that speaks JSON; chime-sdk-voice for the last two."""
    answer = http.reading("Fail", _json(429, body, **headers))
    assert answer["error"]["code"] == "Slow"
    assert answer["error"]["message"] == "wait"


def test_members_of_an_error_are_read_from_headers(http: Both) -> None:
    """apigateway LimitExceededException.retryAfterSeconds, account ThrottlingException."""
    headers = {"x-amzn-errortype": "Slow", "Retry-After": "7", "x-amzn-quota": "1/s"}
    answer = http.reading("Fail", _json(429, _SLOW, **headers))
    assert answer["modeled"] == {"message": "wait", "retryAfterSeconds": 7, "quota": "1/s"}
    # A header that is not what the model says does not hide the error.
    answer = http.ours("Fail", _json(429, _SLOW, **(headers | {"Retry-After": "soon"})))
    assert (answer["error"]["code"], answer["error"]["status"]) == ("Slow", 429)


def test_an_error_without_members_has_code_and_message(http: Both) -> None:
    """1,406 exceptions have none, such as rds DBSecurityGroupQuotaExceededFault."""
    answer = http.reading("Fail", _json(409, {"message": "no", "More": 1}, **{"x-amzn-errortype": "Nothing"}))
    assert answer["error"] == {"code": "Nothing", "message": "no", "status": 409}
    assert answer["modeled"] == {}


def test_an_html_page_with_status_503_is_a_service_error(
    http: Both, xml: Both, query: Both, rpc: Both
) -> None:
    """Every service behind a load balancer."""
    page = Response(503, {"Content-Type": "text/html"}, b"<html><body><h1>503 Sorry</h1></body></html>")
    for both, operation in (
        (http, "Fail"),
        (xml, "CopyObject"),
        (query, "DescribeAlarms"),
        (rpc, "GetQueueUrl"),
    ):
        answer = both.ours(operation, page)
        assert answer["error"] == {"code": "503", "message": "Service Unavailable", "status": 503}, (
            both.service
        )


@pytest.mark.parametrize(("status", "phrase"), [(404, "Not Found"), (500, "Internal Server Error")])
def test_an_error_without_a_body_has_its_status_as_code(
    http: Both, xml: Both, query: Both, rpc: Both, status: int, phrase: str
) -> None:
    """s3 HeadObject's 404 has no body; load balancers send 500 without one."""
    # botocore makes a message of the status only for XML protocols, and of 500 for all.
    for both, operation in (
        (http, "Fail"),
        (rpc, "GetQueueUrl"),
        (xml, "CopyObject"),
        (query, "DescribeAlarms"),
    ):
        answer = both.ours(operation, Response(status, {}, b""))
        assert answer["error"] == {"code": str(status), "message": phrase, "status": status}, both.service


def test_an_error_has_its_code_and_not_its_shapes_name(query: Both) -> None:
    """rds DBSecurityGroupQuotaExceededFault is `QuotaExceeded.DBSecurityGroup`; 473 such codes."""
    answer = query.reading("DescribeAlarms", _error("QuotaExceeded.DBSecurityGroup", 400))
    assert answer["error"] == {"code": "QuotaExceeded.DBSecurityGroup", "message": "m", "status": 400}
    assert answer["request_id"] == "r"


def test_two_shapes_with_one_code_give_the_modelled_members(query: Both) -> None:
    """cloudwatch ResourceNotFound and DashboardNotFoundError."""
    for operation in ("DescribeAlarms", "DeleteDashboards"):
        answer = query.ours(operation, _error("ResourceNotFound", 404, "<message>m</message>"))
        assert (answer["error"]["code"], answer["modeled"]) == ("ResourceNotFound", {"message": "m"})
    more = "<ResourceType>a</ResourceType><ResourceId>b</ResourceId>"
    answer = query.reading("DescribeAlarms", _error("ResourceNotFoundException", 404, more))
    assert answer["modeled"] == {"ResourceType": "a", "ResourceId": "b"}


def _error(code: str, status: int, more: str = "") -> Response:
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>m</Message>{more}</Error>"
        "<RequestId>r</RequestId></ErrorResponse>"
    )
    return Response(status, {"Content-Type": "text/xml"}, body.encode())


def test_a_service_migrated_from_query_keeps_its_old_code(rpc: Both) -> None:
    """sqs QueueDoesNotExist, which `x-amzn-query-error` calls AWS.SimpleQueueService.NonExistentQueue."""
    old = "AWS.SimpleQueueService.NonExistentQueue"
    body = {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no"}
    answer = rpc.ours("GetQueueUrl", _json(400, body, **{"x-amzn-query-error": f"{old};Sender"}))
    assert answer["error"] == {"code": old, "message": "no", "status": 400}
    # The exception's name leads to its members, whatever the code is.
    assert answer["modeled"] == {"message": "no"}
    for broken in ("", ";", "NoSemicolon", ";Sender"):
        answer = rpc.reading("GetQueueUrl", _json(400, body, **{"x-amzn-query-error": broken}))
        assert answer["error"]["code"] == "QueueDoesNotExist"


def test_an_error_document_with_status_200_is_an_error(xml: Both) -> None:
    """s3 CopyObject and CompleteMultipartUpload answer 200 before they know how it ends."""
    body = b"<Error><Code>InternalError</Code><Message>again</Message><RequestId>r</RequestId></Error>"
    for spaces in (b"", b"  \n", b'<?xml version="1.0"?>\n'):
        answer = xml.ours("CopyObject", Response(200, {}, spaces + body))
        assert (answer["error"]["code"], answer["error"]["message"]) == ("InternalError", "again"), spaces
    modelled = b"<Error><Code>InvalidObjectState</Code><StorageClass>GLACIER</StorageClass></Error>"
    answer = xml.ours("CopyObject", Response(200, {}, modelled))
    assert answer["modeled"] == {"StorageClass": "GLACIER"}
    good = b"<CopyObjectResult><ETag>e</ETag></CopyObjectResult>"
    assert xml.reading("CopyObject", Response(200, {}, good))["parsed"] == {"ETag": "e"}


def test_an_error_that_is_listed_twice_is_one(http: Both, query: Both, models: Path) -> None:
    """appstream AssociateApplicationToEntitlement and 32 other operations list one error twice."""
    from belfry_codegen.readers.models import read_service

    assert read_service(models, "hard-http").operations["Fail"].errors == ("Slow", "Nothing")
    twice = read_service(models, "hard-query").operations["DescribeAlarms"].errors
    assert len(twice) == len(set(twice)) == 4
    assert len(query.model("DescribeAlarms").error_shapes) == 5  # botocore keeps both
    assert len(http.model("Fail").error_shapes) == 3
