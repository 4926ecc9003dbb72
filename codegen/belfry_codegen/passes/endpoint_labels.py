# SPDX-License-Identifier: Apache-2.0
"""Removes labels whose values the endpoint rules put into the URL themselves.

S3's models begin each path with the bucket's name, and S3's endpoint rules put that name into the host or the
path. S3 Control's do the same with the account ID in the host. The value must not be written twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace

_FIRST_LABEL = re.compile(r"/{([^{}+]+)\+?}(?=[/?]|\Z)")
_HOST_LABEL = re.compile(r"{([^{}]+)}\.?")
_TEMPLATE = re.compile(r"{([A-Za-z_][A-Za-z0-9_]*)[^{}]*}")


def place_endpoint_labels(service: ir.Service) -> ir.Service:
    """The service without the labels, at the start of paths and in host prefixes, that its rules place."""
    placed = placed_parameters(service.endpoint_rules)
    if not placed:
        return service
    operations = {
        name: _without_host_label(service, _without_first_label(service, operation, placed), placed)
        for name, operation in service.operations.items()
    }
    return replace(service, operations=operations)


def _takes(service: ir.Service, operation: ir.Operation, name: str, placed: set[str]) -> bool:
    """Whether the rules put the input's member of that name into the URL."""
    member = service.shapes[operation.input].member(name) if operation.input else None
    return member is not None and member.context_param in placed


def _without_first_label(service: ir.Service, operation: ir.Operation, placed: set[str]) -> ir.Operation:
    match = _FIRST_LABEL.match(operation.http.uri)
    if match is None or not _takes(service, operation, match[1], placed):
        return operation
    rest = operation.http.uri[match.end() :]
    return replace(
        operation,
        http=replace(operation.http, uri=rest),
        placed_labels=(*operation.placed_labels, match[1]),
    )


def _without_host_label(service: ir.Service, operation: ir.Operation, placed: set[str]) -> ir.Operation:
    match = _HOST_LABEL.fullmatch(operation.host_prefix or "")
    if match is None or not _takes(service, operation, match[1], placed):
        return operation
    return replace(operation, host_prefix=None)


def placed_parameters(rules: ir.Json) -> set[str]:
    """The parameters of endpoint rules whose values, or parts of them, appear in an endpoint's URL."""
    if not isinstance(rules, dict) or not isinstance(rules.get("parameters"), dict):
        return set()
    sources: dict[str, set[str]] = {}
    used: set[str] = set()
    for node in _objects([rules.get(key) for key in ("rules", "conditions", "results")]):
        if isinstance(node.get("assign"), str):
            sources.setdefault(node["assign"], set()).update(_references(node.get("argv")))
        endpoint = node.get("endpoint")
        if isinstance(endpoint, dict):
            used.update(_references(endpoint.get("url")))
    return _origins(used, sources) & set(rules["parameters"])


def declared_parameters(rules: ir.Json) -> dict[str, Any]:
    """The parameters that endpoint rules declare. Compiling the rules reports what is wrong with them."""
    parameters = rules.get("parameters") if isinstance(rules, dict) else None
    if not isinstance(parameters, dict):
        return {}
    return {name: declared for name, declared in parameters.items() if isinstance(declared, dict)}


def read_names(rules: ir.Json) -> set[str]:
    """The parameters and variables that endpoint rules read anywhere."""
    if not isinstance(rules, dict):
        return set()
    return set(_references([rules.get(key) for key in ("rules", "conditions", "results")]))


def _origins(used: set[str], sources: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(used)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(sources.get(name, ()))
    return found


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _references(value: Any) -> Iterator[str]:
    """The names that an expression refers to."""
    if isinstance(value, str):
        yield from _TEMPLATE.findall(value)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        if isinstance(value.get("ref"), str):
            yield value["ref"]
        for item in value.values():
            yield from _references(item)
