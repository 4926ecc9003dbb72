# SPDX-License-Identifier: Apache-2.0
"""Applies an overlay to a service.

An entry changes a part of the model or adds one. It is an error to change a part that the model does not
have, or to add one that it already has: after an update of the model, these errors list the entries that can
be removed. An overlay for any model of the service (`anyModel`) ignores such entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from belfry_codegen.model import ir
from belfry_codegen.model.errors import Place
from belfry_codegen.model.overlay import MemberEntry, OperationEntry, Overlay, ShapeEntry
from belfry_codegen.model.records import replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.waiters_and_paginators import check_paginator, require_operation

Value = TypeVar("Value")
_STRINGS = (ir.Kind.STRING, ir.Kind.ENUM)


def apply_overlay(service: ir.Service, overlay: Overlay) -> ir.Service:
    """The service with the entries of an overlay applied."""
    service = _with_new_shapes(service, overlay)
    service = _with_new_members(service, overlay)
    service = _with_service_entry(service, overlay)
    service = _with_inputs(service, overlay)
    service = _with_shapes(service, overlay)
    service = _with_paginators(service, overlay)
    service = _with_operations(service, overlay)
    return _with_waiters(service, overlay)


def _or(entry: Value | None, old: Value) -> Value:
    return old if entry is None else entry


def _present(
    overlay: Overlay,
    section: str,
    entries: Mapping[str, Value],
    known: Mapping[str, object],
    otherwise: str = "is not in the model",
) -> Iterator[tuple[str, Value, Place]]:
    """The entries of a section whose names must be in the model."""
    for name, entry in entries.items():
        place = overlay.place.at(section, name)
        if name in known:
            yield name, entry, place
        elif not overlay.any_model:
            place.fail(f"{otherwise}{close_matches(name, known)}")


def _absent(
    overlay: Overlay, section: str, entries: Mapping[str, Value], known: Mapping[str, object]
) -> Iterator[tuple[str, Value, Place]]:
    """The entries of a section whose names must not be in the model."""
    for name, entry in entries.items():
        place = overlay.place.at(section, name)
        if name not in known:
            yield name, entry, place
        elif not overlay.any_model:
            place.fail(f"is already in the model; remove it from '{section}'")


def _with_new_shapes(service: ir.Service, overlay: Overlay) -> ir.Service:
    added = {
        name: shape for name, shape, _ in _absent(overlay, "newShapes", overlay.new_shapes, service.shapes)
    }
    return replace(service, shapes={**service.shapes, **added})


def _with_new_members(service: ir.Service, overlay: Overlay) -> ir.Service:
    shapes = dict(service.shapes)
    for name, shape in shapes.items():
        if shape.error is not None:
            missing = tuple(one for one in overlay.exception_members if shape.member(one.name) is None)
            shapes[name] = replace(shape, members=(*shape.members, *missing))
    for name, members, place in _present(overlay, "newMembers", overlay.new_members, shapes):
        known = {member.name: member for member in shapes[name].members}
        for member in members:
            if member.name not in known:
                known[member.name] = member
            elif not overlay.any_model:
                place.at(member.name).fail("is already in the model; remove it from 'newMembers'")
        shapes[name] = replace(shapes[name], members=tuple(known.values()))
    return replace(service, shapes=shapes)


def _with_service_entry(service: ir.Service, overlay: Overlay) -> ir.Service:
    entry = overlay.service
    return replace(
        service,
        documentation=_or(overlay.documentation, service.documentation),
        max_attempts=_or(entry.max_attempts, service.max_attempts),
        oauth_errors=_or(entry.oauth_errors, service.oauth_errors),
        response_crc32=_or(entry.response_crc32, service.response_crc32),
        retry_delay_milliseconds=_or(entry.retry_delay_milliseconds, service.retry_delay_milliseconds),
        sign_path_verbatim=_or(entry.sign_path_verbatim, service.sign_path_verbatim),
        signature_version=_or(entry.signature_version, service.signature_version),
        operations={
            name: replace(operation, headers=(*operation.headers, *entry.headers.items()))
            for name, operation in service.operations.items()
        },
    )


def _with_inputs(service: ir.Service, overlay: Overlay) -> ir.Service:
    """The service with the overlay's changes to members of those names in all inputs."""
    shapes = dict(service.shapes)
    known = {member.name: member for name in _inputs(service) for member in shapes[name].members}
    for key, entry, _ in _present(
        overlay, "inputs", overlay.inputs, known, "no operation's input has this member"
    ):

        def changed(member: ir.Member, key: str = key, value: str = entry.fallback) -> ir.Member:
            if member.name != key:
                return member
            # With a fallback a caller may leave the member out.
            return replace(member, fallback=value, default=value, required=False)

        for name in _inputs(service):
            shapes[name] = replace(shapes[name], members=tuple(map(changed, shapes[name].members)))
    return replace(service, shapes=shapes)


