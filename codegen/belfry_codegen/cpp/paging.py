# SPDX-License-Identifier: Apache-2.0
"""Views of paginators and waiters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.jmespath import ExpressionTables, NodeView, literal_view
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.text import literal, one_line
from belfry_codegen.model import ir

WRITERS = {
    ir.Kind.STRING: "write_text_token",
    ir.Kind.ENUM: "write_text_token",
    ir.Kind.BLOB: "write_text_token",
    ir.Kind.INTEGER: "write_integer_token",
    ir.Kind.INT_ENUM: "write_integer_token",
    ir.Kind.LONG: "write_integer_token",
}
"""The function that writes a token into a member of that kind."""
ANY_WRITER = "copy_token"
"""The function for members of all other kinds."""
MATCHERS = {
    ir.Matcher.PATH: "path",
    ir.Matcher.PATH_ALL: "path_all",
    ir.Matcher.PATH_ANY: "path_any",
    ir.Matcher.STATUS: "status",
    ir.Matcher.ERROR: "error",
}
"""The enumerator of `WaiterMatcher`."""
ERROR_MATCHERS = {True: "any_error", False: "success"}
"""The enumerator for botocore's `true` (any error) and `false` (no error)."""


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token, and the input's member that takes it."""

    name: str
    """The name of the input's member, for a comment."""
    member: int
    """The index of the input's member."""
    expression: str
    writer: str


@dataclass(frozen=True, slots=True)
class PaginatorView:
    """The tokens of an operation with pages."""

    name: str
    tokens: tuple[TokenView, ...]
    more_results: str
    """The name of an expression; empty for none."""


@dataclass(frozen=True, slots=True)
class AcceptorView:
    """A rule of a waiter."""

    state: str
    matcher: str
    with_input: bool
    http_status: int | None
    error_code: str | None
    """A literal."""
    expression: str
    """The name of the path's table; empty for none."""
    text: str
    """The path as a literal."""
    expected: NodeView | None


@dataclass(frozen=True, slots=True)
class WaiterView:
    """A waiter that polls an operation."""

    name: str
    literal: str
    acceptors: tuple[AcceptorView, ...]
    delay_seconds: int
    max_delay_seconds: int
    max_attempts: int


def paginator_view(
    service: ir.Service,
    operation: ir.Operation,
    paginator: ir.Paginator,
    function: str,
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
            name=one_line(name),
            member=numbers[name],
            expression=tables.name(expression),
            writer=WRITERS.get(service.shapes[members[numbers[name]].target].kind, ANY_WRITER),
        )
        for name, expression in zip(paginator.input_tokens, paginator.output_tokens, strict=True)
    )
    more = tables.name(paginator.more_results) if paginator.more_results is not None else ""
    return PaginatorView(function, tokens, more)


def waiter_views(
    service: ir.Service, operation: ir.Operation, tables: ExpressionTables, includes: Includes
) -> Iterator[WaiterView]:
    """The views of the waiters that poll an operation."""
    for waiter in service.waiters.values():
        if waiter.operation == operation.name:
            includes.use("WaiterRule")
            yield WaiterView(
                name=waiter_name(waiter),
                literal=literal(waiter.name),
                acceptors=tuple(_acceptor(acceptor, tables) for acceptor in waiter.acceptors),
                delay_seconds=waiter.delay_seconds,
                max_delay_seconds=waiter.max_delay_seconds or waiter.delay_seconds,
                max_attempts=waiter.max_attempts,
            )


def waiter_name(waiter: ir.Waiter) -> str:
    """The waiter's name in C++."""
    return naming.escape(naming.plain_member_name(waiter.name))


def _acceptor(acceptor: ir.Acceptor, tables: ExpressionTables) -> AcceptorView:
    matcher, expected = MATCHERS[acceptor.matcher], acceptor.expected
    path = acceptor.argument
    if acceptor.matcher is ir.Matcher.ERROR and isinstance(expected, bool):
        matcher = ERROR_MATCHERS[expected]
    return AcceptorView(
        state=acceptor.state.value,
        matcher=matcher,
        with_input=acceptor.with_input,
        http_status=int(expected) if matcher == "status" else None,
        error_code=literal(str(expected)) if matcher == "error" else None,
        expression=tables.name(path) if path is not None else "",
        text=literal(path.text) if path is not None else "",
        expected=literal_view(expected) if path is not None else None,
    )
