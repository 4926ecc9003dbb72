# SPDX-License-Identifier: Apache-2.0
"""Views of operations: their tables, errors, paginators and waiters."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.hooks import HooksView
from belfry_codegen.cpp.jmespath import ExpressionView
from belfry_codegen.cpp.methods import MethodView, methods_of
from belfry_codegen.cpp.paging import PaginatorView, WaiterView
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan, messages
from belfry_codegen.cpp.reserved import former_name, macro_note
from belfry_codegen.cpp.text import comment, deprecation_reason, literal, remark
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class ErrorView:
    """An exception that the model lists for an operation."""

    type: Cpp
    note: Cpp
    """Its HTTP status, and whether it is retryable; may be empty."""


@dataclass(frozen=True, slots=True)
class RetryableErrorView:
    """An error code that is retryable."""

    code: Cpp
    """A literal."""
    throttling: bool


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation, with its paginator and waiters."""

    name: Cpp
    former: Cpp
    """The name in version 0.1.0, if it was another one."""
    wire_name: Cpp
    """A literal, like the method, the URI and the media type."""
    method: Cpp
    uri: Cpp
    success_status: int
    signing: Cpp
    """The enumerator of `RequestSigning`; empty for the usual signature."""
    unit_input: bool
    long_poll: bool
    unwrapped_output: bool
    payload_media_type: Cpp
    """Empty for the protocol's default."""
    encode_query_and_headers: Cpp
    """The function of the library; empty for none."""
    deprecated: Cpp | None
    """The reason as a literal, empty if the model does not give one; None if not deprecated."""
    names_deprecated: bool
    """Whether the header names anything that is deprecated."""
    messages_deprecated: bool
    """Whether one of its messages is."""
    input: Cpp
    output: Cpp
    input_events: Cpp
    """The type of the events that are sent; empty for most operations."""
    output_events: Cpp
    """The type of the events that are received."""
    comment: tuple[Cpp, ...]
    errors: tuple[ErrorView, ...]
    retryable_errors: tuple[RetryableErrorView, ...]
    methods: tuple[MethodView, ...]
    hooks: HooksView | None
    """None for most operations."""
    expressions: tuple[ExpressionView, ...]
    paginators: tuple[PaginatorView, ...]
    """One or none."""
    waiters: tuple[WaiterView, ...]

    @property
    def has_events(self) -> bool:
        """Whether it sends or receives a stream of events."""
        return bool(self.input_events or self.output_events)


_INVALID_ENDPOINT = ("InvalidEndpointException", "421")


class OperationViews:
    """Makes the views of a service's operations."""

    def __init__(self, plan: ServicePlan) -> None:
        self._plan = plan
        self._shapes = plan.service.shapes
        self._hidden = {planned.tag for planned in plan.operations} | set(naming.TAG_MEMBERS)

    def all(self) -> Iterator[OperationView]:
        """One for each operation of the plan."""
        return map(self._view, self._plan.operations)

    def _view(self, planned: OperationPlan) -> OperationView:
        operation, protocol = planned.operation, self._plan.service.protocol
        used = messages(operation)
        deprecated_types = [name for name in (*used, *operation.errors) if self._shapes[name].deprecated]
        return OperationView(
            name=planned.tag,
            former=former_name(naming.plain_type_name(operation.name), planned.tag),
            wire_name=literal(operation.wire_name),
            method=literal(operation.http.method),
            uri=literal(operation.http.uri),
            success_status=operation.http.status or 200,
            signing=planned.signing,
            unit_input=operation.unit_input and protocol.rpc_v2,
            long_poll=operation.long_poll,
            unwrapped_output=operation.unwrapped_output and protocol.xml and protocol.http_bindings,
            payload_media_type=self._payload_media_type(planned.input),
            encode_query_and_headers=planned.encode_query_and_headers,
            deprecated=deprecation_reason(operation.deprecated),
            names_deprecated=operation.deprecated is not None or bool(deprecated_types),
            messages_deprecated=any(name in used for name in deprecated_types),
            input=self._scoped(planned.input),
            output=self._scoped(planned.output),
            input_events=self._scoped(operation.input_events) if operation.input_events else EMPTY,
            output_events=self._scoped(operation.output_events) if operation.output_events else EMPTY,
            comment=comment(
                [_http_line(operation), macro_note(naming.plain_type_name(operation.name), planned.tag)], 0
            ),
            errors=tuple(
                ErrorView(self._scoped(name), _note(self._shapes[name].error)) for name in operation.errors
            ),
            retryable_errors=tuple(self._retryable(operation)),
            methods=methods_of(self._plan, planned),
            hooks=planned.hooks,
            expressions=planned.expressions,
            paginators=(planned.paginator,) if planned.paginator is not None else (),
            waiters=planned.waiters,
        )

    def _scoped(self, shape: str) -> Cpp:
        """A shape's type within an operation's tag, qualified if a tag or member hides its name."""
        types = self._plan.types
        if types.names[shape] in self._hidden:
            return types.qualified(shape)
        return types.names[shape]

    def _payload_media_type(self, shape: str) -> Cpp:
        payload = self._shapes[shape].payload
        media_type = self._shapes[payload.target].media_type if payload is not None else ""
        return literal(media_type) if media_type else EMPTY

    def _retryable(self, operation: ir.Operation) -> Iterator[RetryableErrorView]:
        for error in (self._shapes[name].error for name in operation.errors):
            if error is not None and error.retryable:
                yield RetryableErrorView(literal(error.code), error.throttling)
        if operation.endpoint_discovery:
            # The next attempt goes to another endpoint. An answer without a body has its status as the code.
            yield from (RetryableErrorView(literal(code), False) for code in _INVALID_ENDPOINT)


def _http_line(operation: ir.Operation) -> str:
    status = operation.http.status or 200
    placed = "".join(f"/{{{name}}}" for name in operation.placed_labels)
    where = f", where the endpoint has `{placed}`" if placed else ""
    uri = placed + operation.http.uri
    return f"`{operation.http.method} {uri}`{where}; success is status {status}."


def _note(error: ir.ErrorTraits | None) -> Cpp:
    assert error is not None, "readers take only exceptions for an operation's errors"
    said = [str(error.http_status)] if error.http_status else []
    if error.retryable:
        said.append("throttling" if error.throttling else "retryable")
    return remark(", ".join(said))
