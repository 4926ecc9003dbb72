# SPDX-License-Identifier: Apache-2.0
"""How an operation's requests are authenticated."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError

_TOKENS = {ir.Auth.BEARER: "bearer_token", ir.Auth.API_KEY: "api_key"}
"""Schemes that send a secret as it is, the better one first."""


def _schemes(service: ir.Service, operation: ir.Operation) -> tuple[ir.Auth, ...]:
    return service.auth if operation.auth is None else operation.auth


def signing_field(service: ir.Service, operation: ir.Operation) -> Iterator[str]:
    """The field `signing` of `Operation`, where it is not the usual signature."""
    schemes = _schemes(service, operation)
    if ir.Auth.NONE in schemes:
        yield ".signing = ::belfry::RequestSigning::none"
    elif not set(schemes) & {ir.Auth.SIGV4, *_TOKENS}:
        names = ", ".join(scheme.value for scheme in schemes)
        raise UsageError(
            f"{service.id}: operation '{operation.name}' is authenticated with {names};"
            f" belfry can do {', '.join(auth.value for auth in (ir.Auth.SIGV4, *_TOKENS, ir.Auth.NONE))}"
        )
    elif operation.unsigned_payload:
        yield ".signing = ::belfry::RequestSigning::unsigned_payload"


def authorization(service: ir.Service, operation: ir.Operation) -> tuple[str, str] | None:
    """The header and the function that authenticate requests in another way than Signature Version 4."""
    schemes = _schemes(service, operation)
    if ir.Auth.NONE in schemes:
        return None
    if service.signature_version == "v2":
        return "belfry/auth/signature_v2.hpp", "add_signature_v2"
    for scheme, name in _TOKENS.items():
        if scheme in schemes:
            function = f"add_{name}_if_any" if ir.Auth.SIGV4 in schemes else f"add_{name}"
            return f"belfry/auth/{name}.hpp", function
    return None
