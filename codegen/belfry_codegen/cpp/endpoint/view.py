# SPDX-License-Identifier: Apache-2.0
"""Views of the values that an operation gives to the endpoint rules."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.jmespath import ExpressionTables
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class BindingView:
    """A value for a parameter of the rules. Strings are literals; empty for none."""

    parameter: Cpp
    member: Cpp = EMPTY
    in_url: bool = False
    """Whether the member becomes part of the URL."""
    value: Cpp = EMPTY
    boolean: bool = False
    values: tuple[Cpp, ...] | None = None
    """A list; None if the value is not a list."""


@dataclass(frozen=True, slots=True)
class EndpointExpressionView:
    """A parameter whose value an expression over the input gives."""

    parameter: Cpp
    """A literal."""
    expression: Cpp
    """The name of the expression's table."""
    is_list: bool


@dataclass(frozen=True, slots=True)
class EndpointView:
    """The values that an operation gives to the endpoint rules."""

    bindings: tuple[BindingView, ...]
    expressions: tuple[EndpointExpressionView, ...]
    find: Cpp
    """The function that finds the endpoint; empty if the rules need only the client's region."""
    discover: Cpp
    """The function that replaces it by one that the service returns; empty for most operations."""


NO_ENDPOINT = EndpointView((), (), EMPTY, EMPTY)


def endpoint_view(
    service: ir.Service, operation: ir.Operation, tables: ExpressionTables, includes: Includes
) -> EndpointView:
    """The values that the operation or its input gives to the rules' parameters."""
    bindings = tuple(_bindings(service, operation))
    expressions = tuple(
        EndpointExpressionView(literal(parameter), tables.name(expression), service.takes_list(parameter))
        for parameter, expression in operation.operation_context
    )
    find = EMPTY
    if expressions:
        find = includes.use("find_endpoint_by_path")
    elif bindings or service.endpoint_options or service.endpoint_account:
        find = includes.use("find_operation_endpoint")
    discover = includes.use("find_discovered_endpoint") if operation.endpoint_discovery_required else EMPTY
    return EndpointView(bindings, expressions, find, discover)


def _bindings(service: ir.Service, operation: ir.Operation) -> Iterator[BindingView]:
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    for member in service.shapes[operation.input].members:
        # A list is one of the operation's expressions.
        if member.context_param is not None and service.shapes[member.target].kind is not ir.Kind.LIST:
            yield BindingView(
                literal(member.context_param),
                member=literal(member.name),
                in_url=member.name in operation.placed_labels,
            )
    for parameter, value in operation.static_context:
        if isinstance(value, bool):
            yield BindingView(literal(parameter), value=literal(str(value).lower()), boolean=True)
        elif isinstance(value, str):
            yield BindingView(literal(parameter), value=literal(value))
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            yield BindingView(literal(parameter), values=tuple(map(literal, value)))
        else:
            raise UsageError(
                f"{service.id}: operation '{operation.name}': endpoint parameter '{parameter}' must be"
                " a boolean, a string or a list of strings"
            )
