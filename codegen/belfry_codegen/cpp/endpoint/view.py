# SPDX-License-Identifier: Apache-2.0
"""What an operation tells the endpoint rules: entries of `EndpointParameterBinding`, and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.jmespath import ExpressionTables
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError


@dataclass(frozen=True, slots=True)
class EndpointView:
    """The bindings of an operation."""

    lists: tuple[str, ...]
    """Constants that the entries refer to."""
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndpointExpressionView:
    """A parameter whose value an expression over the input gives."""

    parameter: str
    """A literal."""
    expression: str
    """The name of the expression's table."""
    is_list: bool


def endpoint_view(service: ir.Service, operation: ir.Operation) -> EndpointView:
    """Everything that the operation, or its input, gives to the rules' parameters without expressions."""
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    lists: list[str] = []
    entries: list[str] = []
    for member in service.shapes[operation.input].members:
        if member.context_param is None:
            continue
        # A list is among the expressions of the operation.
        if service.shapes[member.target].kind is not ir.Kind.LIST:
            placed = ", .in_url = true" if member.name in operation.placed_labels else ""
            entries.append(_entry(member.context_param, f".member = {literal(member.name)}{placed}"))
    for parameter, value in operation.static_context:
        if isinstance(value, bool):
            entries.append(_entry(parameter, f'.value = "{str(value).lower()}", .boolean = true'))
        elif isinstance(value, str):
            entries.append(_entry(parameter, f".value = {literal(value)}"))
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            name = f"{naming.type_name(operation.name)}_endpoint_list_{len(lists)}"
            if value:
                items = ", ".join(literal(item) for item in value)
                lists.append(f"inline constexpr ::std::string_view {name}[] = {{{items}}};")
            entries.append(_entry(parameter, f".values = {name}, .list = true" if value else ".list = true"))
        else:
            raise UsageError(
                f"{service.id}: operation '{operation.name}': endpoint parameter '{parameter}' must be"
                " a boolean, a string or a list of strings"
            )
    return EndpointView(tuple(lists), tuple(entries))


def endpoint_expression_views(
    service: ir.Service, operation: ir.Operation, tables: ExpressionTables
) -> Iterator[EndpointExpressionView]:
    """The parameters that expressions over the operation's input give."""
    for parameter, expression in operation.operation_context:
        yield EndpointExpressionView(
            literal(parameter), tables.name(expression), service.takes_list(parameter)
        )


def _entry(parameter: str, fields: str) -> str:
    return f"{{.parameter = {literal(parameter)}, {fields}}}"
