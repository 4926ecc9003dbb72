# SPDX-License-Identifier: Apache-2.0
"""Moves event streams from the members of inputs and outputs to the operation."""

from __future__ import annotations

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import replace

_HEADER_KINDS = {
    ir.Kind.BOOLEAN,
    ir.Kind.BYTE,
    ir.Kind.SHORT,
    ir.Kind.INTEGER,
    ir.Kind.INT_ENUM,
    ir.Kind.LONG,
    ir.Kind.BLOB,
    ir.Kind.STRING,
    ir.Kind.ENUM,
    ir.Kind.TIMESTAMP,
}
_PAYLOAD_KINDS = {ir.Kind.BLOB, ir.Kind.STRING, ir.Kind.ENUM, ir.Kind.STRUCTURE, ir.Kind.UNION}


def split_event_streams(service: ir.Service) -> ir.Service:
    """The service whose operations name their event streams, and whose inputs and outputs do not hold them.

    The traits `eventHeader` and `eventPayload` give the location of an event's members; the other members
    form one document.
    """
    shapes = dict(service.shapes)
    operations = {}
    for name, operation in service.operations.items():
        given, returned = _stream(service, operation.input), _stream(service, operation.output)
        operations[name] = replace(
            operation,
            input_events=given.target if given is not None else None,
            output_events=returned.target if returned is not None else None,
            output_stream=returned.name if returned is not None else "",
        )
        for message in (operation.input, operation.output):
            if message is not None:
                shapes[message] = _without_stream(service, shapes[message])
    for stream in [shape for shape in shapes.values() if shape.event_stream]:
        for member in stream.members:
            shapes[member.target] = _as_event(service, stream, shapes[member.target])
    return replace(service, operations=operations, shapes=shapes)


def _stream(service: ir.Service, message: str | None) -> ir.Member | None:
    found = [
        member
        for member in (service.shapes[message].members if message is not None else ())
        if service.shapes[member.target].event_stream
    ]
    if len(found) > 1:
        raise ModelError(
            service.id, f"shape '{message}'", "an input or output can have only one event stream"
        )
    return found[0] if found else None


def _without_stream(service: ir.Service, shape: ir.Shape) -> ir.Shape:
    kept = tuple(member for member in shape.members if not service.shapes[member.target].event_stream)
    return shape if len(kept) == len(shape.members) else replace(shape, members=kept)


def _as_event(service: ir.Service, stream: ir.Shape, shape: ir.Shape) -> ir.Shape:
    if shape.kind is not ir.Kind.STRUCTURE:
        raise ModelError(
            service.id,
            f"shape '{stream.name}'",
            f"event '{shape.name}' must be a structure, but its type is {shape.kind.value}",
        )
    if shape.error is not None:
        # An exception can also be an HTTP response, so that it keeps its HTTP bindings.
        return shape
    placed = tuple(_placed(service, shape, member) for member in shape.members)
    if sum(member.location is ir.Location.PAYLOAD for member in placed) > 1:
        raise ModelError(service.id, f"shape '{shape.name}'", "an event can have only one payload")
    return replace(shape, event=True, members=placed)


def _placed(service: ir.Service, shape: ir.Shape, member: ir.Member) -> ir.Member:
    kind = service.shapes[member.target].kind
    if member.event_header:
        place, allowed = ir.Location.HEADER, _HEADER_KINDS
    elif member.event_payload:
        place, allowed = ir.Location.PAYLOAD, _PAYLOAD_KINDS
    else:
        return member
    if kind not in allowed:
        where = f"shape '{shape.name}', member '{member.name}'"
        raise ModelError(
            service.id, where, f"a value of type {kind.value} cannot be an event's {place.value}"
        )
    return replace(
        member,
        location=place,
        wire_name=member.name if place is ir.Location.HEADER else member.wire_name,
    )
