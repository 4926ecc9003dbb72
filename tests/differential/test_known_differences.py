# SPDX-License-Identifier: Apache-2.0
"""The differences that known_differences.py lists, by their numbers: each is still there, and as it says."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.parsers import ResponseParserError
from botocore_judge import Judge, Refused, Request, Response, ServiceError
from plain_values import to_wire
from random_cbor_responses import encode
from random_values import Values
from services import Service, opened
from test_cbor_services import CASES as CBOR_CASES
from test_other_services import CASES, MODELS, REGION
from wire_program import Wire, request_line, request_of, response_line

CHIME = "chime-sdk-voice"


class Both:
    """botocore and the wire programs, each made when it is first asked for."""

    def __init__(self) -> None:
        self._judges: dict[str, Judge] = {}
        self._wires: dict[str, Wire] = {}

    def close(self) -> None:
        for wire in self._wires.values():
            wire.close()

    def judge(self, service: str) -> Judge:
        if service not in self._judges:
            self._judges[service] = Judge(service, REGION)
        return self._judges[service]

    def wire(self, service: str) -> Wire:
        if service not in self._wires:
            # The operations of the other tests, whose program is built already.
            chosen = [case.operations for case in CASES if case.service == service]
            models = None if service == CHIME else MODELS
            self._wires[service] = Wire(service, REGION, models, chosen[0] if chosen else ())
        return self._wires[service]

    def requests(self, service: str, operation: str, params: dict[str, Any]) -> tuple[Request, Request]:
        """Ours and botocore's."""
        theirs = self.judge(service).request(operation, params)
        assert not isinstance(theirs, Refused), theirs.reason
        shape = self.judge(service).model.operation_model(operation).input_shape
        answer = self.wire(service).ask(request_line("x", operation, to_wire(shape, params)))
        return request_of(answer), theirs

    def readings(self, service: str, operation: str, response: Response) -> tuple[dict[str, Any], Any]:
        """Ours and botocore's."""
        shape = self.judge(service).model.operation_model(operation).input_shape
        params = Values("any", optional=0).parameters(shape)
        theirs = self.judge(service).parse(operation, params, response)
        return self.wire(service).ask(response_line("x", operation, response)), theirs


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    made = Both()
    yield made
    made.close()


def _json(status: int, body: Any, **headers: str) -> Response:
    return Response(status, headers, json.dumps(body).encode())


def test_1_content_type_of_a_raw_payload(both: Both) -> None:
    ours, theirs = both.requests("lambda", "Invoke", {"FunctionName": "f", "Payload": b"{}"})
    assert ours.headers["content-type"] == "application/octet-stream"
    assert "content-type" not in theirs.headers


def test_2_an_empty_list_in_the_query(both: Both) -> None:
    ours, theirs = both.requests("route53globalresolver", "ListAccessSources", {"filters": {}})
    ours_of_list, theirs_of_list = both.requests(
        "route53globalresolver", "ListAccessSources", {"filters": {"a": []}}
    )
    assert not ours.url.endswith("?") and not ours_of_list.url.endswith("?")
    assert theirs.url == ours.url
    assert theirs_of_list.url == ours_of_list.url + "?"


def test_3_capitals_in_the_host(both: Both) -> None:
    ours, theirs = both.requests("neptune-graph", "GetGraphSummary", {"graphIdentifier": "gABC"})
    assert ours.url.startswith("https://gabc.")
    assert theirs.url.startswith("https://gABC.")
    assert ours.headers["authorization"] == theirs.headers["authorization"]


def test_5_tiny_epoch_seconds_in_the_query(both: Both) -> None:
    shape = both.judge("groundstation").model.operation_model("ListGroundStationReservations").input_shape
    params = Values("any", optional=0).parameters(shape)
    params["startTime"] = params["startTime"].replace(year=1970, month=1, day=1, hour=0, minute=0, second=0)
    params["startTime"] = params["startTime"].replace(microsecond=1)
    ours, theirs = both.requests("groundstation", "ListGroundStationReservations", params)
    assert "startTime=0.000001&" in ours.url
    assert "startTime=1e-06&" in theirs.url


