# SPDX-License-Identifier: Apache-2.0
"""`belfry wire` with models of other services, in both layouts, and with a chosen protocol."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from test_wire import FLAGS, command, environment

SHARED = Path(os.environ.get("BELFRY_SHARED", Path(__file__).parents[3] / "shared"))
SMITHY = SHARED / "models" / "smithy"


@pytest.fixture(scope="module")
def botocore_models() -> Path:
    botocore = pytest.importorskip("botocore", reason="botocore, whose models are used, is not installed")
    return Path(botocore.__file__).parent / "data"


def ask(service: str, models: Path, *arguments: str, **line: Any) -> dict[str, Any]:
    """The program's answer to one line."""
    chosen = command(
        *FLAGS, "--models", str(models), *arguments, service=service, operations=line["operation"]
    )
    done = subprocess.run(
        chosen, input=json.dumps(line).encode(), capture_output=True, env=environment(), check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def refusal(service: str, models: Path, *arguments: str, **more: str) -> tuple[int, str]:
    """The status and the last line of a build that fails."""
    chosen = command(*FLAGS, "--models", str(models), *arguments, service=service, operations="")
    done = subprocess.run(chosen, input=b"", capture_output=True, env=environment(**more), check=False)
    assert done.stdout == b""
    return done.returncode, done.stderr.decode().splitlines()[-1]


@pytest.mark.parametrize(
    ("protocol", "media_type", "begins"),
    [
        (None, "application/x-amz-json-1.0", b'{"Namespace":"n"'),
        ("smithy-rpc-v2-cbor", "application/cbor", b"\xa1iNamespace"),
        ("query", "application/x-www-form-urlencoded", b"Action=ListMetrics&Version=2010-08-01&Namespace=n"),
    ],
)
def test_the_chosen_protocol_is_used(
    botocore_models: Path, protocol: str | None, media_type: str, begins: bytes
) -> None:
    flags = () if protocol is None else ("--protocol", protocol)
    answer = ask("cloudwatch", botocore_models, *flags, operation="ListMetrics", params={"Namespace": "n"})
    assert answer["request"]["headers"]["Content-Type"] == media_type
    assert base64.b64decode(answer["request"]["body_base64"]).startswith(begins)


def test_a_protocol_that_the_model_does_not_list_is_an_error(botocore_models: Path) -> None:
    status, text = refusal("cloudwatch", botocore_models, "--protocol", "rest-xml")
    assert status == 2
    assert "CloudWatch" in text and "'rest-xml'" in text
    assert "smithy-rpc-v2-cbor, json, query" in text
    status, text = refusal("cloudwatch", botocore_models, "--protocol", "qury")
    assert status == 2
    assert "did you mean 'query'?" in text


def test_both_layouts_of_models_make_the_same_request(botocore_models: Path) -> None:
    if not SMITHY.is_dir():
        pytest.skip(f"{SMITHY} is not here")
    line = {"operation": "SendMessage", "params": {"QueueUrl": "https://sqs.test/1/q", "MessageBody": "ding"}}
    answers = [ask("sqs", models, **line) for models in (botocore_models, SMITHY)]
    assert answers[0] == answers[1]
    assert answers[0]["request"]["headers"]["X-Amz-Target"] == "AmazonSQS.SendMessage"


def test_members_have_the_models_names_and_not_the_wires(botocore_models: Path) -> None:
    answer = ask("cloudfront", botocore_models, operation="GetDistribution", params={"Id": "E1"})
    assert answer["request"]["url"] == "https://cloudfront.amazonaws.com/2020-05-31/distribution/E1"


def test_a_service_with_xml_is_an_error_without_pugixml(botocore_models: Path, tmp_path: Path) -> None:
    (tmp_path / "pugixml.hpp").write_text('#error "this stands for a machine without it"\n')
    compiler = f"g++ -isystem {tmp_path}"
    status, text = refusal("sts", botocore_models, BELFRY_CXX=compiler)
    assert status == 1
    assert "sts uses query" in text and "pugixml" in text and "libpugixml-dev" in text
