# SPDX-License-Identifier: Apache-2.0
"""Gives every operation an input and an output, so that later passes need not check for them."""

from __future__ import annotations

from collections.abc import Container

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace


def synthesize_messages(service: ir.Service) -> ir.Service:
    """The service with an empty structure for each input or output that an operation does not have."""
    shapes = dict(service.shapes)
    operations = {}
    for name, operation in service.operations.items():
        if operation.input is None:
            made = _free_name(name, ("Request", "Input"), shapes)
            shapes[made] = ir.Shape(made, ir.Kind.STRUCTURE)
            operation = replace(operation, input=made, unit_input=True)
        if operation.output is None:
            made = _free_name(name, ("Response", "Output"), shapes)
            shapes[made] = ir.Shape(made, ir.Kind.STRUCTURE)
            operation = replace(operation, output=made)
        operations[name] = operation
    return replace(service, operations=operations, shapes=shapes)


def _free_name(operation: str, suffixes: tuple[str, ...], taken: Container[str]) -> str:
    for suffix in suffixes:
        if operation + suffix not in taken:
            return operation + suffix
    number = 2
    while f"{operation}{suffixes[0]}{number}" in taken:
        number += 1
    return f"{operation}{suffixes[0]}{number}"
