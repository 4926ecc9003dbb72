# SPDX-License-Identifier: Apache-2.0
"""Compares responses with event streams, complete and with exceptions, with botocore."""

from __future__ import annotations

import binascii
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore
import botocore.exceptions
import pytest
from botocore_judge import Judge, Response, Shape
from comparison import _compare_values
from plain_values import from_botocore, from_wire
from random_responses import Responses
from random_xml_responses import XmlResponses
from runs import Run, seeds
from wire_program import Wire, response_line

MODELS = Path(botocore.__file__).parent / "data"
REGION = "us-west-2"


@dataclass(frozen=True)
class Case:
    """An operation of a service, and what is special about it."""

    service: str
    operation: str
    params: dict[str, Any]
    """Some that are valid."""
    why: str


CASES = (
    Case(
        "lambda",
        "InvokeWithResponseStream",
        {"FunctionName": "f"},
        "raw payloads, output in status and headers",
    ),
    Case(
        "s3",
        "SelectObjectContent",
        {
            "Bucket": "bells",
            "Key": "k",
            "Expression": "SELECT * FROM S3Object",
            "ExpressionType": "SQL",
            "InputSerialization": {"CSV": {}},
            "OutputSerialization": {"CSV": {}},
        },
        "raw payloads and XML, empty events",
    ),
    Case(
        "kinesis",
        "SubscribeToShard",
        {
            "ConsumerARN": "arn:aws:kinesis:us-west-2:123456789012:stream/s/consumer/c:1",
            "ShardId": "s",
            "StartingPosition": {"Type": "LATEST"},
        },
        "an output in a message of its own, nested lists",
    ),
    Case(
        "bedrock-runtime",
        "ConverseStream",
        {"modelId": "m"},
        "unions, documents, exceptions with numbers",
    ),
)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.service)
def service(request: pytest.FixtureRequest) -> Iterator[tuple[Case, Judge, Wire]]:
    case: Case = request.param
    program = Wire(case.service, REGION, MODELS, (case.operation,))
    yield case, Judge(case.service, REGION), program
    program.close()


def message(headers: dict[str, str], payload: bytes) -> bytes:
    """A message of the event stream format, all of whose headers are strings."""
    lines = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value.encode()))
        + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack("!II", len(lines) + len(payload) + 16, len(lines))
    prelude += struct.pack("!I", binascii.crc32(prelude))
    whole = prelude + lines + payload
    return whole + struct.pack("!I", binascii.crc32(whole))


class Events(Responses):
    """A source of events."""

    def __init__(self, seed: str, xml: bool) -> None:
        super().__init__(seed)
        self._xml = XmlResponses(seed) if xml else None

    def event(self, name: str, shape: Shape) -> bytes:
        """An event with some members, or an exception with all of them."""
        kind = "exception" if shape.metadata.get("exception") else "event"
        headers = {":message-type": kind, f":{kind}-type": name, ":content-type": "application/json"}
        return message(headers, self._document(shape))

    def _document(self, shape: Shape) -> bytes:
        for member in shape.members.values():
            if member.serialization.get("eventpayload"):
                if member.type_name == "blob":
                    return self.random.randbytes(self.random.randint(0, 40))
                return self._written(member)
        return self._written(shape)

    def _written(self, shape: Shape) -> bytes:
        if self._xml is not None:
            document = self._xml._element(shape.name, self._xml._members(shape, 0))
            return document.encode() if shape.members else b""
        body = self._members(shape, 0)
        # Present but null is not how services leave it out, and the two sides take it differently.
        for name in ("message", "Message"):
            if body.get(name, "") is None:
                del body[name]
        return self._encoded(body)

    def stream(self, judge: Judge, operation: str) -> Response:
        """A whole response; sometimes with an exception at its end, or an error that is not modelled."""
        shape = judge.model.operation_model(operation).output_shape
        union = shape.members[shape.event_stream_name]
        names = list(union.members)
        events = [name for name in names if not union.members[name].metadata.get("exception")]
        errors = [name for name in names if name not in events]
        parts = [self.event(name, union.members[name]) for name in self.random.choices(events, k=4)]
        if judge.model.metadata["protocol"] == "json":
            head = {":message-type": "event", ":event-type": "initial-response"}
            parts.insert(0, message(head, b"{}"))
        if self.random.random() < 0.2:
            parts.append(message({":message-type": "event", ":event-type": "AddedLater"}, b'{"a":1}'))
        ending = self.random.random()
        if ending < 0.3 and errors:
            name = self.random.choice(errors)
            parts.append(self.event(name, union.members[name]))
        elif ending < 0.4:
            error = {":message-type": "error", ":error-code": "Storm", ":error-message": "too ä"}
            parts.append(message(error, b""))
        headers = {"x-amzn-RequestId": "r-1", "Content-Type": "application/vnd.amazon.eventstream"}
        headers |= self._headers(shape)
        return Response(200, headers, b"".join(parts))


def compare(judge: Judge, operation: str, theirs: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    """The differences between botocore's events and the program's."""
    model = judge.model.operation_model(operation)
    shape, name = model.output_shape, model.output_shape.event_stream_name
    union = shape.members[name]
    events, error = [], None
    try:
        # It skips those that it does not know.
        events = [from_botocore(union, event) for event in theirs.pop(name)]
    except botocore.exceptions.EventStreamError as raised:
        error = raised.response
    if error is not None:
        if "error" not in answer:
            yield f"no error, botocore raised {error}"
            return
        code = error["Error"]["Code"]
        if code in union.members:
            # Belfry uses the exception's code in a response, botocore the event's name.
            code = union.members[code].error_code
        for key, mine, other in (
            ("code", answer["error"]["code"], code),
            (
                "message",
                answer["error"]["message"],
                error["Error"]["Message"] or "the service gave no message",
            ),
        ):
            if mine != other:
                yield f"{key} {mine!r}, botocore {other!r}"
        return
    if "parsed" not in answer:
        yield f"not read: {answer['error']}"
        return
    ours = dict(answer["parsed"])
    found = [event for event in ours.pop(name) if event.keys() <= union.members.keys()]
    yield from _compare_values("events", [from_wire(union, event) for event in found], events)
    yield from _compare_values("parsed", from_wire(shape, ours), from_botocore(shape, theirs))


def test_random_event_streams_are_read_as_by_botocore(service: tuple[Case, Judge, Wire]) -> None:
    """Every event, in order, and the end of the stream."""
    case, judge, wire = service
    run = Run(case.service, case.operation)
    for seed in seeds(60):
        name = run.name(seed)
        response = Events(name, case.service == "s3").stream(judge, case.operation)
        line = response_line(name, case.operation, response)
        theirs = judge.parse(case.operation, case.params, response)
        assert isinstance(theirs, dict)
        run.note(seed, line, compare(judge, case.operation, theirs, wire.ask(line)))
    run.finish()


@pytest.mark.parametrize("fault", ["cut", "flipped", "empty head"])
def test_a_broken_event_stream_is_an_error(service: tuple[Case, Judge, Wire], fault: str) -> None:
    """A stream that botocore reads as an error, or as complete, is an error."""
    case, judge, wire = service
    response = Events(fault, case.service == "s3").stream(judge, case.operation)
    body = bytearray(response.body)
    if fault == "cut":
        del body[-3:]
    elif fault == "flipped":
        body[len(body) // 2] ^= 4
    else:
        body[:0] = bytes(16)
    answer = wire.ask(response_line(fault, case.operation, Response(200, response.headers, bytes(body))))
    assert answer["error"]["kind"] == "response", answer
    assert "parsed" not in answer
