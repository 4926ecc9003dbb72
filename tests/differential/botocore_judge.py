# SPDX-License-Identifier: Apache-2.0
"""botocore as a judge: its requests, its results for responses, and its signatures."""

from __future__ import annotations

import contextlib
import datetime
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.handlers
import botocore.session

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)
NOW_TEXT = "2026-01-02T03:04:05Z"
ACCESS_KEY = "AKIDEXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SESSION_TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQW=="
TOKEN = "00000000-0000-4000-8000-0123456789ab"

_REFUSALS = (
    botocore.exceptions.ParamValidationError,
    botocore.exceptions.EndpointResolutionError,
    botocore.exceptions.UnsupportedS3ConfigurationError,
    botocore.exceptions.UnsupportedS3ArnError,
    botocore.exceptions.UnsupportedS3ControlArnError,
    botocore.exceptions.UnsupportedS3AccesspointConfigurationError,
    botocore.exceptions.InvalidHostLabelError,
)

Shape = Any
"""A shape of botocore's, which has no type information."""


@dataclass(frozen=True)
class Request:
    """An HTTP request, as it would be sent."""

    method: str
    url: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True)
class Response:
    """An HTTP response, as it came in."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Refused:
    """botocore refused the parameters."""

    reason: str


@dataclass(frozen=True)
class ServiceError:
    """The exception that botocore raised for a response."""

    code: Any
    message: Any
    status: int
    request_id: str | None
    modeled: dict[str, Any]


class _Raw(io.BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.read()


class _VerbatimAuth(botocore.auth.SigV4Auth):  # type: ignore[misc]
    """Signs for S3, with the payload hash in the header."""

    def _normalize_url_path(self, path: str) -> str:
        return path


class Judge:
    """A botocore client of one service that never touches the network."""

    def __init__(
        self,
        service: str,
        region: str,
        session_token: str | None = None,
        protocol: str | None = None,
        change: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
        **config: Any,
    ) -> None:
        session = botocore.session.Session()
        if change is not None:
            _change_model(session, change)
        if protocol is not None:
            _change_model(session, _speaking(protocol))
        session.set_credentials(ACCESS_KEY, SECRET_KEY, session_token, config.pop("account_id", None))
        retries = {"mode": "standard", "total_max_attempts": 1}
        endpoint = config.pop("endpoint_url", None)
        self.client = session.create_client(
            service,
            region_name=region,
            endpoint_url=endpoint,
            config=botocore.config.Config(retries=retries, parameter_validation=True, **config),
        )
        self.credentials = botocore.credentials.Credentials(ACCESS_KEY, SECRET_KEY, session_token)
        self.model = self.client.meta.service_model
        # They differ from call to call, and would be part of the signature.
        self.client.meta.events.unregister("request-created", botocore.handlers.add_retry_headers)
        self.client.meta.events.register_first("before-send", self._before_send)
        self._sent: Request | None = None
        self._answer = Response(200, {}, b"{}")

    def operations(self) -> list[str]:
        """The names of all operations."""
        return list(self.model.operation_names)

    def request(self, operation: str, params: dict[str, Any]) -> Request | Refused:
        """The request that botocore sends for these parameters."""
        self._sent = None
        self._answer = Response(200, {}, b"{}")
        try:
            self._call(operation, params)
        except _REFUSALS as fault:
            return Refused(str(fault))
        except Exception:
            # The response is invented, and may not fit the operation.
            if self._sent is None:
                raise
        assert self._sent is not None
        return self._sent

    def parse(
        self, operation: str, params: dict[str, Any], response: Response
    ) -> dict[str, Any] | ServiceError:
        """botocore's result for a response; `params` only have to be valid."""
        self._answer = response
        try:
            parsed = dict(self._call(operation, params))
        except botocore.exceptions.ClientError as fault:
            return _service_error(fault.response)
        parsed.pop("ResponseMetadata", None)
        return parsed

    def sign(self, request: Request, auth_type: str | None = None) -> str:
        """The Authorization header that botocore computes for the given request."""
        headers = {name: value for name, value in request.headers.items() if name != "authorization"}
        # Transports add it to what was signed.
        headers.pop("content-length", None)
        theirs = botocore.awsrequest.AWSRequest(
            method=request.method, url=request.url, data=request.body, headers=headers
        )
        theirs.context["payload_signing_enabled"] = auth_type != "v4-unsigned-body"
        scope = request.headers["authorization"].split("Credential=")[1].split(",")[0].split("/")
        signer = _VerbatimAuth if scope[3] in botocore.handlers.S3_SIGNING_NAMES else botocore.auth.SigV4Auth
        with _frozen():
            signer(self.credentials, scope[3], scope[2]).add_auth(theirs)
        return str(theirs.headers["Authorization"])

    def _call(self, operation: str, params: dict[str, Any]) -> Any:
        with _frozen():
            return self.client._make_api_call(operation, params)

    def _before_send(self, request: Any, **_: object) -> Any:
        body = request.body if request.body is not None else b""
        if hasattr(body, "read"):
            body = body.read()
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            text = value.decode() if isinstance(value, bytes) else str(value)
            headers[name.lower()] = text
        self._sent = Request(
            request.method, request.url, headers, body.encode() if isinstance(body, str) else body
        )
        answer = self._answer
        return botocore.awsrequest.AWSResponse(
            request.url, answer.status, botocore.awsrequest.HeadersDict(answer.headers), _Raw(answer.body)
        )


def _change_model(session: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Makes clients of the session work with another model than the one that botocore has."""
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def load_service_model(service: str, kind: str, api_version: str | None = None) -> Any:
        model = load(service, kind, api_version)
        return change(model) if kind == "service-2" else model

    loader.load_service_model = load_service_model


def _speaking(protocol: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    spoken = {"protocol": protocol, "protocols": [protocol]}
    return lambda model: {**model, "metadata": {**model["metadata"], **spoken}}


@contextlib.contextmanager
def _frozen() -> Iterator[None]:
    uuids = mock.Mock(uuid4=lambda: TOKEN)
    with (
        mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: NOW),
        # Where awscrt is installed, botocore signs with it, by its own clock.
        mock.patch.dict(
            botocore.auth.AUTH_TYPE_MAPS, v4=botocore.auth.SigV4Auth, s3v4=botocore.auth.S3SigV4Auth
        ),
        mock.patch.object(botocore.handlers, "uuid", uuids),
    ):
        yield


def _service_error(response: dict[str, Any]) -> ServiceError:
    modeled = {name: value for name, value in response.items() if name not in ("Error", "ResponseMetadata")}
    metadata = response["ResponseMetadata"]
    return ServiceError(
        response["Error"].get("Code"),
        response["Error"].get("Message"),
        metadata["HTTPStatusCode"],
        metadata.get("RequestId"),
        modeled,
    )
