# SPDX-License-Identifier: Apache-2.0
"""Compares Belfry's requests and results with botocore's."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import canonicalize

import botocore.auth
import botocore.httpchecksum
from botocore_judge import Judge, Refused, Request, ServiceError
from known_differences import expected
from plain_values import from_botocore, from_cbor, from_wire
from wire_program import request_of

_JSON = ("application/json", "application/x-amz-json-")
# These headers describe the client, not the request.
_OWN_HEADERS = ("user-agent", "authorization")


def _digest(name: str) -> Callable[[bytes], str]:
    return lambda body: str(botocore.httpchecksum._CHECKSUM_CLS[name]().handle(body))


# The headers that describe the body, and how each is computed.
_DIGESTS: dict[str, Callable[[bytes], str]] = {
    "x-amz-content-sha256": lambda body: hashlib.sha256(body).hexdigest(),
    "content-md5": lambda body: base64.b64encode(hashlib.md5(body).digest()).decode(),
    **{f"x-amz-checksum-{name}": _digest(name) for name in botocore.httpchecksum._CHECKSUM_CLS},
}


def compare_request(
    judge: Judge, operation: str, params: dict[str, Any], answer: dict[str, Any]
) -> Iterator[str]:
    """The differences between botocore's request for these parameters and the program's."""
    theirs = judge.request(operation, params)
    if isinstance(theirs, Refused):
        if "error" not in answer:
            yield f"botocore refuses: {theirs.reason}"
        return
    if "request" not in answer:
        yield f"refused: {answer['error']}"
        return
    ours = request_of(answer)
    model = judge.model.operation_model(operation)
    signed, theirs = theirs, expected(model, params, theirs)
    if ours.method != theirs.method:
        yield f"method {ours.method}, botocore {theirs.method}"
    if ours.url != theirs.url:
        yield f"URL {ours.url}\n  botocore {theirs.url}"
    yield from _compare_headers(ours, theirs)
    yield from _compare_bodies(ours, theirs)
    same = (theirs.headers, urlsplit(theirs.url).query) == (signed.headers, urlsplit(signed.url).query)
    yield from _compare_signatures(judge, model.auth_type, ours, theirs, same=same)


def _compare_headers(ours: Request, theirs: Request) -> Iterator[str]:
    mine = {name: value for name, value in ours.headers.items() if name not in _OWN_HEADERS}
    other = {name: value for name, value in theirs.headers.items() if name not in _OWN_HEADERS}
    # botocore leaves Host to the connection.
    other.setdefault("host", botocore.auth._host_from_url(theirs.url))
    # JSON of another format has another length.
    if "content-length" in other:
        other["content-length"] = str(len(ours.body))
    if "content-length" in mine and "content-length" not in other and ours.body:
        # botocore leaves it to the connection when the method is one that usually has no body, and does not
        # know it when a checksum follows the body.
        other["content-length"] = str(len(ours.body))
    for name, digest in _DIGESTS.items():
        # The checksum depends on the form of the document.
        if ours.body != theirs.body and other.get(name) == digest(theirs.body):
            other[name] = digest(ours.body)
    for name in sorted(mine.keys() | other.keys()):
        if mine.get(name) != other.get(name):
            yield f"header {name}: {mine.get(name)!r}, botocore {other.get(name)!r}"


def _compare_bodies(ours: Request, theirs: Request) -> Iterator[str]:
    if ours.body == theirs.body:
        return
    if "aws-chunked" in theirs.headers.get("content-encoding", ""):
        mine, other = unchunked(ours.body), unchunked(theirs.body)
        if mine != other:
            yield f"chunked body {mine!r}\n  botocore {other!r}"
        return
    if theirs.headers.get("content-type", "").startswith(_JSON) and ours.body and theirs.body:
        if json.loads(ours.body) != json.loads(theirs.body):
            yield f"body {ours.body!r}\n  botocore {theirs.body!r}"
    elif theirs.headers.get("content-type") == "application/cbor" and ours.body and theirs.body:
        yield from _compare_values("body", from_cbor(ours.body), from_cbor(theirs.body))
    elif theirs.body.startswith(b"<") and ours.body.startswith(b"<"):
        # Canonical XML: attributes in one order, references for nothing but what needs one.
        if canonicalize(ours.body) != canonicalize(theirs.body):
            yield f"body {ours.body!r}\n  botocore {theirs.body!r}"
    elif theirs.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        if _fields(ours.body) != _fields(theirs.body):
            yield f"body {ours.body!r}\n  botocore {theirs.body!r}"
    else:
        yield f"body {ours.body!r}\n  botocore {theirs.body!r}"


def unchunked(body: bytes) -> tuple[bytes, dict[str, str]]:
    """The content of an aws-chunked body, and its trailers."""
    content = b""
    while True:
        head, found, body = body.partition(b"\r\n")
        assert found, "a chunk has no head"
        size = int(head.split(b";")[0], 16)
        if size == 0:
            break
        content += body[:size]
        assert body[size : size + 2] == b"\r\n", "a chunk does not end where it should"
        body = body[size + 2 :]
    assert body.endswith(b"\r\n"), "the body does not end in an empty line"
    lines = body.removesuffix(b"\r\n").decode().split("\r\n")
    return content, dict(line.split(":", 1) for line in lines if line)


def _fields(body: bytes) -> list[tuple[str, str]]:
    """The fields of form data, by name."""
    return sorted(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


def _compare_signatures(
    judge: Judge, auth_type: str | None, ours: Request, theirs: Request, same: bool
) -> Iterator[str]:
    mine = ours.headers.get("authorization")
    other = theirs.headers.get("authorization")
    if mine is None or other is None:
        if mine is not other:
            yield f"signature {mine}, botocore {other}"
        return
    # A token does not depend on the body.
    if (ours.body == theirs.body and same) or not other.startswith("AWS4-"):
        if mine != other:
            yield f"signature {mine}\n  botocore {other}"
        return
    # JSON that is written in another way has another signature: botocore has to sign our request.
    resigned = judge.sign(ours, auth_type)
    if mine != resigned:
        yield f"signature {mine}\n  botocore's of the same request {resigned}"
    if mine.split(", ")[0] != other.split(", ")[0]:
        yield f"scope {mine}\n  botocore {other}"


def compare_response(
    judge: Judge, operation: str, theirs: dict[str, Any] | ServiceError, answer: dict[str, Any]
) -> Iterator[str]:
    """The differences between botocore's output and the program's."""
    if isinstance(theirs, ServiceError):
        yield from _compare_error(judge, theirs, answer)
        return
    shape = judge.model.operation_model(operation).output_shape
    if "parsed" not in answer:
        yield f"not read: {answer['error']}"
        return
    ours = from_wire(shape, answer["parsed"])
    yield from _compare_values("parsed", ours, from_botocore(shape, theirs))


def _compare_error(judge: Judge, theirs: ServiceError, answer: dict[str, Any]) -> Iterator[str]:
    if "modeled" not in answer:
        yield f"no error of the service: {answer}"
        return
    error = answer["error"]
    for name, mine, other in (
        ("code", error["code"], theirs.code),
        ("message", error["message"], theirs.message or ""),
        ("status", error["status"], theirs.status),
        ("request_id", answer.get("request_id"), theirs.request_id),
    ):
        blank = name == "message" and not str(other).strip()
        if mine != other and not (blank and mine in _phrases(theirs.status)):
            yield f"{name} {mine!r}, botocore {other!r}"
    shape = judge.model.shape_for_error_code(theirs.code)
    yield from _compare_values(
        "modeled", from_wire(shape, answer["modeled"]), from_botocore(shape, theirs.modeled)
    )


def _phrases(status: int) -> tuple[str, ...]:
    """The messages of a status that stand for one that the body does not have."""
    phrases = tuple(each.phrase for each in HTTPStatus if each == status)
    return (*phrases, f"HTTP status {status}") if status >= 300 else ("the service gave no message",)


def _compare_values(where: str, ours: Any, theirs: Any) -> Iterator[str]:
    """Where two values differ; `1` and `true` do, other than for Python."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key not in ours or key not in theirs:
                side = "botocore has" if key in theirs else "botocore has no"
                yield f"{where}: {side} {key!r}: {(theirs if key in theirs else ours)[key]!r}"
            else:
                yield from _compare_values(f"{where}.{key}", ours[key], theirs[key])
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _compare_values(f"{where}[{number}]", mine, other)
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{where}: {ours!r}, botocore {theirs!r}"
