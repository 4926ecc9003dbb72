# SPDX-License-Identifier: Apache-2.0
"""Hard cases in single messages, each compared with botocore and tested for its fact."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from both import Both
from botocore_judge import TOKEN, Request, Response
from wire_program import request_of


@pytest.fixture(scope="module")
def endpoints(models: Path) -> Iterator[Both]:
    made = Both("hard-endpoints", models, endpoint=None)
    yield made
    made.close()


def _same_body(xml: Both, operation: str, params: dict[str, Any]) -> Request:
    """The request. botocore alone leaves out the media type that restXml's specification asks for."""
    ours, theirs = xml.requests(operation, params)
    assert (ours.method, ours.url, ours.body) == (theirs.method, theirs.url, theirs.body)
    assert ours.headers["content-type"] == "application/xml"
    return ours


# --- names


def test_keywords_are_sent_with_the_models_spelling(names: Both) -> None:
    """amplifyuibuilder Predicate.and, deadline JobParameter.int, iotfleetwise Node.struct, cloudsearchdomain
    SearchRequest.return."""
    request = names.request("SendPredicate", {"and": [{"field": "f"}, {"or": [{"field": "g"}]}]})
    assert json.loads(request.body) == {"and": [{"field": "f"}, {"or": [{"field": "g"}]}]}
    request = names.request("SendJobParameter", {"Value": {"int": "1"}})
    assert json.loads(request.body) == {"Value": {"int": "1"}}
    request = names.request("SendNode", {"Value": {"struct": {"comment": "c"}}})
    assert json.loads(request.body) == {"Value": {"struct": {"comment": "c"}}}
    request = names.request("Search", {"query": "a&b", "return": "_all"})
    assert request.url.endswith("/search?format=sdk&q=a%26b&return=_all")


def test_values_that_are_not_identifiers_keep_every_byte(names: Both) -> None:
    """storagegateway ErrorCode has a value with a space behind it; s3 Event; ec2 RIProductDescription."""
    values = [
        "LunAlreadyAllocated ",
        "s3:ObjectCreated:*",
        "Linux/UNIX (Amazon VPC)",
        "0.5",
        "UNKNOWN",
        "none",
    ]
    body = {"Values": values, "InstanceType": "m1404.4xlarge"}
    assert json.loads(names.request("SendEnums", body).body) == body
    newer = {"Values": ["LunAlreadyAllocated", *values], "InstanceType": "m9999.metal"}
    answer = Response(200, {}, json.dumps(newer).encode())
    assert names.reading("SendEnums", answer)["parsed"] == newer


def test_members_that_differ_by_case_only_are_two(names: Both) -> None:
    """health EventType and eventType, sns Endpoint and endpoint."""
    body = {"EventType": {"service": "EC2"}, "eventType": "issue", "E": {"EndpointArn": "a"}, "e": "b"}
    assert json.loads(names.request("SendSameLetters", body).body) == body
    assert names.reading("SendSameLetters", Response(200, {}, json.dumps(body).encode()))["parsed"] == body


# --- shapes


def test_recursive_shapes_are_written_and_read(shapes: Both) -> None:
    """acm CertificateFilterStatement.Not, dynamodb AttributeValue.M, wafv2 Statement."""
    statement = {
        "NotStatement": {"Statement": {"AndStatement": {"Statements": [{"LabelMatchStatement": "a"}]}}}
    }
    body = {
        "Filter": {"Not": {"And": [{"Filter": "a"}, {"Not": {"Or": []}}]}},
        "Item": {"a": {"M": {"b": {"L": [{"S": "c"}, {"NULL": True}]}}}},
        "Statement": {"RateBasedStatement": {"Limit": 1.5, "ScopeDownStatement": statement}},
    }
    assert json.loads(shapes.request("SendRecursive", body).body) == body
    assert shapes.reading("SendRecursive", Response(200, {}, json.dumps(body).encode()))["parsed"] == body


def test_twenty_two_levels_of_shapes_are_written_and_read(shapes: Both) -> None:
    """The deepest nesting of shapes without recursion that a service has."""
    body: dict[str, object] = {"Here": "bottom"}
    for _ in range(21):
        body = {"Next": body}
    assert json.loads(shapes.request("SendLevels", body).body) == body
    assert shapes.reading("SendLevels", Response(200, {}, json.dumps(body).encode()))["parsed"] == body


def test_documents_sparse_collections_and_tokens_are_written_and_read(shapes: Both) -> None:
    """bedrock-runtime documents, connectcases sparse lists and maps, a token that the input leaves out."""
    body = {
        "Document": {"a": [1, None, {"b": "c"}], "d": 1.5},
        "SparseList": [1.0, None, 2.0],
        "SparseMap": {"a": None, "b": "c"},
    }
    answer = Response(200, {}, json.dumps(body).encode())
    assert shapes.reading("SendOdd", answer)["parsed"] == body
    # botocore takes no null; Smithy's protocol tests (RestJsonSparseLists) want it sent.
    given = {"id": "x", "operation": "SendOdd", "params": body | {"Token": "mine"}}
    assert json.loads(request_of(shapes.wire.ask(given)).body) == body | {"Token": "mine"}
    assert json.loads(shapes.request("SendOdd", {}).body) == {"Token": TOKEN}


