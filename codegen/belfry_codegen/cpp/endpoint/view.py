# SPDX-License-Identifier: Apache-2.0
"""What an operation tells the endpoint rules, as entries of `EndpointParameterBinding`."""

from __future__ import annotations

from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError


@dataclass(frozen=True, slots=True)
class EndpointView:
    """The bindings of an operation."""

    lists: tuple[str, ...]
    """Constants that the entries refer to."""
    entries: tuple[str, ...]
    has_path: bool
    """Whether a JMESPath expression has to be evaluated."""


def endpoint_view(service: ir.Service, operation: ir.Operation) -> EndpointView:
    """Everything that the operation, or its input, gives to the rules' parameters."""
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    lists: list[str] = []
    entries: list[str] = []
    has_path = False
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
    for parameter, path in operation.operation_context:
        has_path = True
        entries.append(_path(parameter, path.text, service.takes_list(parameter)))
    return EndpointView(tuple(lists), tuple(entries), has_path)


def _path(parameter: str, path: str, is_list: bool) -> str:
    listed = ", .list = true" if is_list else ""
    return _entry(parameter, f".path = {literal(path)}{listed}")


def _entry(parameter: str, fields: str) -> str:
    return f"{{.parameter = {literal(parameter)}, {fields}}}"
