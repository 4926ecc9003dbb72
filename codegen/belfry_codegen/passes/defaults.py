# SPDX-License-Identifier: Apache-2.0
"""Says outright what a model leaves to be inferred."""

from __future__ import annotations

from dataclasses import replace

from belfry_codegen import ir


def fill_defaults(service: ir.Service) -> ir.Service:
    """The service with each member carrying those traits that it has from its target."""

    def filled(member: ir.Member) -> ir.Member:
        target = service.shapes[member.target]
        return replace(
            member,
            timestamp_format=member.timestamp_format or target.timestamp_format,
            sensitive=member.sensitive or target.sensitive,
            streaming=member.streaming or target.streaming or target.event_stream,
            json_value=member.json_value or target.json_value,
            box=member.box or target.box,
        )

    return replace(
        service,
        shapes={
            name: replace(shape, members=tuple(filled(member) for member in shape.members))
            for name, shape in service.shapes.items()
        },
    )