def test_6_a_backslash_in_a_list_header(both: Both) -> None:
    params = {"workflowName": "w", "uniqueIds": ["a\\,b"]}
    ours, theirs = both.requests("entityresolution", "BatchDeleteUniqueId", params)
    assert ours.headers["uniqueids"] == '"a\\\\,b"'
    assert theirs.headers["uniqueids"] == '"a\\,b"'


@pytest.mark.parametrize("label", ["", ".", ".."])
def test_7_a_label_that_names_another_resource(both: Both, label: str) -> None:
    theirs = both.judge(CHIME).request("GetVoiceConnector", {"VoiceConnectorId": label})
    answer = both.wire(CHIME).ask(request_line("x", "GetVoiceConnector", {"VoiceConnectorId": label}))
    assert isinstance(theirs, Request) and theirs.url.endswith("/voice-connectors/" + label)
    assert answer["error"]["kind"] == "validation"
    assert "VoiceConnectorId" in answer["error"]["message"]


@pytest.mark.parametrize("body", [b"", b"<html></html>"])
def test_8_headers_of_an_error_without_a_body(both: Both, body: bytes) -> None:
    response = Response(503, {"x-amzn-errortype": "NotFoundException", "x-amzn-requestid": "r"}, body)
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", response)
    assert (ours["error"]["code"], ours["request_id"]) == ("NotFoundException", "r")
    assert (theirs.code, theirs.request_id) == ("503", None)


def test_9_null_in_a_list(both: Both) -> None:
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", _json(200, {"VoiceConnectors": [None, {}]}))
    assert ours["parsed"] == {"VoiceConnectors": [{}]}
    assert theirs == {"VoiceConnectors": [None, {}]}


def test_10_an_unknown_union_variant(both: Both) -> None:
    body = {"output": {"newer": {"a": 1}}}
    ours, theirs = both.readings("bedrock-runtime", "Converse", _json(200, body))
    assert ours["parsed"] == body
    assert theirs == {"output": {"SDK_UNKNOWN_MEMBER": {"name": "newer"}}}


def test_10_a_union_with_nothing_in_it_is_an_error_for_both(both: Both) -> None:
    with pytest.raises(ResponseParserError):
        both.readings("bedrock-runtime", "Converse", _json(200, {"output": {}}))
    line = response_line("x", "Converse", _json(200, {"output": {}}))
    assert both.wire("bedrock-runtime").ask(line)["error"]["kind"] == "response"


def test_11_a_value_of_the_wrong_type(both: Both) -> None:
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", _json(200, {"NextToken": 7}))
    assert ours["error"]["kind"] == "response"
    assert "NextToken" in ours["error"]["message"]
    assert theirs == {"NextToken": 7}


@pytest.mark.parametrize("body", [b"not JSON", b'{"NextToken": "a"', b"<html></html>"])
def test_12_a_success_that_is_no_json(both: Both, body: bytes) -> None:
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", Response(200, {}, body))
    assert ours["error"]["kind"] == "response"
    assert theirs == {}


def test_13_no_body_where_a_payload_is_due(both: Both) -> None:
    ours, theirs = both.readings("amplifyuibuilder", "GetComponent", Response(200, {}, b""))
    assert ours["parsed"] == {}
    assert theirs == {"component": {}}


def test_14_html_with_a_status_below_500(both: Both) -> None:
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", Response(404, {}, b"<html>gone</html>"))
    assert isinstance(theirs, ServiceError)
    assert ours["error"] == {"code": "404", "message": "Not Found", "status": 404}
    assert (theirs.code, theirs.message) == ("404", "<html>gone</html>")


