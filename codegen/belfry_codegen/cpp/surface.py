# SPDX-License-Identifier: Apache-2.0
"""Lists what a program can name of a service's generated headers: types, members, constants and methods."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.enums import enumerator_names
from belfry_codegen.cpp.methods import methods_of
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan, plan_service
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class MemberSurface:
    """A member of a structure, or the functions of a union's member."""

    name: Cpp
    type: Cpp
    """The type of its value: for a structure's member what `*` gives, or the list, map or box itself."""
    slot: Cpp
    """The type of a member that may be absent, which one that must be set is used like."""
    must_be_set: bool
    """Whether a braced initializer without it does not compile."""


@dataclass(frozen=True, slots=True)
class TypeSurface:
    """A structure, union or enum."""

    name: Cpp
    kind: ir.Kind
    header: Cpp
    """The path of the header that defines it; the umbrella header leaves out types that only name keys."""
    members: Mapping[str, MemberSurface]
    """By their names in the model, in the order of the definition."""
    constants: Mapping[str, Cpp]
    """The constants of an enum by their values."""


@dataclass(frozen=True, slots=True)
class MethodSurface:
    """A method of the client."""

    name: Cpp
    kind: str
    """As in `MethodView`."""


@dataclass(frozen=True, slots=True)
class OperationSurface:
    """An operation."""

    tag: Cpp
    """The name of its type in the namespace `operations`."""
    call: MethodSurface
    pages: MethodSurface | None
    waits: Mapping[str, MethodSurface]
    """By the names of the waiters in the model."""
    input: Cpp
    output: Cpp
    input_events: Cpp
    """Empty for most operations, as the next one."""
    output_events: Cpp
    errors: Mapping[str, Cpp]
    """The types of the exceptions that `visit_error` takes for it, by their names in the model."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A service."""

    namespace: Cpp
    """Below `belfry`."""
    umbrella: Cpp
    """The path of the header that has all of it."""
    types: Mapping[str, TypeSurface]
    """By their names in the model."""
    operations: Mapping[str, OperationSurface]
    kept: Mapping[str, str]
    """Other names of types, from earlier models, and the shapes that they mean."""


def surface_of(service: ir.Service, folder: str) -> Surface:
    """All that the headers of a service declare; `folder` is its name among the models."""
    plan = plan_service(service, folder)
    return Surface(
        namespace=plan.files.namespace,
        umbrella=plan.files.umbrella,
        types={name: _type(plan, service.shapes[name]) for name in plan.types.names},
        operations={planned.operation.name: _operation(plan, planned) for planned in plan.operations},
        kept={str(former): shape for former, shape in plan.types.kept.items()},
    )


def _type(plan: ServicePlan, shape: ir.Shape) -> TypeSurface:
    types = plan.types
    members: dict[str, MemberSurface] = {}
    if shape.kind is ir.Kind.STRUCTURE:
        own = naming.member_names([member.name for member in shape.members], (types.names[shape.name],))
        strict = shape.name in plan.roles.input_only
        members = {
            member.name: MemberSurface(
                own[member.name],
                types.value(member),
                types.slot(member),
                strict and member.required and not member.idempotency_token,
            )
            for member in shape.members
        }
    elif shape.kind is ir.Kind.UNION:
        members = _union_members(types.in_union(), shape)
    constants = enumerator_names(types, shape) if shape.kind is ir.Kind.ENUM else {}
    return TypeSurface(types.names[shape.name], shape.kind, plan.headers[shape.name], members, constants)


def _union_members(types: TypeTable, shape: ir.Shape) -> dict[str, MemberSurface]:
    plain = [(member.name, naming.plain_member_name(member.name)) for member in shape.members]
    names = naming.unique(plain, ("unknown",))
    found = {}
    for member in shape.members:
        held = types.plain(member.target) if member.needs_box else types.value(member)
        found[member.name] = MemberSurface(names[member.name], held, held, must_be_set=False)
    return found


def _operation(plan: ServicePlan, planned: OperationPlan) -> OperationSurface:
    operation, names = planned.operation, plan.types.names
    methods = [(method, MethodSurface(method.name, method.kind)) for method in methods_of(plan, planned)]
    rules = {view.method: view.waiter.name for view in planned.waiters}
    pages = [surface for method, surface in methods if method.kind == "pages"]
    return OperationSurface(
        tag=planned.tag,
        call=methods[0][1],
        pages=pages[0] if pages else None,
        waits={rules[method.name]: surface for method, surface in methods if method.kind == "wait"},
        input=names[planned.input],
        output=names[planned.output],
        input_events=names[operation.input_events] if operation.input_events else EMPTY,
        output_events=names[operation.output_events] if operation.output_events else EMPTY,
        errors={error: names[error] for error in operation.errors},
    )
