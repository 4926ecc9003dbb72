# SPDX-License-Identifier: Apache-2.0
"""Removes the documentation from a service."""

from __future__ import annotations

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace


def without_documentation(service: ir.Service) -> ir.Service:
    """The service without documentation. Overlays are applied later, so that theirs stays."""

    def bare(reference: ir.Reference | None) -> ir.Reference | None:
        if reference is None or not reference.documentation:
            return reference
        return replace(reference, documentation="")

    shapes = {
        name: replace(
            shape,
            documentation="",
            members=tuple(
                replace(member, documentation="") if member.documentation else member
                for member in shape.members
            ),
            enum_values=tuple(
                replace(value, documentation="") if value.documentation else value
                for value in shape.enum_values
            ),
            element=bare(shape.element),
            key=bare(shape.key),
            value=bare(shape.value),
        )
        for name, shape in service.shapes.items()
    }
    operations = {
        name: replace(operation, documentation="", examples=())
        for name, operation in service.operations.items()
    }
    waiters = {name: replace(waiter, documentation="") for name, waiter in service.waiters.items()}
    return replace(service, documentation="", shapes=shapes, operations=operations, waiters=waiters)


def has_documentation(service: ir.Service) -> bool:
    """Whether any part of the service has documentation."""
    shapes = service.shapes.values()
    return (
        bool(service.documentation)
        or any(operation.documentation for operation in service.operations.values())
        or any(shape.documentation for shape in shapes)
        or any(member.documentation for shape in shapes for member in shape.members)
    )
