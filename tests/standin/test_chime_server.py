# SPDX-License-Identifier: Apache-2.0
"""The stand-in endpoint, tested with botocore's client and with requests that botocore would not send."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

HERE = Path(__file__).resolve().parent
CONNECTOR = "abcdef1ghij2klmno3pqr4"
BUSY = "throttled1throttled2th"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret/with+signs="}
START = {
    "VoiceConnectorId": CONNECTOR,
    "TransactionId": "daaeb6bf-2fe2-4e51-984e-d0fbf2f09436",
    "VoiceProfileDomainId": "domain",
    "CallLeg": "Callee",
}


@contextmanager
def running(*arguments: str, token: str | None = None) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server process and its port."""
    environment = {**os.environ, **KEYS, **({"AWS_SESSION_TOKEN": token} if token else {})}
    command = [sys.executable, str(HERE / "chime_server.py"), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.stdin.close()
            process.wait(timeout=10)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running() as (number, _):
        yield number


def client(
    port: int, secret: str = KEYS["AWS_SECRET_ACCESS_KEY"], token: str | None = None, **more: str
) -> Any:
    """botocore's client without retries and validation."""
    return botocore.session.Session().create_client(
        "chime-sdk-voice",
        region_name=more.get("region", "us-east-1"),
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=more.get("key", KEYS["AWS_ACCESS_KEY_ID"]),
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


def refusal(call: Any, **members: Any) -> tuple[str, int]:
    """Code and status with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**members)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def raw(
    port: int,
    method: str,
    target: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    sign: bool = True,
) -> tuple[int, str, dict[str, Any]]:
    """A hand-made request: status, error type and body."""
    host = f"127.0.0.1:{port}"
    request = AWSRequest(method, f"http://{host}{target}", headers or {}, body)
    request.headers["Host"] = host
    if body and "Content-Type" not in request.headers:
        request.headers["Content-Type"] = "application/json"
    if sign:
        credentials = Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(credentials, "chime", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request(method, target, body, dict(request.headers.items()))
    response = connection.getresponse()
    content = response.read()
    connection.close()
    assert response.headers["x-amzn-requestid"]
    error_type = response.headers.get("x-amzn-errortype", "").split(":")[0]
    return response.status, error_type, json.loads(content) if content else {}


def test_a_task_runs_through_its_states(port: int) -> None:
    chime = client(port)
    started = chime.start_speaker_search_task(**START)
    assert started["ResponseMetadata"]["HTTPStatusCode"] == 201
    task = started["SpeakerSearchTask"]
    assert task["SpeakerSearchTaskStatus"] == "IN_QUEUE"
    assert task["CallDetails"] == {
        "VoiceConnectorId": CONNECTOR,
        "TransactionId": START["TransactionId"],
        "IsCaller": False,
    }
    identifiers = {"VoiceConnectorId": CONNECTOR, "SpeakerSearchTaskId": task["SpeakerSearchTaskId"]}
    looks = [chime.get_speaker_search_task(**identifiers)["SpeakerSearchTask"] for _ in range(3)]
    assert [look["SpeakerSearchTaskStatus"] for look in looks] == ["IN_PROGRESS", "SUCCEEDED", "SUCCEEDED"]
    results = looks[-1]["SpeakerSearchDetails"]["Results"]
    assert len(results) == 3
    assert all(0 <= result["ConfidenceScore"] <= 1 for result in results)
    assert looks[-1]["CreatedTimestamp"] <= looks[-1]["StartedTimestamp"] <= looks[-1]["UpdatedTimestamp"]
    assert refusal(chime.stop_speaker_search_task, **identifiers) == ("ConflictException", 409)


def test_a_task_can_be_stopped(port: int) -> None:
    chime = client(port)
    task = chime.start_speaker_search_task(**START)["SpeakerSearchTask"]["SpeakerSearchTaskId"]
    stopped = chime.stop_speaker_search_task(VoiceConnectorId=CONNECTOR, SpeakerSearchTaskId=task)
    assert stopped["ResponseMetadata"]["HTTPStatusCode"] == 204
    seen = chime.get_speaker_search_task(VoiceConnectorId=CONNECTOR, SpeakerSearchTaskId=task)
    assert seen["SpeakerSearchTask"]["SpeakerSearchTaskStatus"] == "STOPPED"


def test_the_same_token_names_the_same_task(port: int) -> None:
    chime = client(port)
    request = {**START, "ClientRequestToken": "token-1"}
    first = chime.start_speaker_search_task(**request)["SpeakerSearchTask"]
    second = chime.start_speaker_search_task(**request)["SpeakerSearchTask"]
    assert first["SpeakerSearchTaskId"] == second["SpeakerSearchTaskId"]
    other = {**request, "TransactionId": "another"}
    assert refusal(chime.start_speaker_search_task, **other) == ("ConflictException", 409)
    third = chime.start_speaker_search_task(**{**request, "ClientRequestToken": "token-2"})[
        "SpeakerSearchTask"
    ]
    assert third["SpeakerSearchTaskId"] != first["SpeakerSearchTaskId"]


def test_a_busy_connector_throttles_a_call_twice(port: int) -> None:
    chime = client(port)
    request = {**START, "VoiceConnectorId": BUSY, "ClientRequestToken": "busy"}
    for _ in range(2):
        assert refusal(chime.start_speaker_search_task, **request) == ("ThrottledClientException", 429)
    assert chime.start_speaker_search_task(**request)["ResponseMetadata"]["HTTPStatusCode"] == 201


def test_each_nth_start_is_throttled_on_demand() -> None:
    with running("--throttle-every", "2") as (port, _):
        chime = client(port)
        chime.start_speaker_search_task(**START)
        assert refusal(chime.start_speaker_search_task, **START) == ("ThrottledClientException", 429)
        chime.start_speaker_search_task(**START)


def test_an_unknown_task_is_not_found(port: int) -> None:
    unknown = {"VoiceConnectorId": CONNECTOR, "SpeakerSearchTaskId": "nobody"}
    assert refusal(client(port).get_speaker_search_task, **unknown) == ("NotFoundException", 404)
    status, error_type, body = raw(port, "GET", f"/voice-connectors/{CONNECTOR}/speaker-search-tasks/nobody")
    assert (status, error_type, body["Code"]) == (404, "NotFoundException", "NotFound")
    assert "nobody" in body["Message"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"TransactionId": None}, "TransactionId"),
        ({"TransactionId": ""}, "TransactionId"),
        ({"TransactionId": "x" * 257}, "TransactionId"),
        ({"TransactionId": 7}, "TransactionId"),
        ({"TransactionId": "   "}, "TransactionId"),
        ({"CallLeg": "Both"}, "CallLeg"),
        ({"CallLeg": ["Caller"]}, "CallLeg"),
        ({"Surprise": 1}, "Surprise"),
    ],
)
def test_an_invalid_member_is_an_error_that_names_it(port: int, change: dict[str, Any], named: str) -> None:
    members = {name: value for name, value in START.items() if name != "VoiceConnectorId"} | change
    body = json.dumps({name: value for name, value in members.items() if value is not None}).encode()
    status, error_type, answer = raw(
        port, "POST", f"/voice-connectors/{CONNECTOR}/speaker-search-tasks", body
    )
    assert (status, error_type) == (400, "BadRequestException")
    assert named in answer["Message"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"TransactionId": NaN}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_refused(port: int, body: bytes) -> None:
    status, error_type, _ = raw(port, "POST", f"/voice-connectors/{CONNECTOR}/speaker-search-tasks", body)
    assert (status, error_type) == (400, "BadRequestException")


def test_a_path_query_or_content_type_outside_of_the_model_is_refused(port: int) -> None:
    start = f"/voice-connectors/{CONNECTOR}/speaker-search-tasks"
    assert raw(port, "POST", "/no/such/path")[:2] == (404, "UnknownOperationException")
    assert raw(port, "PATCH", start)[:2] == (404, "UnknownOperationException")
    assert raw(port, "GET", start + "/task?color=red")[:2] == (400, "BadRequestException")
    assert raw(port, "GET", "/voice-connectors/NotAnId/speaker-search-tasks/task")[:2] == (
        400,
        "BadRequestException",
    )
    body = json.dumps({"TransactionId": "a", "VoiceProfileDomainId": "b"}).encode()
    assert raw(port, "POST", start, body, {"Content-Type": "text/plain"})[0] == 415


def test_other_operations_are_checked_and_not_performed(port: int) -> None:
    chime = client(port)
    assert refusal(chime.list_voice_connectors, MaxResults=10) == ("NotImplementedException", 501)
    assert refusal(chime.list_voice_connectors, MaxResults=1000) == ("BadRequestException", 400)
    call = chime.batch_delete_phone_number
    assert refusal(call, PhoneNumberIds=["+15550100"]) == ("NotImplementedException", 501)
    assert refusal(call, PhoneNumberIds=[]) == ("BadRequestException", 400)


def test_wrong_keys_are_refused(port: int) -> None:
    wrong = client(port, secret="wrong").start_speaker_search_task
    assert refusal(wrong, **START) == ("InvalidSignatureException", 403)
    stranger = client(port, key="AKIDSTRANGER").start_speaker_search_task
    assert refusal(stranger, **START) == ("UnrecognizedClientException", 403)
    abroad = client(port, region="eu-central-1").start_speaker_search_task
    assert refusal(abroad, **START) == ("InvalidSignatureException", 403)
    token = client(port, token="token").start_speaker_search_task
    assert refusal(token, **START) == ("UnrecognizedClientException", 403)
    path = f"/voice-connectors/{CONNECTOR}/speaker-search-tasks/x"
    assert raw(port, "GET", path, sign=False)[:2] == (403, "MissingAuthenticationTokenException")


def test_a_request_changed_in_transit_is_refused(port: int) -> None:
    host = f"127.0.0.1:{port}"
    path = f"/voice-connectors/{CONNECTOR}/speaker-search-tasks"
    body = json.dumps({"TransactionId": "a", "VoiceProfileDomainId": "b"}).encode()
    request = AWSRequest("POST", f"http://{host}{path}", {"Content-Type": "application/json"}, body)
    request.headers["Host"] = host
    SigV4Auth(Credentials(*KEYS.values()), "chime", "us-east-1").add_auth(request)
    signed = dict(request.headers.items())
    changes: list[tuple[str, str, bytes, dict[str, str]]] = [
        ("POST", path, body.replace(b"a", b"z"), {}),
        ("POST", path + "?operation=stop", body, {}),
        ("PUT", path, body, {}),
        ("POST", path, body, {"Content-Type": "application/xml"}),
        ("POST", path, body, {"X-Amz-Target": "unsigned"}),
    ]
    for method, target, content, headers in changes:
        connection = http.client.HTTPConnection(host, timeout=10)
        connection.request(method, target, content, signed | headers)
        assert connection.getresponse().status == 403, (method, target, headers)
        connection.close()
    connection = http.client.HTTPConnection(host, timeout=10)
    connection.request("POST", path, body, signed)
    assert connection.getresponse().status == 201
    connection.close()


def test_a_session_token_must_match() -> None:
    with running(token="token") as (port, _):
        assert client(port, token="token").start_speaker_search_task(**START)["SpeakerSearchTask"]
        bare = client(port).start_speaker_search_task
        assert refusal(bare, **START) == ("UnrecognizedClientException", 403)


@pytest.mark.parametrize("offset", ["3600", "-3600"])
def test_a_wrong_clock_refuses_requests_and_sends_its_time(offset: str) -> None:
    with running("--clock-offset", offset) as (port, _):
        start = client(port).start_speaker_search_task
        assert refusal(start, **START) == ("InvalidSignatureException", 403)


def test_a_request_with_invalid_framing_gets_an_error_response(port: int) -> None:
    for headers in ("Content-Length: 99999999999", "Content-Length: -1", "Transfer-Encoding: chunked"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.connect()
        assert connection.sock is not None
        connection.sock.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode())
        response = http.client.HTTPResponse(connection.sock)
        response.begin()
        assert response.status in (400, 413)
        assert response.getheader("Connection") == "close"
        connection.close()


def test_the_server_ends_on_a_signal_and_at_the_end_of_its_input() -> None:
    with running() as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    with running() as (_, process):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=10) == 0
