# SPDX-License-Identifier: Apache-2.0
"""Each difference from botocore in known_differences.py still exists. A test's docstring has its number."""

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


def test_a_blob_payload_has_a_content_type_only_in_belfry(both: Both) -> None:
    """Difference 1."""
    ours, theirs = both.requests("lambda", "Invoke", {"FunctionName": "f", "Payload": b"{}"})
    assert ours.headers["content-type"] == "application/octet-stream"
    assert "content-type" not in theirs.headers


def test_an_empty_list_in_the_query_ends_botocores_url_in_a_question_mark(both: Both) -> None:
    """Difference 2."""
    ours, theirs = both.requests("route53globalresolver", "ListAccessSources", {"filters": {}})
    ours_of_list, theirs_of_list = both.requests(
        "route53globalresolver", "ListAccessSources", {"filters": {"a": []}}
    )
    assert not ours.url.endswith("?") and not ours_of_list.url.endswith("?")
    assert theirs.url == ours.url
    assert theirs_of_list.url == ours_of_list.url + "?"


def test_a_host_label_with_capitals_is_lower_case_only_in_belfry(both: Both) -> None:
    """Difference 3."""
    ours, theirs = both.requests("neptune-graph", "GetGraphSummary", {"graphIdentifier": "gABC"})
    assert ours.url.startswith("https://gabc.")
    assert theirs.url.startswith("https://gABC.")
    assert ours.headers["authorization"] == theirs.headers["authorization"]


def test_tiny_epoch_seconds_in_the_query_have_an_exponent_only_in_botocore(both: Both) -> None:
    """Difference 5."""
    shape = both.judge("groundstation").model.operation_model("ListGroundStationReservations").input_shape
    params = Values("any", optional=0).parameters(shape)
    params["startTime"] = params["startTime"].replace(year=1970, month=1, day=1, hour=0, minute=0, second=0)
    params["startTime"] = params["startTime"].replace(microsecond=1)
    ours, theirs = both.requests("groundstation", "ListGroundStationReservations", params)
    assert "startTime=0.000001&" in ours.url
    assert "startTime=1e-06&" in theirs.url


def test_a_backslash_in_a_list_header_is_escaped_only_in_belfry(both: Both) -> None:
    """Difference 6."""
    params = {"workflowName": "w", "uniqueIds": ["a\\,b"]}
    ours, theirs = both.requests("entityresolution", "BatchDeleteUniqueId", params)
    assert ours.headers["uniqueids"] == '"a\\\\,b"'
    assert theirs.headers["uniqueids"] == '"a\\,b"'


@pytest.mark.parametrize("label", ["", ".", ".."])
def test_a_label_that_names_another_resource_is_refused_only_in_belfry(both: Both, label: str) -> None:
    """Difference 7."""
    theirs = both.judge(CHIME).request("GetVoiceConnector", {"VoiceConnectorId": label})
    answer = both.wire(CHIME).ask(request_line("x", "GetVoiceConnector", {"VoiceConnectorId": label}))
    assert isinstance(theirs, Request) and theirs.url.endswith("/voice-connectors/" + label)
    assert answer["error"]["kind"] == "validation"
    assert "VoiceConnectorId" in answer["error"]["message"]


@pytest.mark.parametrize("body", [b"", b"<html></html>"])
def test_an_error_without_a_body_takes_its_code_from_the_headers_only_in_belfry(
    both: Both, body: bytes
) -> None:
    """Difference 8."""
    response = Response(503, {"x-amzn-errortype": "NotFoundException", "x-amzn-requestid": "r"}, body)
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", response)
    assert (ours["error"]["code"], ours["request_id"]) == ("NotFoundException", "r")
    assert (theirs.code, theirs.request_id) == ("503", None)


def test_an_error_without_a_body_has_a_message_only_in_belfry(both: Both) -> None:
    """Difference 37."""
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", Response(403, {}, b""))
    assert isinstance(theirs, ServiceError)
    assert (ours["error"]["message"], theirs.message or "") == ("Forbidden", "")


def test_null_in_a_list_is_kept_only_by_botocore(both: Both) -> None:
    """Difference 9."""
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", _json(200, {"VoiceConnectors": [None, {}]}))
    assert ours["parsed"] == {"VoiceConnectors": [{}]}
    assert theirs == {"VoiceConnectors": [None, {}]}


