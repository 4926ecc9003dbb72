# SPDX-License-Identifier: Apache-2.0
"""Views of operations: what a call needs, its errors, its paginator and its waiters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.auth import signing_field
from belfry_codegen.cpp.endpoint.view import EndpointExpressionView, endpoint_expression_views
from belfry_codegen.cpp.extras import collect_extras
from belfry_codegen.cpp.jmespath import ExpressionTables, ExpressionView
from belfry_codegen.cpp.methods import MethodNames, MethodView, methods_of
from belfry_codegen.cpp.paging import PaginatorView, WaiterView, paginator_view, waiter_views
from belfry_codegen.cpp.text import comment, deprecation_reason, literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

_TAG_MEMBERS = {"Input", "Output", "Errors", "InputEvents", "OutputEvents"}


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An exception that the model lists for an operation."""

    type: str
    note: str
    """Its HTTP status, and whether the call is worth another try; may be empty."""


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation and what goes with it."""

    name: str
    deprecated: str | None
    """The reason as a literal, empty where the model gives none; None for what is not deprecated."""
    names_deprecated: bool
    """Whether the header names anything that is deprecated."""
    messages_deprecated: bool
    """Whether one of its messages is."""
    input: str
    output: str
    input_events: str
    """The type of the events that are sent; empty for most operations."""
    output_events: str
    """The type of the events that are received."""
    comment: tuple[str, ...]
    errors: tuple[ErrorView, ...]
    methods: tuple[MethodView, ...]
    fields: tuple[str, ...]
    retryable_errors: tuple[str, ...]
    extras: tuple[str, ...]
    """Lines of tables; none for most operations."""
    event_stream: str
    """The table that describes the events; empty for most operations."""
    expressions: tuple[ExpressionView, ...]
    endpoint_expressions: tuple[EndpointExpressionView, ...]
    paginators: tuple[PaginatorView, ...]
    """One or none."""
    waiters: tuple[WaiterView, ...]


def operation_view(
    service: ir.Service, types: TypeTable, names: MethodNames, operation: ir.Operation
) -> OperationView:
    """The view of an operation's header."""
    name = naming.type_name(operation.name)
    retryable = [
        shape.error
        for shape in (service.shapes[error] for error in operation.errors)
        if shape.error is not None and shape.error.retryable
    ]
    given = types.names[_some(operation.input)]
    scoped = _scoped(service, types, names.namespace)
    messages = (operation.input, operation.output, operation.input_events, operation.output_events)
    deprecated_types = [
        shape for shape in (*messages, *operation.errors) if shape and service.shapes[shape].deprecated
    ]
    extras = collect_extras(service, operation, given)
    tables = ExpressionTables(name)
    paginator = operation.paginator
    paginators = (
        (paginator_view(service, operation, paginator, names.functions[operation.name], tables),)
        if paginator
        else ()
    )
    waiters = tuple(waiter_views(service, operation, tables))
    endpoint_expressions = tuple(endpoint_expression_views(service, operation, tables))
    return OperationView(
        name=name,
        deprecated=deprecation_reason(operation.deprecated),
        names_deprecated=operation.deprecated is not None or bool(deprecated_types),
        messages_deprecated=any(shape in messages for shape in deprecated_types),
        input=scoped(_some(operation.input)),
        output=scoped(_some(operation.output)),
        input_events=scoped(operation.input_events) if operation.input_events else "",
        output_events=scoped(operation.output_events) if operation.output_events else "",
        comment=comment([_http_line(operation)], 0),
        errors=tuple(
            ErrorView(scoped(error), _note(service.shapes[error].error)) for error in operation.errors
        ),
        methods=methods_of(service, types, names, operation),
        fields=_fields(service, operation, name, bool(retryable), bool(extras.hooks)),
        retryable_errors=tuple(
            f"{{.code = {literal(error.code)}{', .throttling = true' if error.throttling else ''}}}"
            for error in retryable
        ),
        extras=extras.lines(f"{name}_hooks"),
        event_stream=extras.event_stream,
        expressions=tables.views,
        endpoint_expressions=endpoint_expressions,
        paginators=paginators,
        waiters=waiters,
    )


def _scoped(service: ir.Service, types: TypeTable, namespace: str) -> Callable[[str], str]:
    """What a shape's type is called in an operation's tag, where other tags and members may hide its name."""
    hidden = {naming.type_name(operation) for operation in service.operations} | _TAG_MEMBERS

    def name(shape: str) -> str:
        plain = types.names[shape]
        return f"::belfry::{namespace}::{plain}" if plain in hidden else plain

    return name


def _some(name: str | None) -> str:
    assert name is not None, "the synthesize pass gives every operation both messages"
    return name


def _http_line(operation: ir.Operation) -> str:
    status = operation.http.status or 200
    placed = "".join(f"/{{{name}}}" for name in operation.placed_labels)
    where = f", where the endpoint has `{placed}`" if placed else ""
    uri = placed + operation.http.uri
    return f"`{operation.http.method} {uri}`{where}, answered with status {status}."


def _note(error: ir.ErrorTraits | None) -> str:
    assert error is not None, "readers take only exceptions for an operation's errors"
    said = [str(error.http_status)] if error.http_status else []
    if error.retryable:
        said.append("throttling" if error.throttling else "retryable")
    return ", ".join(said)


def _fields(
    service: ir.Service, operation: ir.Operation, name: str, retryable: bool, hooks: bool
) -> tuple[str, ...]:
    fields = [
        ".service = &service",
        f".name = {literal(operation.wire_name)}",
        f".method = {literal(operation.http.method)}",
        f".uri = {literal(operation.http.uri)}",
        f".success_status = {operation.http.status or 200}",
        ".input = &::belfry::structure_of<typename O::Input>",
        ".output = &::belfry::structure_of<typename O::Output>",
    ]
    fields.extend(signing_field(service, operation))
    if operation.unit_input and service.protocol.rpc_v2:
        fields.append(".unit_input = true")
    if operation.unwrapped_output and service.protocol.xml and service.protocol.http_bindings:
        fields.append(".unwrapped_output = true")
    payload = service.shapes[_some(operation.input)].payload
    if payload is not None and service.shapes[payload.target].media_type:
        fields.append(f".payload_media_type = {literal(service.shapes[payload.target].media_type)}")
    if retryable:
        fields.append(f".retryable_errors = detail::{name}_retryable_errors")
    if binds_query_or_headers(service, operation):
        fields.append(".encode_query_and_headers = &::belfry::detail::encode_query_and_headers")
    if hooks:
        fields.append(f".hooks = &detail::{name}_hooks")
    return tuple(fields)


_QUERY_OR_HEADERS = frozenset(
    {ir.Location.QUERY, ir.Location.QUERY_MAP, ir.Location.HEADER, ir.Location.HEADERS}
)


def binds_query_or_headers(service: ir.Service, operation: ir.Operation) -> bool:
    """Whether a member of the input travels in the query or in a header."""
    members = service.shapes[_some(operation.input)].members
    return any(member.location in _QUERY_OR_HEADERS for member in members)
