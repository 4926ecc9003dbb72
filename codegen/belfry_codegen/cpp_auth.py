# SPDX-License-Identifier: Apache-2.0
"""How an operation's requests are authenticated."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen import ir
from belfry_codegen.errors import UsageError


def _schemes(service: ir.Service, operation: ir.Operation) -> tuple[ir.Auth, ...]:
    return service.auth if operation.auth is None else operation.auth


def signing_field(service: ir.Service, operation: ir.Operation) -> Iterator[str]:
    """The field `auth` of `Operation`, where it is not the usual signature."""
    schemes = _schemes(service, operation)
    if ir.Auth.NONE in schemes:
        yield ".auth = ::belfry::Auth::none"
    elif ir.Auth.SIGV4 not in schemes and ir.Auth.BEARER not in schemes:
        names = ", ".join(scheme.value for scheme in schemes)
        raise UsageError(
            f"{service.id}: operation '{operation.name}' is authenticated with {names};"
            f" belfry can do {ir.Auth.SIGV4.value}, {ir.Auth.BEARER.value} and {ir.Auth.NONE.value}"
        )
    elif operation.unsigned_payload:
        yield ".auth = ::belfry::Auth::unsigned_payload"


def token_function(service: ir.Service, operation: ir.Operation) -> str:
    """What sends a bearer token; empty for operations that take none."""
    schemes = _schemes(service, operation)
    if ir.Auth.BEARER not in schemes or ir.Auth.NONE in schemes:
        return ""
    return "add_bearer_token_if_any" if ir.Auth.SIGV4 in schemes else "add_bearer_token"