def test_an_unknown_union_variant_keeps_its_value_only_in_belfry(both: Both) -> None:
    """Difference 10."""
    body = {"output": {"newer": {"a": 1}}}
    ours, theirs = both.readings("bedrock-runtime", "Converse", _json(200, body))
    assert ours["parsed"] == body
    assert theirs == {"output": {"SDK_UNKNOWN_MEMBER": {"name": "newer"}}}


def test_an_empty_union_is_an_error_for_both(both: Both) -> None:
    """Difference 10."""
    with pytest.raises(ResponseParserError):
        both.readings("bedrock-runtime", "Converse", _json(200, {"output": {}}))
    line = response_line("x", "Converse", _json(200, {"output": {}}))
    assert both.wire("bedrock-runtime").ask(line)["error"]["kind"] == "response"


def test_a_value_of_the_wrong_type_is_an_error_only_in_belfry(both: Both) -> None:
    """Difference 11."""
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", _json(200, {"NextToken": 7}))
    assert ours["error"]["kind"] == "response"
    assert "NextToken" in ours["error"]["message"]
    assert theirs == {"NextToken": 7}


@pytest.mark.parametrize("body", [b"not JSON", b'{"NextToken": "a"', b"<html></html>"])
def test_a_success_that_is_not_json_is_an_error_only_in_belfry(both: Both, body: bytes) -> None:
    """Difference 12."""
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", Response(200, {}, body))
    assert ours["error"]["kind"] == "response"
    assert theirs == {}


def test_an_empty_payload_is_absent_only_in_belfry(both: Both) -> None:
    """Difference 13."""
    ours, theirs = both.readings("amplifyuibuilder", "GetComponent", Response(200, {}, b""))
    assert ours["parsed"] == {}
    assert theirs == {"component": {}}


def test_html_with_a_status_below_500_is_a_message_only_for_botocore(both: Both) -> None:
    """Difference 14."""
    ours, theirs = both.readings(CHIME, "ListVoiceConnectors", Response(404, {}, b"<html>gone</html>"))
    assert isinstance(theirs, ServiceError)
    assert ours["error"] == {"code": "404", "message": "Not Found", "status": 404}
    assert (theirs.code, theirs.message) == ("404", "<html>gone</html>")


@pytest.mark.parametrize("place", ["x-amzn-errortype", "code"])
def test_an_error_name_with_a_namespace_outside_of_type_is_reduced_only_in_belfry(
    both: Both, place: str
) -> None:
    """Difference 21."""
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


def test_an_exception_with_a_query_error_code_has_its_members_only_in_belfry(both: Both) -> None:
    """Difference 22."""
    body = {"__type": "aws.sqs#OverLimit", "message": "m"}
    response = _json(400, body, **{"x-amzn-query-error": "AWS.OldName;Sender"})
    ours, theirs = both.readings("sqs", "AddPermission", response)
    assert isinstance(theirs, ServiceError)
    assert ours["error"]["code"] == theirs.code == "AWS.OldName"
    assert ours["modeled"] == {"message": "m"}
    assert theirs.modeled == {}


def test_a_service_that_lists_sigv4a_first_is_signed_by_sigv4_without_a_provider_in_belfry() -> None:
    """Difference 23."""
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


def test_unknown_members_in_a_cbor_map_are_kept_only_by_botocore(arc: Service) -> None:
    """Difference 24."""
    alarm = {"externalId": "a", "NotInTheModel": 1}
    response = _cbor({"plan": {"associatedAlarms": {"b": alarm}}}, **{"smithy-protocol": "rpc-v2-cbor"})
    theirs = arc.judge.parse("GetPlan", arc.minimal("GetPlan"), response)
    assert theirs == {"plan": {"associatedAlarms": {"b": alarm}}}
    ours = arc.wire.ask(response_line("x", "GetPlan", response))
    assert ours["parsed"] == {"plan": {"associatedAlarms": {"b": {"externalId": "a"}}}}


def test_a_response_that_does_not_name_its_protocol_is_an_error_only_in_belfry(arc: Service) -> None:
    """Difference 25."""
    response = _cbor({"plan": {"arn": "a"}})
    assert arc.judge.parse("GetPlan", arc.minimal("GetPlan"), response) == {"plan": {"arn": "a"}}
    ours = arc.wire.ask(response_line("x", "GetPlan", response))
    assert ours["error"]["kind"] == "response"
    assert "rpc-v2-cbor" in ours["error"]["message"]
