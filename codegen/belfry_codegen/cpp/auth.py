# SPDX-License-Identifier: Apache-2.0
"""Chooses how an operation's requests are authenticated."""

from __future__ import annotations

from typing import NamedTuple

from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.model import ir

_TOKENS = {ir.Auth.BEARER: "bearer_token", ir.Auth.API_KEY: "api_key"}
"""Schemes that send the secret itself, in the order of preference."""


def _schemes(service: ir.Service, operation: ir.Operation) -> tuple[ir.Auth, ...]:
    return service.auth if operation.auth is None else operation.auth


class Authorization(NamedTuple):
    """A function that authenticates requests in another way than Signature Version 4."""

    function: str
    with_api_key: bool = False
    signatures: Cpp = EMPTY
    """The enumerator of `ModelSignatures`, if the function chooses a signature."""


def bearer_tokens(service: ir.Service) -> Cpp:
    """The enumerator of `BearerTokens`; empty if the service takes none."""
    order = [scheme for scheme in service.auth if scheme in (ir.Auth.SIGV4, ir.Auth.BEARER)]
    if ir.Auth.BEARER not in order:
        return EMPTY
    if len(order) == 1:
        return Cpp("required")
    return Cpp("preferred") if order[0] is ir.Auth.BEARER else Cpp("accepted")


def signing(service: ir.Service, operation: ir.Operation) -> Cpp:
    """The enumerator of `RequestSigning`; empty for the usual signature."""
    schemes = _schemes(service, operation)
    if ir.Auth.NONE in schemes:
        return Cpp("none")
    return Cpp("unsigned_payload") if operation.unsigned_payload else EMPTY


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
    signatures = _signatures(service, schemes)
    function = "choose_signature_or_session" if service.session_endpoints else "choose_signature"
    return Authorization(function, signatures=signatures) if signatures else None


def _signatures(service: ir.Service, schemes: tuple[ir.Auth, ...]) -> Cpp:
    """The enumerator of `ModelSignatures`; empty if only Signature Version 4 is possible.

    A service that lists it before Signature Version 4a, and whose endpoints do not ask for the latter, is
    signed with Signature Version 4 always, so that its programs do not have the choice in them.
    """
    first = next(scheme for scheme in schemes if scheme in (ir.Auth.SIGV4, ir.Auth.SIGV4A))
    if first is ir.Auth.SIGV4A:
        return Cpp("sigv4a_or_sigv4") if ir.Auth.SIGV4 in schemes else Cpp("sigv4a")
    return Cpp("sigv4") if service.sigv4a_endpoints or service.session_endpoints else EMPTY
