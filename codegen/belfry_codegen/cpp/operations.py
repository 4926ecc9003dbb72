# SPDX-License-Identifier: Apache-2.0
"""Views of operations and of the client that offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.auth import signing_field
from belfry_codegen.cpp.endpoint.view import EndpointExpressionView, endpoint_expression_views
from belfry_codegen.cpp.examples import example_lines
from belfry_codegen.cpp.extras import collect_extras
from belfry_codegen.cpp.jmespath import ExpressionTables, ExpressionView
from belfry_codegen.cpp.paging import PaginatorView, WaiterView, paginator_view, waiter_name, waiter_views
from belfry_codegen.cpp.text import comment, filled, literal, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class CallView:
    """The function that calls an operation."""

    returned: str
    parameters: tuple[str, ...]
    """As they are declared, without the defaults."""
    defaults: tuple[str, ...]
    """What stands behind each parameter in the declaration."""
    implementation: str
    """The function that does it all."""
    arguments: str


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation and what goes with it."""

    name: str
    function: str
    input: str
    output: str
    input_events: str
    """The type of the events that are sent; empty for most operations."""
    output_events: str
    """The type of the events that are received."""
    call: CallView
    comment: tuple[str, ...]
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


@dataclass(frozen=True, slots=True)
class MethodView:
    """A function of the client."""

    comment: tuple[str, ...]
    returned: str
    declaration: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientView:
    """The client class."""

    comment: tuple[str, ...]
    structures: tuple[str, ...]
    events: tuple[str, ...]
    """Unions of events that calls hand on."""
    operations: tuple[str, ...]
    """Names of operations that have pages or send events."""
    options: str
    """The structure of endpoint options; empty for most services."""
    methods: tuple[MethodView, ...]


