# SPDX-License-Identifier: Apache-2.0
"""The service that the demo calls, with botocore's client and with requests that botocore would not send."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from served_fakes import code_of, program

CONNECTOR = "abcdef1ghij2klmno3pqr4"
BUSY = "throttled1throttled2th"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret/with+signs="}
TASKS = f"/voice-connectors/{CONNECTOR}/speaker-search-tasks"
START = {
    "VoiceConnectorId": CONNECTOR,
    "TransactionId": "daaeb6bf-2fe2-4e51-984e-d0fbf2f09436",
    "VoiceProfileDomainId": "domain",
    "CallLeg": "Callee",
}


@contextmanager
def running(token: str | None = None) -> Iterator[int]:
    """The port of a process, which ends when its standard input does."""
    environment = {**os.environ, **KEYS, **({"AWS_SESSION_TOKEN": token} if token else {})}
    with subprocess.Popen(
        [program("belfry_demo_service", "examples")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            assert process.wait(timeout=10) == 0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with running() as number:
        yield number


def client(port: int, token: str | None = None, **more: str) -> Any:
    """botocore's client without retries and validation."""
    return botocore.session.Session().create_client(
        "chime-sdk-voice",
        region_name=more.get("region", "us-east-1"),
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=more.get("key", KEYS["AWS_ACCESS_KEY_ID"]),
        aws_secret_access_key=more.get("secret", KEYS["AWS_SECRET_ACCESS_KEY"]),
        aws_session_token=token,
        config=Config(proxies={}, retries={"total_max_attempts": 1}, parameter_validation=False),
    )


def refusal(call: Any, **members: Any) -> tuple[str, int]:
    """Code and status with which a call is refused."""
    return code_of(lambda: call(**members))


def send(
    port: int, method: str, target: str, body: bytes, headers: dict[str, str]
) -> tuple[int, str, dict[str, Any]]:
    """Sends a request as it is: status, error type and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, target, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    error_type = response.headers.get("x-amzn-errortype", "")
    return response.status, error_type, json.loads(content) if content else {}


def signed(
    port: int, method: str, target: str, body: bytes, media_type: str = "application/json"
) -> dict[str, str]:
    """The headers of a request that botocore signs."""
    host = f"127.0.0.1:{port}"
    request = AWSRequest(method, f"http://{host}{target}", {"Content-Type": media_type}, body)
    request.headers["Host"] = host
    SigV4Auth(Credentials(*KEYS.values()), "chime", "us-east-1").add_auth(request)
    return dict(request.headers.items())


def raw(
    port: int, method: str, target: str, body: bytes = b"", **more: str
) -> tuple[int, str, dict[str, Any]]:
    """A hand-made request with a good signature."""
    return send(port, method, target, body, signed(port, method, target, body, **more))


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
    scores = [result["ConfidenceScore"] for result in looks[-1]["SpeakerSearchDetails"]["Results"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
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
    start = client(port).start_speaker_search_task
    request = {**START, "ClientRequestToken": "token-1"}
    first, second = (start(**request)["SpeakerSearchTask"]["SpeakerSearchTaskId"] for _ in range(2))
    assert first == second
    other = {**request, "TransactionId": "another"}
    assert refusal(start, **other) == ("ConflictException", 409)
    third = start(**{**request, "ClientRequestToken": "token-2"})["SpeakerSearchTask"]
    assert third["SpeakerSearchTaskId"] != first


def test_a_busy_connector_throttles_a_call_twice(port: int) -> None:
    start = client(port).start_speaker_search_task
    request = {**START, "VoiceConnectorId": BUSY, "ClientRequestToken": "busy"}
    for _ in range(2):
        assert refusal(start, **request) == ("ThrottledClientException", 429)
    assert start(**request)["ResponseMetadata"]["HTTPStatusCode"] == 201


def test_an_unknown_task_is_not_found(port: int) -> None:
    status, error_type, body = raw(port, "GET", f"{TASKS}/nobody")
    assert (status, error_type, body["Code"]) == (404, "NotFoundException", "NotFound")
    assert body["Message"] == "There is no speaker search task nobody."


@pytest.mark.parametrize(
    "change",
    [{"TransactionId": None}, {"TransactionId": 7}, {"CallLeg": "Both"}, {"CallLeg": ["Caller"]}],
)
def test_an_invalid_member_is_an_error_that_names_it(port: int, change: dict[str, Any]) -> None:
    members = {name: value for name, value in START.items() if name != "VoiceConnectorId"} | change
    body = json.dumps({name: value for name, value in members.items() if value is not None}).encode()
    status, _, answer = raw(port, "POST", TASKS, body)
    assert status == 400
    assert next(iter(change)) in answer["message"]


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"TransactionId": NaN}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_refused(port: int, body: bytes) -> None:
    status, error_type, _ = raw(port, "POST", TASKS, body)
    assert (status, error_type) == (400, "SerializationException")


def test_a_path_or_content_type_outside_of_the_model_is_refused(port: int) -> None:
    assert raw(port, "POST", "/no/such/path")[:2] == (404, "UnknownOperationException")
    assert raw(port, "PATCH", TASKS)[:2] == (404, "UnknownOperationException")
    body = json.dumps({"TransactionId": "a", "VoiceProfileDomainId": "b"}).encode()
    assert raw(port, "POST", TASKS, body, media_type="text/plain")[0] == 415


def test_wrong_keys_are_refused(port: int) -> None:
    wrong = client(port, secret="wrong").start_speaker_search_task
    assert refusal(wrong, **START) == ("InvalidSignatureException", 403)
    stranger = client(port, key="AKIDSTRANGER").start_speaker_search_task
    assert refusal(stranger, **START) == ("UnrecognizedClientException", 403)
    abroad = client(port, region="eu-central-1").start_speaker_search_task
    assert refusal(abroad, **START) == ("InvalidSignatureException", 403)
    token = client(port, token="token").start_speaker_search_task
    assert refusal(token, **START) == ("UnrecognizedClientException", 403)
    unsigned = send(port, "GET", f"{TASKS}/x", b"", {})
    assert unsigned[:2] == (403, "MissingAuthenticationTokenException")


def test_a_request_changed_in_transit_is_refused(port: int) -> None:
    body = json.dumps({"TransactionId": "a", "VoiceProfileDomainId": "b"}).encode()
    headers = signed(port, "POST", TASKS, body)
    changes: list[tuple[str, bytes, dict[str, str]]] = [
        (TASKS, body.replace(b"a", b"z"), {}),
        (TASKS + "?more=1", body, {}),
        (TASKS, body, {"X-Amz-Target": "unsigned"}),
    ]
    for target, content, more in changes:
        assert send(port, "POST", target, content, headers | more)[0] == 403, (target, more)
    assert send(port, "POST", TASKS, body, headers)[0] == 201


def test_a_session_token_must_match() -> None:
    with running(token="token") as port:
        assert client(port, token="token").start_speaker_search_task(**START)["SpeakerSearchTask"]
        bare = client(port).start_speaker_search_task
        assert refusal(bare, **START) == ("UnrecognizedClientException", 403)


def test_missing_keys_and_unknown_arguments_are_named() -> None:
    path = program("belfry_demo_service", "examples")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    for arguments, environment, named in (
        ([], inherited, "AWS_ACCESS_KEY_ID"),
        (["--port"], {**inherited, **KEYS}, "usage: "),
        (["--port", "70000"], {**inherited, **KEYS}, "usage: "),
    ):
        done = subprocess.run(
            [path, *arguments], env=environment, capture_output=True, text=True, timeout=10, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert named in done.stderr
