# SPDX-License-Identifier: Apache-2.0
"""botocore as the client of fakes that answer with event streams, in three protocols."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError
from served_fakes import Connect, ServedFakes, code_of, served_fakes

SELECT = {
    "Bucket": "bucket",
    "Key": "a/ü key",
    "ExpressionType": "SQL",
    "Expression": "SELECT 'ü' & <x>",
    "InputSerialization": {"CSV": {}},
    "OutputSerialization": {"CSV": {}},
}
SHARD = {"ConsumerARN": "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/c:1"}
START = {"StartingPosition": {"Type": "LATEST"}}


@pytest.fixture
def served() -> Any:
    """The program with the servers."""
    with served_fakes("event_servers", 4) as served:
        yield served


@pytest.fixture
def connect(served: ServedFakes) -> Connect:
    """Makes a client of a service, whose requests go to its fake."""
    return served.connect


def test_events_in_xml_and_bytes(connect: Connect) -> None:
    events = list(connect("s3").select_object_content(**SELECT)["Payload"])
    assert [next(iter(event)) for event in events] == ["Records", "Cont", "Records", "Stats", "End"]
    records = [event["Records"]["Payload"].decode() for event in events if "Records" in event]
    assert records == ["SELECT 'ü' & <x>\n", "bucket/a/ü key"]
    assert events[3]["Stats"]["Details"] == {
        "BytesScanned": 101,
        "BytesProcessed": 102,
        "BytesReturned": 103,
    }


def test_an_initial_response_precedes_the_events(connect: Connect) -> None:
    response = connect("kinesis").subscribe_to_shard(ShardId="shard-1", **SHARD, **START)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    [event] = list(response["EventStream"])
    record = event["SubscribeToShardEvent"]["Records"][0]
    assert record["Data"] == b"\xff of shard-1"
    assert record["ApproximateArrivalTimestamp"].timestamp() == 1_700_000_000


def test_errors_come_as_a_response_or_in_the_stream(connect: Connect) -> None:
    client = connect("kinesis")
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.subscribe_to_shard(ShardId="gone", **SHARD, **START)
    assert caught.value.response["Error"]["Message"] == "no shard"
    stream = iter(client.subscribe_to_shard(ShardId="busy", **SHARD, **START)["EventStream"])
    assert "SubscribeToShardEvent" in next(stream)
    with pytest.raises(EventStreamError) as broken:
        next(stream)
    assert broken.value.response["Error"] == {"Code": "ResourceInUseException", "Message": "in use"}


def converse(connect: Connect, model: str, text: str) -> Any:
    """The events of a conversation."""
    return connect("bedrock-runtime").converse_stream(
        modelId=model, messages=[{"role": "user", "content": [{"text": text}]}]
    )["stream"]


def test_events_in_json(connect: Connect) -> None:
    text = 'a "ü" of words'
    events = list(converse(connect, "m", text))
    assert events[0] == {"messageStart": {"role": "assistant"}}
    deltas = [event["contentBlockDelta"]["delta"]["text"] for event in events[1:-1]]
    assert len(deltas) == 3
    assert "".join(deltas) == text
    assert events[-1] == {"messageStop": {"stopReason": "end_turn"}}


def test_an_event_that_cannot_be_written_ends_the_stream_with_the_reason(connect: Connect) -> None:
    with pytest.raises(EventStreamError) as broken:
        list(converse(connect, "broken", "abcü"))
    error = broken.value.response["Error"]
    assert error["Code"] == "InternalFailure"
    assert "ConverseStreamOutput.contentBlockDelta" in error["Message"]
    assert "UTF-8" in error["Message"]


def test_a_payload_of_bytes_and_an_error_that_the_model_does_not_list(connect: Connect) -> None:
    response = connect("bedrock-runtime").invoke_model_with_response_stream(modelId="m1", body=b"{}")
    assert response["contentType"] == "application/x-m1"
    stream = iter(response["body"])
    assert next(stream) == {"chunk": {"bytes": b"\0\xff"}}
    with pytest.raises(EventStreamError) as broken:
        next(stream)
    assert broken.value.response["Error"] == {
        "Code": "InternalFailure",
        "Message": "the model broke down",
    }


def test_events_come_while_the_handler_runs_and_it_ends_with_the_client(
    connect: Connect, served: ServedFakes
) -> None:
    client = connect("logs")
    groups = ["arn:aws:logs:us-east-1:123456789012:log-group:g"]
    stream = client.start_live_tail(logGroupIdentifiers=groups)["responseStream"]
    events = iter(stream)
    assert next(events)["sessionStart"]["logGroupIdentifiers"] == groups
    for _ in range(100):
        assert next(events)["sessionUpdate"]["sessionResults"][0]["message"] == "m" * 1000
    stream.close()
    # The handler notices when it writes the next time.
    time.sleep(0.5)
    assert served.end().splitlines() == ["live tail stopped"]


def test_a_server_can_end_while_a_handler_sends_events(connect: Connect, served: ServedFakes) -> None:
    stream = connect("logs").start_live_tail(logGroupIdentifiers=["g"])["responseStream"]
    assert "sessionStart" in next(iter(stream))
    assert served.end().splitlines() == ["live tail runs"]


def test_a_wrong_key_is_refused_before_the_handler(connect: Connect) -> None:
    wrong = connect("kinesis", aws_secret_access_key="other")
    with pytest.raises(ClientError) as caught:
        wrong.subscribe_to_shard(ShardId="shard-1", **SHARD, **START)
    assert caught.value.response["Error"]["Code"] == "InvalidSignatureException"
    assert code_of(lambda: connect("s3", aws_secret_access_key="other").select_object_content(**SELECT)) == (
        "SignatureDoesNotMatch",
        403,
    )