def test_20_the_version_header_of_endpoint_discovery(both: Both) -> None:
    ours, theirs = both.requests("dynamodb", "DescribeEndpoints", {})
    assert "x-amz-api-version" not in ours.headers
    assert theirs.headers["x-amz-api-version"] == "2012-08-10"


@pytest.mark.parametrize("place", ["x-amzn-errortype", "code"])
def test_21_the_name_of_an_error_outside_of_its_type(both: Both, place: str) -> None:
    name = "aws.dynamodb#ResourceNotFoundException:http://internal/"
    response = _json(400, {"message": "m"}, **{place: name})
    if place == "code":
        response = _json(400, {"message": "m", "code": name})
    ours, theirs = both.readings("dynamodb", "ListTables", response)
    assert ours["error"]["code"] == "ResourceNotFoundException"
    assert ours["modeled"] == {"message": "m"}
    assert isinstance(theirs, ServiceError)
    assert theirs.code == "400"
    assert theirs.modeled == {}


def test_22_an_exception_behind_the_code_of_the_query_protocol(both: Both) -> None:
    body = {"__type": "aws.sqs#OverLimit", "message": "m"}
    response = _json(400, body, **{"x-amzn-query-error": "AWS.OldName;Sender"})
    ours, theirs = both.readings("sqs", "AddPermission", response)
    assert isinstance(theirs, ServiceError)
    assert ours["error"]["code"] == theirs.code == "AWS.OldName"
    assert ours["modeled"] == {"message": "m"}
    assert theirs.modeled == {}


def test_23_asymmetric_signatures() -> None:
    pytest.importorskip("awscrt", reason="awscrt, which signs by SigV4a, is not installed")
    [case] = [case for case in CBOR_CASES if case.service == "partnercentral-revenue-measurement"]
    # As users have it; the other tests tell botocore what to prefer.
    judge = Judge(case.service, REGION)
    assert judge.model.metadata["auth"] == ["aws.auth#sigv4a", "aws.auth#sigv4"]
    with opened(case) as service:
        operation = "ListMarketplaceRevenueShares"
        theirs = judge.request(operation, service.minimal(operation))
        assert isinstance(theirs, Request)
        ours = request_of(service.wire.ask(request_line("x", operation, service.minimal(operation))))
    assert theirs.headers["authorization"].startswith("AWS4-ECDSA-P256-SHA256 ")
    assert theirs.headers["x-amz-region-set"] == "*"
    assert ours.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
    assert "x-amz-region-set" not in ours.headers


@pytest.fixture(scope="module")
def arc() -> Iterator[Service]:
    [case] = [case for case in CBOR_CASES if case.service == "arc-region-switch"]
    with opened(case) as service:
        yield service


def _cbor(body: Any, **headers: str) -> Response:
    return Response(200, headers, encode(random.Random("as short as can be"), body))


def test_24_what_is_in_a_map_in_cbor(arc: Service) -> None:
    alarm = {"externalId": "a", "NotInTheModel": 1}
    response = _cbor({"plan": {"associatedAlarms": {"b": alarm}}}, **{"smithy-protocol": "rpc-v2-cbor"})
    theirs = arc.judge.parse("GetPlan", arc.minimal("GetPlan"), response)
    assert theirs == {"plan": {"associatedAlarms": {"b": alarm}}}
    ours = arc.wire.ask(response_line("x", "GetPlan", response))
    assert ours["parsed"] == {"plan": {"associatedAlarms": {"b": {"externalId": "a"}}}}


def test_25_a_response_that_does_not_name_its_protocol(arc: Service) -> None:
    response = _cbor({"plan": {"arn": "a"}})
    assert arc.judge.parse("GetPlan", arc.minimal("GetPlan"), response) == {"plan": {"arn": "a"}}
    ours = arc.wire.ask(response_line("x", "GetPlan", response))
    assert ours["error"]["kind"] == "response"
    assert "rpc-v2-cbor" in ours["error"]["message"]
