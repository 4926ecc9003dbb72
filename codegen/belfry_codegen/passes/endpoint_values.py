# SPDX-License-Identifier: Apache-2.0
"""Removes values that operations give to parameters which the endpoint rules never read.

S3's operations give them the object's key, for example. A client keeps the endpoint of each set of values, so
that such a value would have it evaluate the rules again for each key.
"""

from __future__ import annotations

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace
from belfry_codegen.passes.endpoint_labels import declared_parameters, read_names


def remove_unread_values(service: ir.Service) -> ir.Service:
    """The service without these values; those of parameters that the rules require stay."""
    rules = service.endpoint_rules
    read = read_names(rules)
    unread = {
        name
        for name, declared in declared_parameters(rules).items()
        if name not in read and not declared.get("required")
    }
    if not unread:
        return service
    return replace(
        service,
        shapes={name: _without_bindings(shape, unread) for name, shape in service.shapes.items()},
        operations={
            name: replace(
                operation,
                static_context=tuple(item for item in operation.static_context if item[0] not in unread),
                operation_context=tuple(
                    item for item in operation.operation_context if item[0] not in unread
                ),
            )
            for name, operation in service.operations.items()
        },
    )


def _without_bindings(shape: ir.Shape, unread: set[str]) -> ir.Shape:
    if not any(member.context_param in unread for member in shape.members):
        return shape
    members = tuple(
        replace(member, context_param=None) if member.context_param in unread else member
        for member in shape.members
    )
    return replace(shape, members=members)
