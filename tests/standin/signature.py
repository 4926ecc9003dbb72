# SPDX-License-Identifier: Apache-2.0
"""Verifies Signature Version 4 with botocore's signer."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials
from response_errors import ResponseError

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/ ,]+)/(?P<date>\d{8})/(?P<region>[^/ ,]+)/(?P<service>[^/ ,]+)"
    r"/aws4_request, ?SignedHeaders=(?P<headers>[a-z0-9;._-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
ALLOWED_SKEW = timedelta(minutes=5)


def refused(error_type: str, message: str) -> ResponseError:
    """All of these are 403 at AWS."""
    return ResponseError(error_type, 403, message)


class Judge:
    """Verifies signatures for one pair of keys, a region and a service's signing name."""

    def __init__(
        self, access_key: str, secret_key: str, session_token: str | None, region: str, service: str
    ) -> None:
        self._access_key = access_key
        self._token = session_token
        self._region = region
        self._service = service
        self._signer = _GivenHeadersSigner(Credentials(access_key, secret_key), service, region)

    def check(
        self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes, now: datetime
    ) -> None:
        """Raises ResponseError unless the right key signed all required parts within the allowed time."""
        first = {name.lower(): value for name, value in reversed(headers)}
        if "authorization" not in first:
            raise refused("MissingAuthenticationTokenException", "The request carries no signature.")
        match = AUTHORIZATION.fullmatch(first["authorization"])
        if not match:
            raise refused("IncompleteSignatureException", "The Authorization header cannot be read.")
        if match["key"] != self._access_key:
            raise refused("UnrecognizedClientException", "The access key id is not known here.")
        if first.get("x-amz-security-token") != self._token:
            raise refused("UnrecognizedClientException", "The session token is not known here.")
        signed = match["headers"].split(";")
        self._check_scope(match, signed, first, now)

        payload_hash = hashlib.sha256(body).hexdigest()
        if first.get("x-amz-content-sha256", payload_hash) != payload_hash:
            raise refused("InvalidSignatureException", "x-amz-content-sha256 is not the hash of the body.")

        request = AWSRequest(method=method, url=f"http://{first['host']}{target}", data=body)
        for name, value in headers:
            if name.lower() in signed:
                request.headers.add_header(name, value)
        request.context["timestamp"] = first["x-amz-date"]
        canonical = self._signer.canonical_request(request)
        expected = self._signer.signature(self._signer.string_to_sign(request, canonical), request)
        if not hmac.compare_digest(expected, match["signature"]):
            raise refused(
                "InvalidSignatureException",
                "The signature is not the one computed here. The canonical request is "
                + canonical.replace("\n", "\\n"),
            )

    def _check_scope(
        self, match: re.Match[str], signed: Sequence[str], first: dict[str, str], now: datetime
    ) -> None:
        if signed != sorted(signed):
            raise refused("IncompleteSignatureException", "SignedHeaders is not sorted.")
        must = {"host", "x-amz-date"} | {name for name in first if name.startswith("x-amz-")}
        unsigned = sorted(must - set(signed))
        if unsigned:
            raise refused("InvalidSignatureException", f"Not signed: {', '.join(unsigned)}.")
        absent = sorted(set(signed) - set(first))
        if absent:
            raise refused("InvalidSignatureException", f"Signed but not sent: {', '.join(absent)}.")
        if match["region"] != self._region or match["service"] != self._service:
            wanted = f"{self._region}/{self._service}"
            raise refused("InvalidSignatureException", f"The credential's scope should be {wanted}.")
        try:
            signed_at = datetime.strptime(first["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise refused("IncompleteSignatureException", "x-amz-date cannot be read.") from None
        if match["date"] != first["x-amz-date"][:8]:
            raise refused("InvalidSignatureException", "The scope's date is not that of x-amz-date.")
        if signed_at < now - ALLOWED_SKEW:
            raise refused("InvalidSignatureException", f"Signature expired: {signed_at} is long past.")
        if signed_at > now + ALLOWED_SKEW:
            raise refused("InvalidSignatureException", f"Signature not yet current: {signed_at} is ahead.")


class _GivenHeadersSigner(SigV4Auth):  # type: ignore[misc]
    """Covers the headers that the client signed, some of which botocore does not sign in its requests."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            headers.add_header(name.lower(), value)
        return headers
