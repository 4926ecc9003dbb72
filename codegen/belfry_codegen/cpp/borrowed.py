# SPDX-License-Identifier: Apache-2.0
"""Views of the headers with outputs that view the response (`belfry/borrowed.hpp`)."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.cpp.borrowed_types import BorrowedTypes
from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan
from belfry_codegen.cpp.shapes import (
    StructureView,
    UnionView,
    names_deprecated,
    structure_view,
    union_view,
)
from belfry_codegen.cpp.text import deprecation_reason
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass
from belfry_codegen.passes.references import reachable

_OPERATION = Cpp("belfry/borrowed/operation.hpp")
_DESCRIBE = Cpp("belfry/borrowed/describe.hpp")
_UNION = Cpp("belfry/borrowed/union.hpp")


@dataclass(frozen=True, slots=True)
class BorrowedTypesView:
    """The header of one shape, or of a group of shapes that refer to each other."""

    file: FileView
    names_deprecated: bool
    shapes: tuple[StructureView | UnionView, ...]


@dataclass(frozen=True, slots=True)
class BorrowedOperationView:
    """The header of one operation."""

    file: FileView
    names_deprecated: bool
    deprecated: Cpp | None
    tag: Cpp
    function: Cpp
    output: Cpp


@dataclass(frozen=True, slots=True)
class BorrowedView:
    """All headers with outputs that view a response."""

    types: tuple[BorrowedTypesView, ...]
    operations: tuple[BorrowedOperationView, ...]


def borrowed_view(plan: ServicePlan) -> BorrowedView:
    """The views of all headers with outputs that view a response."""
    chosen = [planned for planned in plan.operations if can_borrow(plan, planned)]
    reached = reachable(plan.service.shapes, [planned.output for planned in chosen])
    types = BorrowedTypes(plan.types)
    return BorrowedView(
        types=tuple(_types_views(plan, types, reached)),
        operations=tuple(_operation_view(plan, planned) for planned in chosen),
    )


def can_borrow(plan: ServicePlan, planned: OperationPlan) -> bool:
    """Whether the operation's output is a JSON body as a whole, which has members."""
    output = plan.service.shapes[planned.output]
    operation = planned.operation
    return (
        plan.types.protocol.borrowed_outputs
        and operation.input_events is None
        and operation.output_events is None
        and bool(output.members)
        and all(member.location is ir.Location.BODY for member in output.members)
    )


def _types_views(plan: ServicePlan, types: BorrowedTypes, reached: set[str]) -> Iterator[BorrowedTypesView]:
    shapes = plan.service.shapes
    for group in plan.groups:
        if group[0] not in reached or shapes[group[0]].kind is ir.Kind.ENUM:
            continue
        own = plan.headers[group[0]]
        includes = Includes(plan.files.path(Cpp("fwd")))
        views: list[StructureView | UnionView] = []
        for shape in (shapes[key] for key in group):
            held = (member.target for member in shape.members if not member.json_value)
            for target in types.named_targets(held):
                path = plan.headers[target]
                if shapes[target].kind is ir.Kind.ENUM:
                    includes.add(path)
                elif path != own:
                    includes.add(plan.files.borrowed(path))
            if shape.kind is ir.Kind.UNION:
                includes.add(_UNION)
                views.append(union_view(types, shape))
            else:
                includes.add(_DESCRIBE)
                views.append(structure_view(types, plan.roles, shape))
        yield BorrowedTypesView(
            file=plan.files.view(plan.files.borrowed(own), includes.paths),
            names_deprecated=any(names_deprecated(types, shapes[key]) for key in group),
            shapes=tuple(views),
        )


def _operation_view(plan: ServicePlan, planned: OperationPlan) -> BorrowedOperationView:
    shapes = plan.service.shapes
    includes = Includes(planned.path, plan.files.borrowed(plan.headers[planned.output]), _OPERATION)
    operation = planned.operation
    return BorrowedOperationView(
        file=plan.files.view(plan.files.borrowed(planned.path), includes.paths),
        names_deprecated=any(shapes[key].deprecated is not None for key in (planned.input, planned.output))
        or operation.deprecated is not None,
        deprecated=deprecation_reason(operation.deprecated),
        tag=planned.tag,
        function=planned.function,
        output=plan.types.names[planned.output],
    )