def test_json_in_a_header_is_written_and_read(shapes: Both) -> None:
    """lex-runtime PostContent sessionAttributes."""
    request = shapes.request("PostContent", {"attributes": {"a": "ä", "b": [1]}, "text": "t"})
    sent = base64.b64decode(request.headers["x-amz-lex-session-attributes"])
    assert json.loads(sent) == {"a": "ä", "b": [1]}
    answer = Response(200, {"x-amz-lex-session-attributes": "eyJhIjpbMSwibiJdfQ=="}, b"{}")
    assert shapes.reading("PostContent", answer)["parsed"] == {"attributes": {"a": [1, "n"]}}


def test_a_shape_that_is_input_and_output_is_checked_as_input(shapes: Both) -> None:
    """cognito-identity IdentityPool is what UpdateIdentityPool takes and returns."""
    body = {"IdentityPoolId": "p", "Open": True}
    assert json.loads(shapes.request("UpdateIdentityPool", body).body) == body
    # As an output it may lack what an input must have.
    assert shapes.reading("UpdateIdentityPool", Response(200, {}, b'{"Open": false}'))["parsed"] == {
        "Open": False
    }
    assert "IdentityPoolId" in shapes.refusal("UpdateIdentityPool", {"Open": True})


def test_two_members_with_one_wire_name_are_both_read(xml: Both) -> None:
    """s3 TopicConfigurationDeprecated has the list Events and the single Event, both `Event` on the wire."""
    configuration = {"Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"], "Topic": "t"}
    request = _same_body(xml, "PutNotification", {"Configuration": {"Configuration": configuration}})
    assert request.body.count(b"<Event>") == 2
    body = (
        b"<GetNotificationResult><TopicConfiguration><Event>s3:ObjectCreated:*</Event>"
        b"<Event>s3:ObjectRemoved:Delete</Event><Topic>t</Topic></TopicConfiguration></GetNotificationResult>"
    )
    read = xml.ours("GetNotification", Response(200, {}, body))["parsed"]["Configuration"]
    assert read["Events"] == ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"]
    single = body.replace(b"<Event>s3:ObjectRemoved:Delete</Event>", b"")
    assert xml.reading("GetNotification", Response(200, {}, single))["parsed"]["Configuration"] == {
        "Events": ["s3:ObjectCreated:*"],
        "Event": "s3:ObjectCreated:*",
        "Topic": "t",
    }


# --- HTTP


def test_a_literal_query_comes_before_query_members(http: Both) -> None:
    """chime-sdk-voice `?operation=associate-phone-numbers`; apigateway `?mode=import` with a query map."""
    request = http.request("LiteralQuery", {"Id": "a b", "Text": "t"})
    assert request.url == "https://bell.example/phone-numbers/a%20b?operation=associate"
    request = http.request("QueryMap", {"parameters": {"x": "1"}, "type": "b"})
    assert request.url == "https://bell.example/exports?mode=all&x=1&type=b"


def test_a_trailing_slash_is_kept(http: Both) -> None:
    """backup GetBackupPlan."""
    assert http.request("TrailingSlash", {"Id": "p"}).url == "https://bell.example/plans/p/"


def test_only_a_greedy_label_keeps_its_slashes(http: Both) -> None:
    """iot ConfirmTopicRuleDestination, devops-agent GetAssetFile."""
    request = http.request("GreedyLabel", {"Id": "a/b", "Rest": "c/d e/f"})
    assert request.url == "https://bell.example/tags/a%2Fb/c/d%20e/f"


def test_a_label_may_be_a_number(http: Both) -> None:
    """appconfig StopDeployment, lambda GetLayerVersion."""
    request = http.request("NumericLabel", {"Number": -7, "Big": 9007199254740993})
    assert request.url == "https://bell.example/versions/-7/of/9007199254740993"


def test_a_query_map_does_not_replace_query_members(http: Both) -> None:
    """apigateway GetExport parameters, route53globalresolver filters (lists)."""
    request = http.request("QueryMapOfLists", {"filters": {"a": ["1", "2"], "b": ["x y"]}})
    assert request.url == "https://bell.example/sources?a=1&a=2&b=x%20y"


def test_a_get_may_have_a_body(http: Both) -> None:
    """efs DescribeAccountPreferences."""
    request = http.request("GetWithBody", {"MaxResults": 3})
    assert (request.method, request.body) == ("GET", b'{"MaxResults":3}')


def test_an_empty_prefix_takes_every_header(http: Both) -> None:
    """dataexchange SendApiAsset."""
    params = {"AssetId": "a", "Body": "text", "RequestHeaders": {"X-One": "1"}}
    request = http.request("SendApiAsset", params)
    assert request.headers["x-amzn-dataexchange-header-x-one"] == "1"
    answer = Response(200, {"X-Two": "2", "Via": "3"}, b"payload")
    assert http.reading("SendApiAsset", answer)["parsed"] == {
        "Body": "payload",
        "ResponseHeaders": {"X-Two": "2", "Via": "3"},
    }


