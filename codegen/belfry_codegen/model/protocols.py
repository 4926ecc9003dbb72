# SPDX-License-Identifier: Apache-2.0
"""Picks the protocol that a service's client speaks."""

from __future__ import annotations

from dataclasses import replace

from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.suggestions import close_matches

PREFERENCE = (
    "json",
    "smithy-rpc-v2-json",
    "rest-json",
    "rest-xml",
    "smithy-rpc-v2-cbor",
    "query",
    "ec2",
)
"""Best first. Where a service lists several, this is what botocore speaks with it, too."""


def best_protocol(protocols: tuple[str, ...], service: str, wanted: str | None = None) -> str:
    """The one of `protocols` to speak: `wanted`, or the best."""
    if wanted is not None:
        if wanted not in protocols:
            raise UsageError(
                f"{service}: does not speak '{wanted}'{close_matches(wanted, protocols)};"
                f" its model lists {', '.join(protocols)}"
            )
        return wanted
    for protocol in PREFERENCE:
        if protocol in protocols:
            return protocol
    raise UsageError(f"{service}: speaks {', '.join(protocols)}; belfry speaks {', '.join(PREFERENCE)}")


def choose_protocol(service: ir.Service, wanted: str | None = None) -> ir.Service:
    """The service with the protocol that its client speaks."""
    return replace(service, protocol=best_protocol(service.protocols, service.id, wanted))
