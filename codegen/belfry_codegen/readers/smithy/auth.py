# SPDX-License-Identifier: Apache-2.0
"""Reads the authentication traits of a Smithy model.

https://smithy.io/2.0/spec/authentication-traits.html has the rules: an operation's `auth` replaces its
service's, which replaces the list of all schemes that the service has; `optionalAuth` allows requests without
authentication.
"""

from __future__ import annotations

from collections.abc import Iterable

from belfry_codegen.model import ir
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.smithy.json_ast import Model, Traits

_KNOWN = {auth.value: auth for auth in ir.Auth}
_OTHERS = ("smithy.api#httpBasicAuth", "smithy.api#httpDigestAuth")
"""Schemes that Smithy defines and belfry does not support."""


class Authentication:
    """The schemes of one service."""

    def __init__(self, model: Model, service: Node, traits: Traits) -> None:
        offered = [
            name
            for name in traits.node.data
            if name in _KNOWN or name in _OTHERS or model.has_trait(name, "authDefinition")
        ]
        # Without `auth`, Smithy orders the schemes by their names.
        chosen = traits.texts("auth") if traits.has("auth") else tuple(sorted(offered))
        self.service = _spoken(chosen, service)
        self.api_key = _api_key(traits.child(ir.Auth.API_KEY.value))

    def of_operation(self, node: Node, traits: Traits) -> tuple[ir.Auth, ...] | None:
        """The operation's own schemes; None if it uses the service's."""
        if traits.has("optionalAuth") or self.service == (ir.Auth.NONE,):
            return (ir.Auth.NONE,)
        return _spoken(traits.texts("auth"), node) if traits.has("auth") else None


def _spoken(names: Iterable[str], node: Node) -> tuple[ir.Auth, ...]:
    """The schemes that belfry supports. Fails if schemes are listed and none of them is supported."""
    wanted = tuple(names)
    spoken = tuple(_KNOWN[name] for name in wanted if name in _KNOWN)
    if wanted and not spoken:
        node.fail(f"authentication with {', '.join(wanted)} is not supported; belfry has {', '.join(_KNOWN)}")
    return spoken or (ir.Auth.NONE,)


def _api_key(node: Node | None) -> ir.ApiKey | None:
    if node is None:
        return None
    place = node.required_text("in")
    if place not in ("header", "query"):
        node.fail(f"'in' must be 'header' or 'query', not '{place}'")
    return ir.ApiKey(node.required_text("name"), place == "query", node.text("scheme"))