def test_a_host_prefix_is_added_with_its_label(http: Both) -> None:
    """dataexchange `api-fulfill.`; neptune-graph `{graphIdentifier}.`, which travels in a header, too."""
    assert http.request("PlainPrefix", {"Id": "i"}).url == "https://data.bell.example/i"
    request = http.request("LabelPrefix", {"graph": "g-123"})
    assert (request.url, request.headers["graphidentifier"]) == (
        "https://g-123.bell.example/queries",
        "g-123",
    )
    assert request.headers["host"] == "g-123.bell.example"


@pytest.mark.parametrize("graph", ["a.b", "", "a/b", "-" * 64, "a b"])
def test_a_value_that_is_not_a_host_label_is_refused_as_one(http: Both, graph: str) -> None:
    """neptune-graph `{graphIdentifier}.`: what would lead to another host is refused."""
    answer = http.ours_of_request("LabelPrefix", {"graph": graph})
    assert answer["error"]["kind"] == "validation"
    assert "graph" in answer["error"]["message"]


def test_streams_are_sent_and_read_unchanged(http: Both) -> None:
    """lex-runtime PostContent, omics UploadReadSetPart (requiresLength), mediastore-data GetObject."""
    for operation in ("Upload", "SizedUpload"):
        request = http.request(operation, {"Id": "i", "Body": b"\x00\xffdata"})
        assert request.body == b"\x00\xffdata"
        assert request.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    answer = Response(200, {"Content-Range": "bytes 0-3/9"}, b"\x00\xff\x00")
    assert http.reading("Download", answer)["parsed"] == {"Body": "AP8A", "Range": "bytes 0-3/9"}


def test_an_operation_without_authentication_is_not_signed(http: Both) -> None:
    """cognito-identity GetId, sso GetRoleCredentials."""
    assert "authorization" not in http.request("Open", {"Id": "i"}).headers


def test_an_xml_attribute_with_a_prefix_is_written_and_read(xml: Both) -> None:
    """s3 Grantee: `xsi:type`, and the namespace that explains it."""
    grantee = {"Type": "CanonicalUser", "ID": "me"}
    grants = [{"Grantee": grantee, "Permission": "READ"}]
    request = _same_body(xml, "PutAcl", {"AccessControlPolicy": {"Grants": grants}})
    assert b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"' in request.body
    # The output has another name than the input's member.
    body = request.body.replace(b"AccessControlPolicy", b"Policy")
    assert xml.reading("GetAcl", Response(200, {}, body))["parsed"] == {"Grants": grants}
    # The prefix is the sender's to choose.
    other = body.replace(b"xmlns:xsi", b"xmlns:a").replace(b"xsi:type", b"a:type")
    assert xml.ours("GetAcl", Response(200, {}, other))["parsed"] == {"Grants": grants}


def test_an_operation_with_endpoint_discovery_uses_the_callers_endpoint(rpc: Both) -> None:
    """timestream-query Query: a client with an endpoint does not ask DescribeEndpoints for one."""
    request = rpc.request("Query", {"Name": "n"})
    assert (request.url, json.loads(request.body)) == ("https://bell.example/", {"Name": "n"})
    assert request.headers["x-amz-target"] == "HardRpc.Query"
    asking = rpc.request("DescribeEndpoints", {})
    assert asking.headers["x-amz-api-version"] == rpc.judge.model.api_version


def test_checksums_are_sent_and_verified(http: Both) -> None:
    """s3 PutBucketPolicy and GetObject, s3control."""
    request = http.request("Checked", {"Data": "d", "Algorithm": "SHA256"})
    assert request.headers["x-amz-checksum-sha256"] == _sha256(request.body)
    assert "x-amz-checksum-crc32" in http.request("Checked", {"Data": "d"}).headers
    body = b'{"Data": "d"}'
    good = Response(200, {"x-amz-checksum-sha256": _sha256(body)}, body)
    assert http.reading("Validated", good)["parsed"] == {"Data": "d"}


def _sha256(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def test_extras_of_a_model_correct_a_type(http: Both) -> None:
    """s3 Expires: service-2.sdk-extras.json makes it a timestamp."""
    answer = Response(200, {"Expires": "Fri, 02 Jan 2026 03:04:05 GMT"}, b"b")
    assert http.reading("Download", answer)["parsed"]["Expires"] == 1767323045


def test_endpoint_parameters_come_from_members_constants_and_expressions(endpoints: Both) -> None:
    """s3 PutObject (contextParam), s3 CreateBucket (static), dynamodb TransactGetItems (operation)."""
    assert endpoints.request("Plain", {"Bucket": "b"}).url == "https://b.us-west-2.example/of/b"
    assert endpoints.request("Control", {"Bucket": "b"}).url == "https://control.b.us-west-2.example/of/b"
    items = [{"Get": {"TableName": "towers"}}, {}, {"Get": {"TableName": "bells"}}]
    request = endpoints.request("TransactGetItems", {"TransactItems": items})
    assert request.url == "https://towers.tables.example/TransactGetItems"
