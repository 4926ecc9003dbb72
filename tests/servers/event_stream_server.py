# SPDX-License-Identifier: Apache-2.0
"""A service with event streams over HTTP/2: the golden tower's `Converse`.

    python event_stream_server.py PORT [CERTIFICATE KEY]

With a certificate it uses TLS. h2 implements HTTP/2, botocore checks the request's signature, and
amazon-transcribe decodes the event stream and checks the signature of each event. The bell in the path,
`/conversations/BELL`, chooses what the server does.
"""

from __future__ import annotations

import contextlib
import json
import socketserver
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from amazon_transcribe.auth import Credentials
from amazon_transcribe.eventstream import EventSigner, EventStreamBuffer, EventStreamMessageSerializer
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials as RequestCredentials
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, Event, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.exceptions import ProtocolError

ACCESS_KEY, SECRET_KEY = "AKIDEXAMPLE", "secret"
REGION, SERVICE = "us-east-1", "golden"
FLOOD_BYTES = 8 << 20
TLS: ssl.SSLContext | None = None


class RefusedError(Exception):
    """The signature of a message is wrong."""


class _GivenHeadersSigner(SigV4Auth):  # type: ignore[misc]
    """Covers the headers that the client signed."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            headers.add_header(name.lower(), value)
        return headers


def check_request(headers: dict[str, str]) -> bytes:
    """The request's signature, with which the events' begin."""
    if headers.get("x-amz-content-sha256") != "STREAMING-AWS4-HMAC-SHA256-EVENTS":
        raise RefusedError("x-amz-content-sha256 does not announce signed events")
    fields = dict(part.split("=", 1) for part in headers["authorization"].split(" ", 1)[1].split(", "))
    request = AWSRequest(
        method=headers[":method"], url=f"http://{headers[':authority']}{headers[':path']}", data=b""
    )
    for name in fields["SignedHeaders"].split(";"):
        request.headers.add_header(name, headers[":authority"] if name == "host" else headers[name])
    request.context["timestamp"] = headers["x-amz-date"]
    signer = _GivenHeadersSigner(RequestCredentials(ACCESS_KEY, SECRET_KEY), SERVICE, REGION)
    expected = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    if expected != fields["Signature"]:
        raise RefusedError("the request's signature is wrong")
    return bytes.fromhex(expected)


class Events:
    """Decodes and checks the events of a request."""

    def __init__(self, seed: bytes) -> None:
        self.ended = False
        self._prior = seed
        self._buffer = EventStreamBuffer()

    def feed(self, data: bytes) -> list[tuple[str, bytes]]:
        """Name and payload of each event that these bytes complete."""
        found = []
        self._buffer.add_data(data)
        for message in self._buffer:
            if self.ended:
                raise RefusedError("something follows the signed end")
            self._check(message.headers, message.payload)
            if not message.payload:
                self.ended = True
                continue
            inner = EventStreamBuffer()
            inner.add_data(message.payload)
            event = inner.next()
            if event.headers[":message-type"] != "event":
                raise RefusedError("this is not an event")
            found.append((event.headers[":event-type"], event.payload))
        return found

    def _check(self, headers: dict[str, Any], payload: bytes) -> None:
        if set(headers) != {":date", ":chunk-signature"}:
            raise RefusedError(f"a signed message has the headers {sorted(headers)}")
        # Half a millisecond more, because the signer cuts what a float has made of it.
        date = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=headers[":date"], microseconds=500)
        if abs((datetime.now(UTC) - date).total_seconds()) > 300:
            raise RefusedError(f"an event is of {date}")
        signer = EventSigner(SERVICE, REGION, utc_now=lambda: date)
        expected = signer.sign(payload, self._prior, Credentials(ACCESS_KEY, SECRET_KEY))
        if expected[":chunk-signature"] != headers[":chunk-signature"]:
            raise RefusedError("an event's signature is wrong")
        self._prior = headers[":chunk-signature"]


def message(kind: str, name: str, payload: bytes) -> bytes:
    """An event or an exception, as amazon-transcribe writes messages."""
    headers = {":message-type": kind, f":{kind}-type": name}
    return bytes(EventStreamMessageSerializer().serialize(headers, payload))


def verse(text: str) -> bytes:
    """The event that answers."""
    return message("event", "Verse", text.encode())


class Conversation(socketserver.BaseRequestHandler):
    """One connection with one stream."""

    def setup(self) -> None:
        if TLS is not None:
            self.request = TLS.wrap_socket(self.request, server_side=True)
        self.http = H2Connection(config=H2Configuration(client_side=False, header_encoding="utf-8"))
        self.http.initiate_connection()
        self.bell = ""
        self.stream = 0
        self.events: Events | None = None
        self.waiting = b""
        """Bytes that are sent when the peer's flow control window opens."""
        self.ends = False
        self.has_head = False

    def handle(self) -> None:
        """Runs until the connection ends."""
        with contextlib.suppress(OSError, ProtocolError):
            self.flush()
            while data := self.request.recv(65_536):
                for event in self.http.receive_data(data):
                    try:
                        self.take(event)
                    except RefusedError as refused:
                        self.send(
                            message("exception", "Cracked", json.dumps({"message": str(refused)}).encode())
                        )
                        self.end()
                self.flush()

    def take(self, event: Event) -> None:
        """One action of the peer."""
        if isinstance(event, RequestReceived):
            self.stream = event.stream_id
            self.begin(dict(event.headers))
        elif isinstance(event, DataReceived):
            if self.bell != "stall":
                self.http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if self.events is not None:
                for name, payload in self.events.feed(event.data):
                    self.answer(name, payload)
        elif isinstance(event, StreamEnded):
            self.end_of_request()
        elif isinstance(event, WindowUpdated):
            self.pump()
        elif isinstance(event, StreamReset):
            raise ConnectionResetError

    def begin(self, headers: dict[str, str]) -> None:
        """A request's head has come."""
        self.bell = headers[":path"].rsplit("/", 1)[1]
        if self.bell == "refuse":
            self.head("403", ("x-amzn-errortype", "Cracked"))
            self.send(b'{"message":"not you"}')
            self.end()
            return
        seed = check_request(headers)
        if self.bell == "silent":
            return
        if self.bell != "late":
            self.head("200", ("x-session", self.bell))
        if self.bell == "first":
            self.send(verse("one") + verse("two"))
            self.end()
        elif self.bell == "flood":
            piece = verse("x" * 32_000)
            self.send(piece * (FLOOD_BYTES // len(piece)))
            self.end()
        else:
            self.events = Events(seed)

    def answer(self, name: str, payload: bytes) -> None:
        """An event has come, and is signed as it should be."""
        if self.bell == "count":
            return
        note = json.loads(payload).get("Note", "") if payload else ""
        answers: dict[str, Callable[[], None]] = {
            "exception": lambda: self.give_up(b'{"message":"of old age"}'),
            "error": lambda: self.send(
                EventStreamMessageSerializer().serialize(
                    {":message-type": "error", ":error-code": "Storm", ":error-message": "too much wind"}, b""
                )
            ),
            "reset": lambda: self.reset(ErrorCodes.INTERNAL_ERROR),
            "drop": lambda: self.drop(verse("never whole")[:20]),
            "broken": lambda: self.send(verse("x")[:-1] + b"?"),
        }
        self.send(verse(f"{name}:{note}"))
        answers.get(self.bell, lambda: None)()

    def end_of_request(self) -> None:
        """The request's body has ended."""
        if self.events is None or self.ends:
            return
        if not self.events.ended:
            raise RefusedError("the stream of events has no signed end")
        if self.bell == "late":
            self.head("200", ("x-session", self.bell))
        self.send(verse("bye"))
        self.end()

    def head(self, status: str, *headers: tuple[str, str]) -> None:
        """Begins the response."""
        self.has_head = True
        self.http.send_headers(self.stream, [(":status", status), ("x-amzn-requestid", "r-1"), *headers])

    def send(self, data: bytes) -> None:
        """Sends as much as the window allows, and the rest later."""
        self.waiting += data
        self.pump()

    def end(self) -> None:
        """Ends the response when all of it is sent."""
        self.ends = True
        self.pump()

    def pump(self) -> None:
        """Fills the peer's window."""
        if not self.has_head:
            return
        while self.waiting:
            room = min(
                self.http.local_flow_control_window(self.stream),
                self.http.max_outbound_frame_size,
                len(self.waiting),
            )
            if room <= 0:
                return
            self.http.send_data(self.stream, self.waiting[:room])
            self.waiting = self.waiting[room:]
        if self.ends and self.stream:
            self.http.end_stream(self.stream)
            if self.bell == "refuse":
                # RFC 9113 section 8.1: a server that needs no more of a request may say so, and need not.
                self.http.reset_stream(self.stream, ErrorCodes.NO_ERROR)
            self.ends, self.stream = False, 0
            self.events = None

    def give_up(self, why: bytes) -> None:
        """Ends the response with an exception."""
        self.send(message("exception", "Cracked", why))
        self.end()

    def reset(self, code: ErrorCodes) -> None:
        """Resets the stream."""
        self.http.reset_stream(self.stream, code)

    def drop(self, data: bytes) -> None:
        """Closes the connection in the middle of a message."""
        self.send(data)
        self.flush()
        raise ConnectionResetError

    def flush(self) -> None:
        """Sends what h2 has to send."""
        if data := self.http.data_to_send():
            self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    """A thread a connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    """The TLS settings of the server, with HTTP/2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.set_alpn_protocols(["h2"])
    return context


if __name__ == "__main__":
    TLS = tls_context(*sys.argv[2:4]) if len(sys.argv) > 2 else None
    with Server(("127.0.0.1", int(sys.argv[1])), Conversation) as server:
        server.serve_forever()
