# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the Amazon Chime SDK Voice endpoint: a real HTTP server on the loopback interface.

It verifies the Signature Version 4 of each request (botocore computes the one it compares with), checks the
request against the service model, and keeps speaker search tasks: a started task is IN_QUEUE, each GET moves
it on to IN_PROGRESS and SUCCEEDED. A voice connector whose id begins with "throttle" refuses each call
twice before it accepts it. The keys come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.

The first line on standard output is the port. The server ends on SIGTERM and when its standard input does.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import traceback
import uuid
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from response_errors import ResponseError, bad_request
from service_model import Call, ServiceModel
from signature import Judge
from tasks import Tasks

MODEL = (
    Path(__file__).resolve().parents[2] / "api-models" / "chime-sdk-voice" / "2022-08-03" / "service-2.json"
)
LARGEST_BODY = 1 << 20
PATIENCE_SECONDS = 30


class Endpoint:
    """The service without HTTP: parses a request and returns a response."""

    def __init__(self, model: ServiceModel, judge: Judge, tasks: Tasks, clock_offset: timedelta) -> None:
        self._model = model
        self._judge = judge
        self._tasks = tasks
        self._clock_offset = clock_offset

    def now(self) -> datetime:
        """The server's clock, which may be wrong by intention."""
        return datetime.now(UTC) + self._clock_offset

    def answer(
        self, method: str, target: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[str, int, dict[str, Any] | None]:
        """Operation, status and body; raises ResponseError for an error response."""
        now = self.now()
        self._judge.check(method, target, headers, body, now)
        content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
        try:
            call = self._model.read(method, target, content_type, body)
        except UnicodeDecodeError:
            raise bad_request("the path is not UTF-8") from None
        status = int(self._model.operation(call.operation)["http"].get("responseCode", 200))
        return call.operation, status, self._perform(call, now)

    def _perform(self, call: Call, now: datetime) -> dict[str, Any] | None:
        if call.operation == "StartSpeakerSearchTask":
            return {"SpeakerSearchTask": self._tasks.start(call.members, now).to_json()}
        if call.operation == "GetSpeakerSearchTask":
            return {"SpeakerSearchTask": self._tasks.look(call.members, now).to_json()}
        if call.operation == "StopSpeakerSearchTask":
            self._tasks.stop(call.members, now)
            return None
        raise ResponseError(
            "NotImplementedException",
            501,
            f"{call.operation} fits the model; the stand-in only keeps searches",
        )


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections that stay open."""

    protocol_version = "HTTP/1.1"
    server_version = "BelfryStandIn"
    sys_version = ""
    timeout = PATIENCE_SECONDS
    # One packet a response.
    wbufsize = -1
    disable_nagle_algorithm = True
    endpoint: Endpoint

    def _handle(self) -> None:
        request_id = str(uuid.uuid4())
        operation, error_type = "", None
        document: dict[str, Any] | None
        try:
            body = self._read_body()
            headers = list(self.headers.items())
            operation, status, document = self.endpoint.answer(self.command, self.path, headers, body)
        except ResponseError as error:
            status = error.status
            # The service adds a URL to the type; clients have to remove it.
            error_type = f"{error.error_type}:http://internal.amazon.com/coral/com.amazonaws.chime/"
            document = {"Message": error.message}
            if error.code:
                document["Code"] = error.code
        except Exception as error:  # An error in this program must not close the client's connection.
            status, error_type = 500, "ServiceFailureException"
            document = {"Code": "ServiceFailure", "Message": f"{type(error).__name__}: {error}"}
            self.log_error("%s", traceback.format_exc())
        self.log_message("%s %s %s %s", self.requestline, status, operation or error_type, request_id)
        payload = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("x-amzn-requestid", request_id)
        if error_type:
            self.send_header("x-amzn-errortype", error_type)
        if document is not None:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(payload)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _handle

    def _read_body(self) -> bytes:
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or len(lengths) > 1:
            self.close_connection = True
            raise ResponseError(
                "BadRequestException", 400, "send exactly one Content-Length and no Transfer-Encoding"
            )
        text = lengths[0].strip() if lengths else "0"
        if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > LARGEST_BODY:
            self.close_connection = True
            raise ResponseError(
                "RequestEntityTooLargeException", 413, f"Content-Length {text[:40]} is not accepted"
            )
        body = self.rfile.read(int(text))
        if len(body) != int(text):
            self.close_connection = True
            raise bad_request("the body is shorter than Content-Length")
        return body

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """One line a request is enough; _handle writes it."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the endpoint's clock."""
        return super().date_time_string(timestamp or self.endpoint.now().timestamp())


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--model", type=Path, default=MODEL, help="a service-2.json")
    parser.add_argument(
        "--looks-per-status", type=int, default=1, metavar="N", help="GETs until a task moves on"
    )
    parser.add_argument("--throttle-every", type=int, default=0, metavar="N", help="refuse each Nth start")
    parser.add_argument(
        "--clock-offset", type=float, default=0, metavar="SECONDS", help="set the clock wrong"
    )
    return parser.parse_args(arguments)


def main() -> int:
    """Serves until it is stopped."""
    options = parse()
    try:
        access_key, secret_key = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    except KeyError as missing:
        print(f"chime_server: set {missing.args[0]}", file=sys.stderr)
        return 2
    model = ServiceModel(options.model)
    token = os.environ.get("AWS_SESSION_TOKEN")
    judge = Judge(access_key, secret_key, token, options.region, model.signing_name)
    tasks = Tasks(max(1, options.looks_per_status), options.throttle_every)
    Handler.endpoint = Endpoint(model, judge, tasks, timedelta(seconds=options.clock_offset))

    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)

    def stop(*_: object) -> None:
        # shutdown waits for serve_forever, which the signal interrupted: another thread has to call it.
        threading.Thread(target=server.shutdown, daemon=True).start()

    def stop_with_input() -> None:
        # Not sys.stdin: its lock would be held when the interpreter ends.
        while os.read(0, 4096):
            pass
        server.shutdown()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=stop_with_input, daemon=True).start()
    print(server.server_port, flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
