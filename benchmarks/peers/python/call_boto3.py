# SPDX-License-Identifier: Apache-2.0
"""The peer program for boto3; peer_bench/peer.py describes its input and output."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path
from typing import Any

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse


class Raw(io.BytesIO):
    """A body that botocore reads as one of urllib3."""

    def stream(self) -> Any:
        """The body at once."""
        yield self.read()


class Canned:
    """Answers each request at once."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.body_bytes = 0

    def __call__(self, request: AWSRequest, **_: object) -> AWSResponse:
        self.body_bytes = len(request.body)
        headers = {
            "Content-Type": "application/json",
            "x-amzn-RequestId": "b25f48e8-84fd-11e6-80d9-574e0c4664cb",
        }
        return AWSResponse(request.url, 201, headers, Raw(self._answer))


def main() -> None:
    answer_file, url = sys.argv[1:]
    client = boto3.client(
        "chime-sdk-voice",
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCY",
        endpoint_url=None if url == "canned" else url,
    )
    canned = Canned(Path(answer_file).read_bytes())
    if url == "canned":
        client.meta.events.register("before-send", canned)

    def call() -> Any:
        return client.start_speaker_search_task(
            VoiceConnectorId="abcdef1ghij2klmno3pqr4",
            TransactionId="3ea0ee0e-4f2c-4b52-9a3d-7c5a3b1d9e8f",
            VoiceProfileDomainId="0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
            ClientRequestToken="5f0c1d2e-3b4a-4958-8776-95a4b3c2d1e0",
            CallLeg="Caller",
        )

    task = call()["SpeakerSearchTask"]
    results = task["SpeakerSearchDetails"]["Results"]
    print(
        "ready", canned.body_bytes, task["SpeakerSearchTaskId"], len(results), results[-1]["VoiceProfileId"],
        flush=True,
    )  # fmt: skip
    for line in sys.stdin:
        count = int(line)
        wall = time.perf_counter_ns()
        for _ in range(count):
            call()
        print(time.perf_counter_ns() - wall, flush=True)


if __name__ == "__main__":
    main()
