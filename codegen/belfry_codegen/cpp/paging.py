# SPDX-License-Identifier: Apache-2.0
"""Views of paginators and waiters."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.cpp.code import EMPTY, Cpp, fixed, name
from belfry_codegen.cpp.jmespath import ExpressionTables, NodeView, literal_view
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.method_names import MethodNames
from belfry_codegen.cpp.text import literal, remark
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

WRITERS = fixed(
    {
        ir.Kind.STRING: "write_text_token",
        ir.Kind.ENUM: "write_text_token",
        ir.Kind.BLOB: "write_text_token",
        ir.Kind.INTEGER: "write_integer_token",
        ir.Kind.INT_ENUM: "write_integer_token",
        ir.Kind.LONG: "write_integer_token",
    }
)
"""The function that writes a token into a member of that kind."""
ANY_WRITER = Cpp("copy_token")
"""The function for members of all other kinds."""
MATCHERS = fixed(
    {
        ir.Matcher.PATH: "path",
        ir.Matcher.PATH_ALL: "path_all",
        ir.Matcher.PATH_ANY: "path_any",
        ir.Matcher.STATUS: "status",
        ir.Matcher.ERROR: "error",
    }
)
"""The enumerator of `WaiterMatcher`."""
ERROR_MATCHERS = fixed({True: "any_error", False: "success"})
"""The enumerator for botocore's `true` (any error) and `false` (no error)."""


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token, and the input's member that takes it."""

    name: Cpp
    """The name of the input's member, for a comment."""
    member: int
    """The index of the input's member."""
    expression: Cpp
    writer: Cpp


@dataclass(frozen=True, slots=True)
class PaginatorView:
    """The tokens of an operation with pages."""

    name: Cpp
    method: Cpp
    """The client's method that returns the pages."""
    tokens: tuple[TokenView, ...]
    more_results: Cpp
    """The name of an expression; empty for none."""
    ends_on_repeated_token: bool


@dataclass(frozen=True, slots=True)
class AcceptorView:
    """A rule of a waiter."""

    state: Cpp
    matcher: Cpp
    with_input: bool
    http_status: int | None
    error_code: Cpp | None
    """A literal."""
    expression: Cpp
    """The name of the path's table; empty for none."""
    text: Cpp
    """The path as a literal."""
    expected: NodeView | None


@dataclass(frozen=True, slots=True)
class WaiterView:
    """A waiter that polls an operation."""

    waiter: ir.Waiter
    name: Cpp
    method: Cpp
    """The client's method that waits."""
    literal: Cpp
    acceptors: tuple[AcceptorView, ...]
    delay_seconds: int
    max_delay_seconds: int
    max_attempts: int


def paginator_view(
    service: ir.Service,
    operation: ir.Operation,
    paginator: ir.Paginator,
    names: MethodNames,
    tables: ExpressionTables,
    includes: Includes,
) -> PaginatorView:
    """The view of an operation's paginator."""
    includes.use("Paginator")
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    members = service.shapes[operation.input].members
    numbers = {member.name: number for number, member in enumerate(members)}
    tokens = tuple(
        TokenView(
            name=remark(token),
            member=numbers[token],
            expression=tables.name(expression),
            writer=WRITERS.get(service.shapes[members[numbers[token]].target].kind, ANY_WRITER),
        )
        for token, expression in zip(paginator.input_tokens, paginator.output_tokens, strict=True)
    )
    more = tables.name(paginator.more_results) if paginator.more_results is not None else EMPTY
    call, method = names.calls[operation.name], names.pages[operation.name]
    return PaginatorView(call, method, tokens, more, paginator.ends_on_repeated_token)


def waiter_views(
    service: ir.Service,
    operation: ir.Operation,
    names: MethodNames,
    tables: ExpressionTables,
    includes: Includes,
) -> Iterator[WaiterView]:
    """The views of the waiters that poll an operation."""
    for waiter in service.waiters.values():
        if waiter.operation == operation.name:
            includes.use("WaiterRule")
            yield WaiterView(
                waiter=waiter,
                name=names.rules[waiter.name],
                method=names.waits[waiter.name],
                literal=literal(waiter.name),
                acceptors=tuple(_acceptor(acceptor, tables) for acceptor in waiter.acceptors),
                delay_seconds=waiter.delay_seconds,
                max_delay_seconds=waiter.max_delay_seconds or waiter.delay_seconds,
                max_attempts=waiter.max_attempts,
            )


def _acceptor(acceptor: ir.Acceptor, tables: ExpressionTables) -> AcceptorView:
    matcher, expected = MATCHERS[acceptor.matcher], acceptor.expected
    path = acceptor.argument
    if acceptor.matcher is ir.Matcher.ERROR and isinstance(expected, bool):
        matcher = ERROR_MATCHERS[expected]
    return AcceptorView(
        state=name(acceptor.state.value),
        matcher=matcher,
        with_input=acceptor.with_input,
        http_status=int(expected) if matcher == "status" else None,
        error_code=literal(str(expected)) if matcher == "error" else None,
        expression=tables.name(path) if path is not None else EMPTY,
        text=literal(path.text) if path is not None else EMPTY,
        expected=literal_view(expected) if path is not None else None,
    )