def operation_view(
    service: ir.Service, types: TypeTable, operation: ir.Operation, functions: Mapping[str, str]
) -> OperationView:
    """The view of an operation's header."""
    name = _tag(operation)
    function = functions[operation.name]
    retryable = [
        shape.error
        for shape in (service.shapes[error] for error in operation.errors)
        if shape.error is not None and shape.error.retryable
    ]
    given = types.names[_some(operation.input)]
    extras = collect_extras(service, operation, given)
    tables = ExpressionTables(name)
    paginator = operation.paginator
    paginators = (paginator_view(service, operation, paginator, function, tables),) if paginator else ()
    waiters = tuple(waiter_views(service, operation, tables))
    endpoint_expressions = tuple(endpoint_expression_views(service, operation, tables))
    return OperationView(
        name=name,
        function=function,
        input=given,
        output=types.names[_some(operation.output)],
        input_events=types.names[operation.input_events] if operation.input_events else "",
        output_events=types.names[operation.output_events] if operation.output_events else "",
        call=_call_view(types, operation),
        comment=comment([_http_line(operation), _errors_line(service, types, operation)], 0),
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


def _call_view(types: TypeTable, operation: ir.Operation) -> CallView:
    given, returned = types.names[_some(operation.input)], types.names[_some(operation.output)]
    options = "const ::belfry::CallOptions& options"
    if operation.input_events is not None:
        return CallView(
            f"::belfry::Result<::belfry::EventStream<operations::{_tag(operation)}>>",
            ("::belfry::DuplexTransport& transport", f"const {given}& input", options),
            ("", "", " = {}"),
            "open_event_stream",
            "transport, input, options",
        )
    if operation.output_events is not None:
        events = types.names[operation.output_events]
        return CallView(
            f"::belfry::Result<{returned}>",
            (f"const {given}& input", f"::belfry::EventHandler<{events}> on_event", options),
            ("", "", " = {}"),
            "invoke_with_events",
            "input, on_event, options",
        )
    return CallView(
        f"::belfry::Result<{returned}>",
        (f"const {given}& input", options),
        ("", " = {}"),
        "invoke",
        "input, options",
    )


def _stream_lines(operation: ir.Operation) -> list[str]:
    """What the comment of a call says of its events."""
    if operation.input_events is not None:
        return ["Opens a stream of events; what it returns sends them, receives them and gives the output."]
    if operation.output_events is not None:
        return ["`on_event` is called with each event of the response; when it returns false, the call ends."]
    return []


def _some(name: str | None) -> str:
    assert name is not None, "the synthesize pass gives every operation both messages"
    return name


def _tag(operation: ir.Operation) -> str:
    return naming.type_name(operation.name)


def _http_line(operation: ir.Operation) -> str:
    status = operation.http.status or 200
    placed = "".join(f"/{{{name}}}" for name in operation.placed_labels)
    where = f", where the endpoint has `{placed}`" if placed else ""
    uri = placed + operation.http.uri
    return f"`{operation.http.method} {uri}`{where}, answered with status {status}."


def _errors_line(service: ir.Service, types: TypeTable, operation: ir.Operation) -> str:
    if not operation.errors:
        return ""
    found = []
    for name in operation.errors:
        error = service.shapes[name].error
        status = f" ({error.http_status})" if error and error.http_status else ""
        found.append(f"`{types.names[name]}`{status}")
    return f"Errors: {', '.join(found)}."


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


def client_view(
    service: ir.Service,
    types: TypeTable,
    functions: Mapping[str, str],
    namespace: str,
    files: Mapping[str, str],
) -> ClientView:
    """The view of the client class."""
    structures: dict[str, None] = {}
    events: set[str] = set()
    paged = []
    streamed = []
    methods = []
    for operation in service.operations.values():
        given, returned = types.names[_some(operation.input)], types.names[_some(operation.output)]
        structures.update(dict.fromkeys((given, returned)))
        function = functions[operation.name]
        include = f"Include `<belfry/{namespace}/{files[operation.name]}.hpp>` to call it."
        what = prose(operation.documentation) or f"Calls the operation {operation.name}."
        notes = [f"{what} {include}", *_stream_lines(operation), _errors_line(service, types, operation)]
        notes += _discovery_lines(service, operation, functions)
        if operation.deprecated:
            notes.append("Deprecated.")
        call = _call_view(types, operation)
        declared = [part + default for part, default in zip(call.parameters, call.defaults, strict=True)]
        about = (*comment(notes, 4), *_examples(types, namespace, operation, function))
        methods.append(MethodView(about, call.returned, filled(f"{function}(", declared, ") const;", 4)))
        if operation.input_events is not None:
            streamed.append(_tag(operation))
        elif operation.output_events is not None:
            events.add(types.names[operation.output_events])
        if operation.paginator is not None:
            paged.append(_tag(operation))
            methods.append(
                MethodView(
                    comment([f"The pages of `{function}`, fetched as they are asked for. {include}"], 4),
                    f"::belfry::Paginator<operations::{_tag(operation)}>",
                    filled(
                        f"paginate_{function.rstrip('_')}(",
                        [f"{given} input", "const ::belfry::CallOptions& options = {}"],
                        ") const;",
                        4,
                    ),
                )
            )
        methods.extend(
            _waiter_method(waiter, given, returned, function, include)
            for waiter in service.waiters.values()
            if waiter.operation == operation.name
        )
    return ClientView(
        comment=comment(
            [f"A client of {service.full_name or service.id}. It may be used by many threads at once."], 0
        ),
        structures=tuple(sorted(structures)),
        options=types.names[service.endpoint_options] if service.endpoint_options else "",
        events=tuple(sorted(events)),
        operations=tuple(sorted({*paged, *streamed})),
        methods=tuple(methods),
    )


def _discovery_lines(
    service: ir.Service, operation: ir.Operation, functions: Mapping[str, str]
) -> Iterator[str]:
    """Where to send an operation whose service tells its endpoints, which is the caller's to ask for."""
    if operation.endpoint_discovery_required:
        asked = [functions[one.name] for one in service.operations.values() if one.is_endpoint_operation]
        whom = f"`{asked[0]}` tells it" if asked else "another operation of the service tells it"
        yield f"Goes to an endpoint of the caller's account: {whom}, for `ClientConfig::endpoint`."


def _examples(types: TypeTable, namespace: str, operation: ir.Operation, function: str) -> tuple[str, ...]:
    # A call with events takes more than an input.
    if operation.input_events is not None or operation.output_events is not None:
        return ()
    return example_lines(types, namespace, operation, function, 4)


def _method(notes: list[str], returned: str, function: str, parameters: str) -> MethodView:
    return MethodView(
        comment(notes, 4),
        f"::belfry::Result<{returned}>",
        filled(f"{function}(", parameters.split(", "), ") const;", 4),
    )


def _waiter_method(waiter: ir.Waiter, given: str, returned: str, function: str, include: str) -> MethodView:
    about = (
        prose(waiter.documentation) or f"Polls `{function}` until the waiter {waiter.name} has its answer."
    )
    longest = waiter.max_delay_seconds or waiter.delay_seconds
    pause = f"{waiter.delay_seconds} to {longest}" if longest > waiter.delay_seconds else f"{longest}"
    limit = f", at most {waiter.max_attempts} times" if waiter.max_attempts else ""
    times = f"Asks every {pause} seconds{limit}, by default."
    parameters = f"const {given}& input, const ::belfry::WaitOptions& options = {{}}"
    return _method([f"{about} {times} {include}"], returned, f"poll_until_{waiter_name(waiter)}", parameters)
