# SPDX-License-Identifier: Apache-2.0
"""`belfry wire`: its lines, its flags and its errors."""

from __future__ import annotations

import base64
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "api-models" / "chime-sdk-voice"
KEYS = ("--access-key", "AKID", "--secret-key", "secret")
FLAGS = (*KEYS, "--now", "2026-01-02T03:04:05Z", "--region", "us-east-1")
OPERATIONS = "StartSpeakerSearchTask,GetSpeakerSearchTask"
START = {"VoiceConnectorId": "v", "TransactionId": "t", "VoiceProfileDomainId": "d"}


def environment(**more: str) -> dict[str, str]:
    """The environment without settings of AWS's tools."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": str(ROOT / "codegen")} | more


def command(*arguments: str, service: str = "chime-sdk-voice", operations: str = OPERATIONS) -> list[str]:
    chosen = ["--operations", operations] if operations else []
    return [sys.executable, "-m", "belfry_codegen.commands.wire", service, *chosen, *arguments]


def wire(text: str | bytes, *arguments: str, **more: str) -> list[dict[str, Any]]:
    """The answers to some lines."""
    given = text.encode() if isinstance(text, str) else text
    done = subprocess.run(
        command(*arguments), input=given, capture_output=True, env=environment(**more), check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def start(**params: Any) -> str:
    return json.dumps({"id": 1, "operation": "StartSpeakerSearchTask", "params": START | params}) + "\n"


def response(status: int, body: bytes, headers: dict[str, Any] | None = None) -> str:
    shown = {"status": status, "headers": headers or {}, "body_base64": base64.b64encode(body).decode()}
    return json.dumps({"id": 1, "operation": "GetSpeakerSearchTask", "response": shown}) + "\n"


def fails(*arguments: str, **how: str) -> str:
    """The one line of error if the program does not start."""
    done = subprocess.run(command(*arguments, **how), input=b"", capture_output=True, env=environment())
    assert done.returncode == 2
    assert done.stdout == b""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_a_request_is_printed_with_its_signature() -> None:
    [answer] = wire(start(CallLeg="Caller"), *FLAGS, "--idempotency-token", "token")
    request = answer["request"]
    assert answer["id"] == 1
    assert request["method"] == "POST"
    assert request["url"] == (
        "https://voice-chime.us-east-1.amazonaws.com/voice-connectors/v/speaker-search-tasks"
    )
    assert request["headers"]["X-Amz-Date"] == "20260102T030405Z"
    assert request["headers"]["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKID/20260102/us-east-1/chime/aws4_request, SignedHeaders="
    )
    body = base64.b64decode(request["body_base64"])
    assert request["headers"]["Content-Length"] == str(len(body))
    assert json.loads(body) == {
        "TransactionId": "t",
        "VoiceProfileDomainId": "d",
        "CallLeg": "Caller",
        "ClientRequestToken": "token",
    }


def test_each_request_has_its_own_idempotency_token() -> None:
    answers = wire(start() * 2, *FLAGS)
    tokens = {
        json.loads(base64.b64decode(a["request"]["body_base64"]))["ClientRequestToken"] for a in answers
    }
    assert len(tokens) == 2
    assert all(len(token) == 36 for token in tokens)


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ({"CallLeg": 7}, "CallLeg"),
        ({"Unknown": "x"}, "Unknown"),
        ({"VoiceConnectorId": ""}, "VoiceConnectorId"),
        ({"VoiceConnectorId": None}, "VoiceConnectorId"),
        ({"TransactionId": ["a"]}, "TransactionId"),
    ],
)
def test_invalid_parameters_are_validation_errors(params: dict[str, Any], fault: str) -> None:
    [answer] = wire(start(**params), *FLAGS)
    assert answer["error"]["kind"] == "validation"
    assert fault in answer["error"]["message"]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "garbage",
        "[]",
        "7",
        "{}",
        '{"id": 1',
        '{"id": 1, "params": {}}',
        '{"id": 1, "operation": "StartSpeakerSearchTask"}',
        '{"id": 1, "operation": 7, "params": {}}',
        '{"id": 1, "operation": "NoSuch", "params": {}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "params": {}, "response": {"status": 200}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "response": {}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "response": {"status": "200"}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "response": {"status": 99}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "response": {"status": 200, "headers": {"a": 1}}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "response": {"status": 200, "body_base64": "!"}}',
        '{"id": 1, "operation": "GetSpeakerSearchTask", "params": {"a": "\\ud800"}}',
        "[" * 100_000,
    ],
)
def test_an_invalid_line_is_an_input_error_and_the_next_is_read(line: str) -> None:
    first, second = wire(f"{line}\n{start()}", *FLAGS)
    assert first["error"]["kind"] == "input"
    assert first["error"]["message"]
    assert first["id"] in (None, 1)
    assert "request" in second


def test_a_line_that_is_not_utf_8_is_an_input_error() -> None:
    first, second = wire(b'{"id": "\xff"}\n' + start().encode(), *FLAGS)
    assert first["error"]["kind"] == "input"
    assert "request" in second


@pytest.mark.parametrize("name", [None, 0, -1.5, "ä\n", True, [1, {"a": 2}], {"b": [None]}])
def test_any_json_id_is_returned(name: Any) -> None:
    line = json.dumps({"operation": "StartSpeakerSearchTask", "params": START, "id": name}) + "\n"
    [answer] = wire(line, *FLAGS)
    assert answer["id"] == name
    assert "request" in answer


def test_the_last_line_may_lack_a_line_break() -> None:
    assert len(wire(start() + start().strip(), *FLAGS)) == 2
    assert wire("", *FLAGS) == []


def test_windows_line_breaks_are_accepted() -> None:
    answers = wire((start().strip() + "\r\n") * 2, *FLAGS)
    assert ["request" in answer for answer in answers] == [True, True]


def test_a_success_is_printed_as_parsed() -> None:
    body = b'{"SpeakerSearchTask": {"CreatedTimestamp": "2026-01-02T03:04:05.25Z", "New": [1, {"a": null}]}}'
    [answer] = wire(response(200, body), *FLAGS)
    assert answer == {"id": 1, "parsed": {"SpeakerSearchTask": {"CreatedTimestamp": 1767323045.25}}}


def test_a_service_error_is_printed_with_code_and_members() -> None:
    headers = {"X-Amzn-ErrorType": "a#NotFoundException:http://b/", "x-amzn-RequestId": "r"}
    [answer] = wire(response(404, b'{"Message": "none", "Code": "NotFound"}', headers), *FLAGS)
    assert answer == {
        "id": 1,
        "error": {"code": "NotFoundException", "message": "none", "status": 404},
        "modeled": {"Code": "NotFound", "Message": "none"},
        "request_id": "r",
    }


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_retryable_error_is_printed_like_others(status: int) -> None:
    body = b'{"__type": "ServiceFailureException", "Message": "m"}'
    answers = wire(response(status, body) * 600, *FLAGS)
    assert len(answers) == 600
    assert all(answer["modeled"] == {"Message": "m"} for answer in answers)


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        (b"not JSON", {}, "response"),
        (b'{"SpeakerSearchTask": 7}', {}, "response"),
        (b'{"SpeakerSearchTask": {"CreatedTimestamp": "yesterday"}}', {}, "response"),
        (b'{"SpeakerSearchTask": "\xff"}', {}, "response"),
        (b"[" * 100_000, {}, "response"),
        (b'{"a"', {"Content-Length": "7"}, "transport"),
        (b"", {"Content-Length": "7"}, "transport"),
    ],
)
def test_a_malformed_response_is_a_response_error(body: bytes, headers: dict[str, str], kind: str) -> None:
    [answer] = wire(response(200, body, headers), *FLAGS)
    assert answer["error"]["kind"] == kind
    assert answer["error"]["status"] == 200
    assert answer["error"]["message"]


def test_a_date_in_a_response_does_not_change_later_signatures() -> None:
    skewed = response(403, b'{"__type": "RequestExpired"}', {"Date": "Fri, 02 Jan 2026 09:04:05 GMT"})
    *_, answer = wire(skewed * 3 + start(), *FLAGS)
    assert answer["request"]["headers"]["X-Amz-Date"] == "20260102T030405Z"


def test_an_error_with_bytes_that_are_not_utf_8_is_printed() -> None:
    [answer] = wire(response(400, b"\xff\xfe plain"), *FLAGS)
    assert answer["error"]["code"] == "400"
    assert answer["error"]["message"] == "\ufffd\ufffd plain"


def test_a_header_may_be_repeated() -> None:
    [answer] = wire(response(400, b"", {"X-Amzn-RequestId": ["a", "b"], "x-amzn-errortype": "E"}), *FLAGS)
    assert answer["request_id"] == "a"


def test_without_credentials_a_request_is_a_credentials_error() -> None:
    [answer] = wire(start(), "--region", "us-east-1")
    assert answer["error"]["kind"] == "credentials"
    assert "AWS_ACCESS_KEY_ID" in answer["error"]["message"]


def test_without_a_region_a_request_is_an_endpoint_error() -> None:
    [answer] = wire(start(), *KEYS)
    assert answer["error"]["kind"] == "endpoint"


def test_region_and_credentials_are_read_from_the_environment() -> None:
    told = {"AWS_ACCESS_KEY_ID": "ENVKEY", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "token"}
    [answer] = wire(start(), AWS_REGION="eu-central-1", **told)
    headers = answer["request"]["headers"]
    assert headers["X-Amz-Security-Token"] == "token"
    assert "Credential=ENVKEY/" in headers["Authorization"]
    assert "/eu-central-1/chime/" in headers["Authorization"]


@pytest.mark.parametrize(
    ("flags", "host"),
    [
        (("--use-fips",), "voice-chime-fips.us-east-1.amazonaws.com"),
        (("--use-dual-stack",), "voice-chime.us-east-1.api.aws"),
        (("--endpoint", "http://localhost:4566"), "localhost:4566"),
        (("--endpoint", "https://Proxy.Test:443/base/"), "proxy.test"),
        (("--region", "cn-north-1"), "voice-chime.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_endpoint_options_change_the_url(flags: tuple[str, ...], host: str) -> None:
    [answer] = wire(start(), *FLAGS, *flags)
    assert answer["request"]["headers"]["Host"] == host


def test_an_unknown_argument_is_one_line_and_status_2() -> None:
    assert "chime-sdk-voice" in fails(service="chime-sdk-voise", operations="")
    assert "StartSpeakerSearchTask" in fails(operations="StartSpeakerSearchTsk")
    assert "this folder does not exist" in fails("--models", "/nowhere", operations="")
    assert "--now" in fails("--now", "yesterday")
    assert "--secret-key" in fails("--access-key", "A")
    assert "--operations" in fails("--operations", ",")


def test_gzipped_models_of_botocore_are_read(tmp_path: Path) -> None:
    for source in MODEL.rglob("*.json"):
        folder = tmp_path / source.relative_to(MODEL.parent).parent
        folder.mkdir(parents=True, exist_ok=True)
        if source.name not in ("overlay.json", "source.json"):
            (folder / (source.name + ".gz")).write_bytes(gzip.compress(source.read_bytes()))
    [answer] = wire(start(ClientRequestToken="t"), *FLAGS, "--models", str(tmp_path))
    assert "request" in answer


def test_a_broken_model_is_one_line_and_status_2(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "chime-sdk-voice")
    (tmp_path / "chime-sdk-voice" / "2022-08-03" / "service-2.json").write_text('{"metadata": {}')
    assert "service-2.json" in fails("--models", str(tmp_path))


def test_a_hundred_thousand_lines_are_answered_in_order() -> None:
    lines = [start(), response(200, b'{"SpeakerSearchTask": {}}'), response(404, b"{}")]
    with subprocess.Popen(
        command(*FLAGS), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(start().encode())
        process.stdin.flush()
        process.stdout.readline()

        def seconds(count: int) -> float:
            assert process.stdin is not None and process.stdout is not None
            began = time.monotonic()
            for number in range(count):
                # Each answer is there before the next line is sent: buffering would stop here.
                process.stdin.write(lines[number % 3].encode())
                process.stdin.flush()
                assert process.stdout.readline().startswith(b'{"id":1,')
            return time.monotonic() - began

        first = seconds(10_000)
        memory = _resident(process.pid)
        last = max(seconds(10_000) for _ in range(9))
        assert _resident(process.pid) < memory + 4_000_000
        # Generous: other work may share the machine.
        assert last < 5 * first + 1
        process.stdin.close()
        assert process.wait() == 0


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def test_a_long_line_is_answered() -> None:
    [answer] = wire(start(TransactionId="x" * 30_000_000), *FLAGS)
    assert len(answer["request"]["body_base64"]) > 40_000_000


def test_a_cached_program_starts_without_a_build() -> None:
    wire(start(), *FLAGS)
    began = time.monotonic()
    wire(start(), *FLAGS)
    # A third of a second on a quiet machine; a build takes ten times that.
    assert time.monotonic() - began < 2
