# SPDX-License-Identifier: Apache-2.0
"""Finds how a service's operations use its structures, and which structures share a header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass
from belfry_codegen.passes.references import targets


@dataclass(frozen=True, slots=True)
class Roles:
    """How operations use a service's structures."""

    inputs: Mapping[str, str]
    """Input shape, and the function that takes it."""
    outputs: Mapping[str, str]
    """Output shape, and the function that returns it."""
    input_only: frozenset[str]
    """Structures that are only inputs."""

    def is_message(self, shape: ir.Shape) -> bool:
        """Whether the shape is bound to HTTP itself, rather than part of a body."""
        return shape.name in self.inputs or shape.name in self.outputs or shape.error is not None


def roles_of(service: ir.Service, functions: Mapping[str, str]) -> Roles:
    """The roles of a service's structures; `functions` are the methods of its operations."""
    operations = list(service.operations.values())[::-1]
    inputs = {op.input: functions[op.name] for op in operations if op.input is not None}
    outputs = {op.output: functions[op.name] for op in operations if op.output is not None}
    nested = {target for shape in service.shapes.values() for target in targets(shape)}
    errors = {name for name, shape in service.shapes.items() if shape.error is not None}
    return Roles(inputs, outputs, frozenset(inputs.keys() - outputs.keys() - nested - errors))


def groups_of(types: TypeTable) -> Iterator[tuple[str, ...]]:
    """Named shapes that share a header, each group in an order in which none holds a later one by value."""
    grouped: dict[int, list[str]] = {}
    for name in types.names:
        number = types.shapes[name].recursion_group
        if number is None:
            yield (name,)
        else:
            grouped.setdefault(number, []).append(name)
    for names in grouped.values():
        yield _by_value_order(types, names)


def _by_value_order(types: TypeTable, names: list[str]) -> tuple[str, ...]:
    ordered: dict[str, None] = {}

    def place(name: str) -> None:
        if name in ordered:
            return
        for member in types.shapes[name].members:
            if not member.needs_box and member.target in names and member.target != name:
                place(member.target)
        ordered[name] = None

    for name in names:
        place(name)
    return tuple(ordered)
