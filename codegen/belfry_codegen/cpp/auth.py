# SPDX-License-Identifier: Apache-2.0
"""Chooses how an operation's requests are authenticated."""

from __future__ import annotations

from typing import NamedTuple

from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError

_TOKENS = {ir.Auth.BEARER: "bearer_token", ir.Auth.API_KEY: "api_key"}
"""Schemes that send the secret itself, in the order of preference."""


def _schemes(service: ir.Service, operation: ir.Operation) -> tuple[ir.Auth, ...]:
    return service.auth if operation.auth is None else operation.auth


class Authorization(NamedTuple):
    """A function that authenticates requests in another way than Signature Version 4."""

    function: str
    with_api_key: bool = False


def signing(service: ir.Service, operation: ir.Operation) -> str:
    """The enumerator of `RequestSigning`; empty for the usual signature."""
    schemes = _schemes(service, operation)
    if ir.Auth.NONE in schemes:
        return "none"
    if not set(schemes) & {ir.Auth.SIGV4, *_TOKENS}:
        names = ", ".join(scheme.value for scheme in schemes)
        raise UsageError(
            f"{service.id}: operation '{operation.name}' needs authentication with {names};"
            f" belfry has {', '.join(auth.value for auth in (ir.Auth.SIGV4, *_TOKENS, ir.Auth.NONE))}"
        )
    return "unsigned_payload" if operation.unsigned_payload else ""


def authorization(service: ir.Service, operation: ir.Operation) -> Authorization | None:
    """The function that authenticates the operation's requests; None for Signature Version 4."""
    schemes = _schemes(service, operation)
    if ir.Auth.NONE in schemes:
        return None
    if service.signature_version == "v2":
        return Authorization("add_signature_v2")
    for scheme, name in _TOKENS.items():
        if scheme in schemes:
            function = f"add_{name}_if_any" if ir.Auth.SIGV4 in schemes else f"add_{name}"
            return Authorization(function, scheme is ir.Auth.API_KEY)
    return None
