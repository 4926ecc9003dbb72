# SPDX-License-Identifier: Apache-2.0
"""Takes event streams out of the messages that carry them: they are not a value but a conversation."""

from __future__ import annotations

from dataclasses import replace

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError

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
    """The service whose operations know their streams, and whose inputs and outputs no longer hold them.

    Members of events travel where `eventHeader` and `eventPayload` say; the others are a document together.
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
        raise ModelError(service.id, f"shape '{message}'", "has more than one event stream")
    return found[0] if found else None


def _without_stream(service: ir.Service, shape: ir.Shape) -> ir.Shape:
    kept = tuple(member for member in shape.members if not service.shapes[member.target].event_stream)
    return shape if len(kept) == len(shape.members) else replace(shape, members=kept)


def _as_event(service: ir.Service, stream: ir.Shape, shape: ir.Shape) -> ir.Shape:
    if shape.kind is not ir.Kind.STRUCTURE:
        raise ModelError(
            service.id, f"shape '{stream.name}'", f"'{shape.name}' is a {shape.kind.value} and no event"
        )
    if shape.error is not None:
        # An exception comes as an HTTP response, too, and keeps what binds it there.
        return shape
    placed = tuple(_placed(service, shape, member) for member in shape.members)
    if sum(member.location is ir.Location.PAYLOAD for member in placed) > 1:
        raise ModelError(service.id, f"shape '{shape.name}'", "an event has one payload")
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
        raise ModelError(service.id, where, f"a {kind.value} cannot be an event's {place.value}")
    return replace(
        member,
        location=place,
        wire_name=member.name if place is ir.Location.HEADER else member.wire_name,
    )
