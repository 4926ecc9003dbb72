# SPDX-License-Identifier: Apache-2.0
"""Replaces arbitrary-precision numbers by strings if the service's protocol sends them as text."""

from __future__ import annotations

import json

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace

_BIG = (ir.Kind.BIG_INTEGER, ir.Kind.BIG_DECIMAL)


def spell_big_numbers(service: ir.Service) -> ir.Service:
    """The service with strings for bigInteger and bigDecimal if its protocol is like `rpcv2Json`."""
    big = {name for name, shape in service.shapes.items() if shape.kind in _BIG}
    if not service.protocol.big_numbers_as_text or not big:
        return service
    shapes = {
        name: replace(
            shape,
            kind=ir.Kind.STRING if name in big else shape.kind,
            members=tuple(
                replace(member, default=_text(member.default)) if member.target in big else member
                for member in shape.members
            ),
        )
        for name, shape in service.shapes.items()
    }
    return replace(service, shapes=shapes)


def _text(value: ir.Json) -> ir.Json:
    return value if value is None or isinstance(value, str) else json.dumps(value)