def _inputs(service: ir.Service) -> set[str]:
    return {operation.input for operation in service.operations.values() if operation.input is not None}


def _with_shapes(service: ir.Service, overlay: Overlay) -> ir.Service:
    shapes = dict(service.shapes)
    for name, entry, place in _present(overlay, "shapes", overlay.shapes, shapes):
        if entry.last_segment is not None:
            _set_last_segments(service, shapes, name, entry.last_segment, place)
        shape = shapes[name]
        shapes[name] = replace(
            shape,
            documentation=_or(entry.documentation, shape.documentation),
            sensitive=_or(entry.sensitive, shape.sensitive),
            deprecated=_deprecation(shape.deprecated, entry, place),
            enum_values=_enum_values(shape, entry, place),
            error=_retryable(shape, entry, place),
            members=_members(overlay, shapes, shape, entry),
            xml=_xml(shape, entry, place),
        )
    return replace(service, shapes=shapes)


def _set_last_segments(
    service: ir.Service, shapes: dict[str, ir.Shape], target: str, last_segment: bool, place: Place
) -> None:
    """Sets `last_segment` on the members of inputs whose target is `target`."""
    kind = shapes[target].kind
    if kind is not ir.Kind.STRING:
        place.fail(
            f"'lastSegment' applies only to strings, but the shape's type is {kind.value}", "lastSegment"
        )
    for name in _inputs(service):
        members = tuple(
            replace(member, last_segment=last_segment) if member.target == target else member
            for member in shapes[name].members
        )
        shapes[name] = replace(shapes[name], members=members)


def _enum_values(shape: ir.Shape, entry: ShapeEntry, place: Place) -> tuple[ir.EnumValue, ...]:
    known = [value.value for value in shape.enum_values]
    for value in entry.enum_documentation:
        if value not in known:
            place.at("enumDocumentation").fail(
                f"the enumeration does not have the value '{value}'{close_matches(value, known)}", value
            )
    return tuple(
        replace(value, documentation=entry.enum_documentation.get(value.value, value.documentation))
        for value in shape.enum_values
    )


def _deprecation(
    old: ir.Deprecation | None, entry: ShapeEntry | MemberEntry | OperationEntry, place: Place
) -> ir.Deprecation | None:
    message = entry.deprecated_message
    if entry.deprecated is not None:
        old = ir.Deprecation() if entry.deprecated else None
    if message is None:
        return old
    if old is None:
        place.fail(
            "'deprecatedMessage' applies only with 'deprecated', which neither model nor overlay sets",
            key="deprecatedMessage",
        )
    return replace(old, message=message)


def _xml(shape: ir.Shape, entry: ShapeEntry, place: Place) -> ir.XmlTraits:
    if entry.xml_name is None:
        return shape.xml
    if shape.kind not in (ir.Kind.STRUCTURE, ir.Kind.UNION):
        place.fail(
            f"'xmlName' applies only to structures and unions, but the shape's type is {shape.kind.value}",
            "xmlName",
        )
    return replace(shape.xml, name=entry.xml_name)


def _retryable(shape: ir.Shape, entry: ShapeEntry, place: Place) -> ir.ErrorTraits | None:
    if entry.retryable is None:
        return shape.error
    if shape.error is None:
        place.fail("'retryable' applies only to exceptions, and this shape is not one", "retryable")
    return replace(shape.error, retryable=True, throttling=entry.retryable.throttling or False)


def _members(
    overlay: Overlay, shapes: Mapping[str, ir.Shape], shape: ir.Shape, entry: ShapeEntry
) -> tuple[ir.Member, ...]:
    members = {member.name: member for member in shape.members}
    section = f"shapes.{shape.name}.members"
    for name, changes, place in _present(overlay, section, entry.members, members):
        members[name] = _member(shapes, members[name], changes, place)
    return tuple(members.values())


def _member(shapes: Mapping[str, ir.Shape], member: ir.Member, entry: MemberEntry, place: Place) -> ir.Member:
    target = _or(entry.shape, member.target)
    if target not in shapes:
        place.fail(f"shape '{target}' is not defined{close_matches(target, shapes)}", "shape")
    old, new = shapes[member.target].kind, shapes[target].kind
    if old is not new and not (old in _STRINGS and new in _STRINGS):
        place.fail(f"'shape' cannot change the member's type from {old.value} to {new.value}", "shape")
    token = _or(entry.idempotency_token, member.idempotency_token)
    if token and new is not ir.Kind.STRING:
        place.fail("an idempotency token must be a string", "idempotencyToken")
    if entry.lenient and (new is not ir.Kind.TIMESTAMP or member.location is not ir.Location.HEADER):
        place.fail("'lenient' applies only to timestamps in headers", "lenient")
    return replace(
        member,
        target=target,
        documentation=_or(entry.documentation, member.documentation),
        idempotency_token=token,
        sensitive=_or(entry.sensitive, member.sensitive),
        deprecated=_deprecation(member.deprecated, entry, place),
        context_param=entry.context_param or member.context_param,
        lenient=_or(entry.lenient, member.lenient),
    )


