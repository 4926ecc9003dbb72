# SPDX-License-Identifier: Apache-2.0
"""Each difference for rest-xml in known_differences.py still exists. A test's docstring has its number."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import FlexibleChecksumError
from botocore_judge import Request, Response, ServiceError
from comparison import unchunked
from plain_values import to_wire
from services import Service, opened
from test_xml_services import CASES, S3
from wire_program import request_line, request_of, response_line


def _case(service: str) -> Any:
    [found] = [case for case in CASES if case.service == service]
    return found


@pytest.fixture(scope="module")
def s3() -> Iterator[Service]:
    with opened(S3, conveniences=True) as made:
        yield made


def _requests(service: Service, operation: str, params: dict[str, Any]) -> tuple[Request, Request]:
    """Ours and botocore's."""
    line = request_line("x", operation, to_wire(service.model(operation).input_shape, params))
    # botocore's handlers write into what they get.
    theirs = service.judge.request(operation, dict(params))
    assert isinstance(theirs, Request)
    return request_of(service.wire.ask(line)), theirs


def test_an_xml_body_has_a_content_type_only_in_belfry(s3: Service) -> None:
    """Difference 1."""
    params = {"Bucket": "b", "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}}
    ours, theirs = _requests(s3, "PutBucketTagging", params)
    assert ours.headers["content-type"] == "application/xml"
    assert "content-type" not in theirs.headers


def test_a_carriage_return_is_written_as_a_reference_only_in_belfry(s3: Service) -> None:
    """Difference 26."""
    params = {"Bucket": "b", "Tagging": {"TagSet": [{"Key": "a\rb", "Value": "v"}]}}
    ours, theirs = _requests(s3, "PutBucketTagging", params)
    assert b"<Key>a&#xD;b</Key>" in ours.body or b"<Key>a&#13;b</Key>" in ours.body
    assert b"<Key>a\rb</Key>" in theirs.body


def test_a_body_with_a_trailing_checksum_has_a_length_only_in_belfry(s3: Service) -> None:
    """Difference 27."""
    body = bytes(range(256)) * 600
    ours, theirs = _requests(s3, "PutObject", {"Bucket": "b", "Key": "k", "Body": body})
    assert theirs.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in theirs.headers
    assert "transfer-encoding" not in ours.headers
    assert ours.headers["content-length"] == str(len(ours.body))
    assert theirs.body.startswith(b"25800\r\n") and ours.body.startswith(b"10000\r\n")
    assert unchunked(ours.body) == unchunked(theirs.body)
    assert unchunked(ours.body)[0] == body


def test_expect_100_continue_is_sent_only_by_botocore(s3: Service) -> None:
    """Difference 28."""
    ours, theirs = _requests(s3, "PutObject", {"Bucket": "b", "Key": "k", "Body": b"x"})
    assert theirs.headers["expect"] == "100-continue"
    assert "expect" not in ours.headers


def test_an_encryption_key_is_encoded_only_by_botocore(s3: Service) -> None:
    """Difference 29."""
    key = "0123456789abcdef0123456789abcdef"
    params = {"Bucket": "b", "Key": "k", "SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}
    ours, theirs = _requests(s3, "HeadObject", params)
    name = "x-amz-server-side-encryption-customer-key"
    assert ours.headers[name] == key and f"{name}-md5" not in ours.headers
    assert theirs.headers[name] == base64.b64encode(key.encode()).decode()
    assert base64.b64decode(theirs.headers[f"{name}-md5"]) == hashlib.md5(key.encode()).digest()


def test_a_copy_source_is_encoded_only_by_botocore(s3: Service) -> None:
    """Difference 29."""
    ours, theirs = _requests(s3, "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "b/a%20b c"})
    assert ours.headers["x-amz-copy-source"] == "b/a%20b c"
    assert theirs.headers["x-amz-copy-source"] == "b/a%2520b%20c"


def test_listings_ask_for_encoded_keys_unless_they_are_told(s3: Service) -> None:
    """As botocore does; each decodes them in the call that asked, which tests/unit/body tests."""
    for params in ({"Bucket": "b"}, {"Bucket": "b", "Prefix": "p", "EncodingType": "url"}):
        ours, theirs = _requests(s3, "ListObjectsV2", dict(params))
        queries = [sorted(each.url.partition("?")[2].split("&")) for each in (ours, theirs)]
        assert queries[0] == queries[1]
        assert "encoding-type=url" in queries[0]


def test_an_unsupported_checksum_is_refused_and_a_given_one_is_sent(s3: Service) -> None:
    """Difference 30."""
    params = {"Bucket": "b", "Key": "k", "Body": b"x", "ChecksumAlgorithm": "SHA512"}
    theirs = s3.judge.request("PutObject", dict(params))
    assert isinstance(theirs, Request)
    assert theirs.headers["x-amz-trailer"] == "x-amz-checksum-sha512"
    line = request_line("x", "PutObject", to_wire(s3.model("PutObject").input_shape, params))
    error = s3.wire.ask(line)["error"]
    assert error["kind"] == "validation"
    assert "ChecksumAlgorithm" in error["message"] and "SHA512" in error["message"]
    assert "belfry/openssl_checksums.hpp" in error["message"]
    given = base64.b64encode(hashlib.sha512(b"x").digest()).decode()
    ours, _ = _requests(s3, "PutObject", {**params, "ChecksumSHA512": given})
    assert ours.headers["x-amz-checksum-sha512"] == given
    params["ChecksumAlgorithm"] = "MD5"
    with pytest.raises(FlexibleChecksumError, match="Unsupported checksum algorithm: md5"):
        s3.judge.request("PutObject", dict(params))
    line = request_line("x", "PutObject", to_wire(s3.model("PutObject").input_shape, params))
    body = request_of(s3.wire.ask(line)).body
    md5 = base64.b64encode(hashlib.md5(b"x").digest())
    assert body == b"1\r\nx\r\n0\r\nx-amz-checksum-md5:" + md5 + b"\r\n\r\n"


def test_a_body_with_a_given_checksum_is_signed_only_by_botocore(s3: Service) -> None:
    """Difference 31."""
    params = {"Bucket": "b", "Key": "k", "Body": b"hello", "ChecksumCRC32": "NhCmhg=="}
    ours, theirs = _requests(s3, "PutObject", params)
    assert ours.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert theirs.headers["x-amz-content-sha256"] == hashlib.sha256(b"hello").hexdigest()


def test_a_given_length_is_signed_only_by_botocore(s3: Service) -> None:
    """Difference 32."""
    params = {"Bucket": "b", "Key": "k", "Body": b"x", "ContentLength": 1, "ChecksumCRC32": "jNyuzQ=="}
    ours, theirs = _requests(s3, "PutObject", params)
    assert "=content-length;" in theirs.headers["authorization"]
    assert "content-length" not in ours.headers["authorization"]
    assert ours.headers["content-length"] == "1"
    wrong = to_wire(s3.model("PutObject").input_shape, {**params, "ContentLength": 2})
    assert s3.wire.ask(request_line("x", "PutObject", wrong))["error"]["kind"] == "validation"


def test_a_required_checksum_without_a_choice_is_content_md5_in_belfry() -> None:
    """Difference 33."""
    with opened(_case("s3control")) as service:
        params = {"AccountId": "1", "Bucket": "bucket", "Tagging": {"TagSet": []}}
        ours, theirs = _requests(service, "PutBucketTagging", params)
    assert base64.b64decode(ours.headers["content-md5"]) == hashlib.md5(ours.body).digest()
    assert "x-amz-checksum-crc32" not in ours.headers
    assert "content-md5" not in theirs.headers
    assert "x-amz-checksum-crc32" in theirs.headers


def test_a_bucket_on_a_custom_endpoint_is_in_the_host_in_belfry() -> None:
    """Difference 34."""
    endpoint = "http://localhost:9000"
    with opened(S3, flags=("--endpoint", endpoint), endpoint_url=endpoint) as service:
        ours, theirs = _requests(service, "GetObject", {"Bucket": "b-b", "Key": "k"})
    assert ours.url == "http://b-b.localhost:9000/k"
    assert theirs.url == "http://localhost:9000/b-b/k"


def test_an_error_in_a_success_keeps_its_status_only_in_belfry(s3: Service) -> None:
    """Difference 35."""
    response = Response(200, {}, b"<Error><Code>InternalError</Code><Message>m</Message></Error>")
    theirs = s3.judge.parse("CopyObject", s3.minimal("CopyObject"), response)
    assert isinstance(theirs, ServiceError)
    assert (theirs.code, theirs.status) == ("InternalError", 500)
    ours = s3.wire.ask(response_line("x", "CopyObject", response))
    assert ours["error"] == {"code": "InternalError", "message": "m", "status": 200}


def test_uploads_are_listed_with_encoded_keys_only_in_belfry(s3: Service) -> None:
    """Difference 38."""
    ours, theirs = _requests(s3, "ListMultipartUploads", {"Bucket": "b"})
    assert ours.url == f"{theirs.url}&encoding-type=url"
    ours, theirs = _requests(s3, "ListMultipartUploads", {"Bucket": "b", "EncodingType": "url"})
    assert ours.url == theirs.url


def test_a_document_of_another_operation_is_an_output_only_in_botocore(s3: Service) -> None:
    """Difference 39."""
    for operation, body in (
        ("ListBuckets", b"<ListBucketResult><Name>b</Name><Prefix>p</Prefix></ListBucketResult>"),
        ("ListMultipartUploads", b"<ListPartsResult><Bucket>b</Bucket></ListPartsResult>"),
        ("PutObject", b"<html><body>Log in</body></html>"),
    ):
        response = Response(200, {}, body)
        assert isinstance(s3.judge.parse(operation, s3.minimal(operation), response), dict)
        ours = s3.wire.ask(response_line("x", operation, response))
        assert ours["error"]["code"] == "MalformedResponse"
        assert f"is not the output of {operation}" in ours["error"]["message"]
