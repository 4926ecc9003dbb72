# SPDX-License-Identifier: Apache-2.0
"""Makes traits explicit that a member inherits from its target."""

from __future__ import annotations

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace


def fill_defaults(service: ir.Service) -> ir.Service:
    """The service in which each member has the traits that it inherits from its target."""

    def filled(member: ir.Member) -> ir.Member:
        target = service.shapes[member.target]
        streaming = target.streaming or target.event_stream
        if not (target.timestamp_format or streaming or target.json_value or target.box):
            return member
        return replace(
            member,
            timestamp_format=member.timestamp_format or target.timestamp_format,
            streaming=member.streaming or streaming,
            json_value=member.json_value or (target.json_value and member.location is ir.Location.HEADER),
            box=member.box or target.box,
        )

    def with_filled(shape: ir.Shape) -> ir.Shape:
        members = tuple(filled(member) for member in shape.members)
        unchanged = all(new is old for new, old in zip(members, shape.members, strict=True))
        return shape if unchanged else replace(shape, members=members)

    return replace(service, shapes={name: with_filled(shape) for name, shape in service.shapes.items()})