def _with_operations(service: ir.Service, overlay: Overlay) -> ir.Service:
    operations = dict(service.operations)
    shapes = dict(service.shapes)
    for name, entry, place in _present(overlay, "operations", overlay.operations, operations):
        operation = operations[name]
        operations[name] = replace(
            operation,
            documentation=_or(entry.documentation, operation.documentation),
            deprecated=_deprecation(operation.deprecated, entry, place),
            long_poll=_or(entry.long_poll, operation.long_poll),
            message_digests=_or(entry.message_digests, operation.message_digests),
            tree_hash=_or(entry.tree_hash, operation.tree_hash),
            unwrapped_output=_or(entry.unwrapped_output, operation.unwrapped_output),
            url_encoded_members=_url_encoded_members(overlay, shapes, operation, entry, place)
            or operation.url_encoded_members,
            presigned_parameter=_presigned_parameter(shapes, operation, entry, place),
            presign_as_query=_or(entry.presign_as_query, operation.presign_as_query),
            query_as_form=_or(entry.query_as_form, operation.query_as_form),
            auth=(ir.Auth.NONE,) if entry.no_auth else operation.auth,
            paginator=_paginator(overlay, operation, entry, place),
            static_context=(*operation.static_context, *entry.endpoint_parameters.items()),
        )
    return replace(service, operations=operations, shapes=shapes)


def _url_encoded_members(
    overlay: Overlay,
    shapes: Mapping[str, ir.Shape],
    operation: ir.Operation,
    entry: OperationEntry,
    place: Place,
) -> tuple[str, ...]:
    """The paths of members of the output that exist."""
    found = []
    for path in entry.url_encoded_members:
        shape = shapes[operation.output] if operation.output else None
        for name in path.split("."):
            if shape is not None and shape.kind is ir.Kind.LIST:
                shape = shapes[shape.element.target] if shape.element is not None else None
            member = shape.member(name) if shape is not None else None
            shape = shapes[member.target] if member is not None else None
        if shape is not None and shape.kind is ir.Kind.STRING:
            found.append(path)
        elif not overlay.any_model:
            place.at("urlEncodedMembers").fail(f"the output has no member '{path}' that is a string")
    return tuple(found)


def _paginator(
    overlay: Overlay, operation: ir.Operation, entry: OperationEntry, place: Place
) -> ir.Paginator | None:
    ends = entry.ends_on_repeated_token
    if ends is None:
        return operation.paginator
    if operation.paginator is not None:
        return replace(operation.paginator, ends_on_repeated_token=ends)
    if not overlay.any_model:
        place.fail(
            "'endsOnRepeatedToken' applies only to operations that 'pagination' or the model pages",
            "endsOnRepeatedToken",
        )
    return None


def _presigned_parameter(
    shapes: dict[str, ir.Shape], operation: ir.Operation, entry: OperationEntry, place: Place
) -> ir.PresignedParameter | None:
    """The member that takes a presigned URL. Adds a member for the URL's region to the input."""
    parameter = entry.presigned_parameter
    if parameter is None:
        return operation.presigned_parameter
    given = shapes[operation.input] if operation.input else None
    member = given.member(parameter.name) if given else None
    if given is None or member is None:
        known = [each.name for each in given.members] if given else []
        place.at("presignedParameter").fail(
            f"the input has no member '{parameter.name}'{close_matches(parameter.name, known)}"
        )
    if given.member("SourceRegion") is None:
        region = ir.Member("SourceRegion", member.target, wire_name="SourceRegion")
        shapes[given.name] = replace(given, members=(*given.members, region))
    return ir.PresignedParameter(parameter.name, parameter.sends_regions or False)


def _with_paginators(service: ir.Service, overlay: Overlay) -> ir.Service:
    operations = dict(service.operations)
    for name, paginator, place in _present(overlay, "pagination", overlay.pagination, operations):
        if operations[name].paginator is None:
            check_paginator(service, paginator, place)
            operations[name] = replace(operations[name], paginator=paginator)
        elif not overlay.any_model:
            place.fail("is already in the model; remove it from 'pagination'")
    return replace(service, operations=operations)


def _with_waiters(service: ir.Service, overlay: Overlay) -> ir.Service:
    waiters = dict(service.waiters)
    for name, waiter, place in _absent(overlay, "waiters", overlay.waiters, waiters):
        if not overlay.any_model:
            require_operation(service.operations, waiter.operation, place)
        if waiter.operation in service.operations:
            waiters[name] = waiter
    return replace(service, waiters=waiters)
