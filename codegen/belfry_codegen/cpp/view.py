# SPDX-License-Identifier: Apache-2.0
"""Makes the views of all headers from the plan of a service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from belfry_codegen.cpp.borrowed import BorrowedView, borrowed_view
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.fake import FakeFileView, fake_file
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.library import COMPILED_TABLES, Includes
from belfry_codegen.cpp.methods import ASYNC_CALLS, DECLARATIONS, MethodView
from belfry_codegen.cpp.operations import OperationView, OperationViews
from belfry_codegen.cpp.plan import ServicePlan, plan_service
from belfry_codegen.cpp.service import RulesFileView, ServiceFileView, rules_file, service_file
from belfry_codegen.cpp.shapes import ShapeView, names_deprecated, shape_view
from belfry_codegen.cpp.text import comment
from belfry_codegen.cpp.types import LibraryNames
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class KeptNameView:
    """A name that a type had in an earlier model."""

    name: Cpp
    current: Cpp


@dataclass(frozen=True, slots=True)
class TypesFileView:
    """The header of one shape, or of a group of shapes that refer to each other."""

    file: FileView
    names_deprecated: bool
    shapes: tuple[ShapeView, ...]
    kept: tuple[KeptNameView, ...]


@dataclass(frozen=True, slots=True)
class ForwardView:
    """A type that is declared and not defined."""

    is_class: bool
    name: Cpp


@dataclass(frozen=True, slots=True)
class ForwardFileView:
    """The header that declares all types of the service."""

    file: FileView
    operations: tuple[Cpp, ...]
    shapes: tuple[ForwardView, ...]
    kept: tuple[KeptNameView, ...]


@dataclass(frozen=True, slots=True)
class ClientView:
    """The client class."""

    comment: tuple[Cpp, ...]
    options: Cpp
    """The structure of endpoint options; empty for most services."""
    names_deprecated: bool
    """Whether the class names anything that is deprecated."""
    methods: tuple[MethodView, ...]
    async_header: Cpp
    """The path of the asynchronous client's header."""


@dataclass(frozen=True, slots=True)
class ClientFileView:
    """The header of the client class, or of the asynchronous one."""

    file: FileView
    belfry: LibraryNames
    client: ClientView


@dataclass(frozen=True, slots=True)
class OperationFileView:
    """The header of one operation, and the source file that a library has for it."""

    file: FileView
    declared: FileView
    """The header that goes with the source file."""
    source: FileView
    belfry: LibraryNames
    operation: OperationView


@dataclass(frozen=True, slots=True)
class ModuleView:
    """The interface of the service's module, which a library may have."""

    file: FileView
    module: Cpp
    umbrella: Cpp
    operations: tuple[Cpp, ...]
    shapes: tuple[ForwardView, ...]
    kept: tuple[KeptNameView, ...]


@dataclass(frozen=True, slots=True)
class ServiceView:
    """All files of a service."""

    rules: RulesFileView
    types: tuple[TypesFileView, ...]
    forwards: tuple[FileView, ...]
    errors: FileView
    service: ServiceFileView
    fwd: ForwardFileView
    client: ClientFileView
    async_client: ClientFileView
    fake: FakeFileView | None
    """None for a service that is a part of the library."""
    operations: tuple[OperationFileView, ...]
    umbrella: FileView
    module: ModuleView
    borrowed: BorrowedView | None
    """The headers with outputs that view the response, if they are wanted."""


def service_view(service: ir.Service, folder: str, borrowed: bool = False) -> ServiceView:
    """The views of all files of a service; `folder` is its name among the models."""
    plan = plan_service(service, folder)
    files, types = plan.files, plan.types
    tags = (planned.tag for planned in plan.operations)
    belfry = LibraryNames({*types.names.values(), *types.kept, *tags})
    operations = tuple(
        OperationFileView(
            file=files.view(planned.path, planned.includes),
            declared=files.view(planned.path, planned.declared_includes),
            source=files.view(planned.source_path, [*planned.includes, planned.path, COMPILED_TABLES]),
            belfry=belfry,
            operation=view,
        )
        for planned, view in zip(plan.operations, OperationViews(plan).all(), strict=True)
    )
    exceptions = {plan.headers[name] for name, shape in service.shapes.items() if shape.error is not None}
    errors = files.view(files.path(Cpp("errors")), exceptions)
    fwd = _forward_file(plan)
    umbrella = [files.path(Cpp("client")), errors.path, *(planned.path for planned in plan.operations)]
    return ServiceView(
        rules=rules_file(plan),
        types=tuple(_types_file(plan, group) for group in plan.groups),
        forwards=tuple(files.view(path, [header]) for path, header in _forwards(plan)),
        errors=errors,
        service=service_file(plan),
        fwd=fwd,
        client=_client_file(plan, belfry, [view.operation for view in operations]),
        async_client=_async_client_file(plan, belfry, [view.operation for view in operations]),
        fake=fake_file(plan, [method for view in operations for method in view.operation.methods]),
        operations=operations,
        umbrella=files.view(files.umbrella, umbrella),
        module=ModuleView(
            file=files.view(files.module_path),
            module=files.module,
            umbrella=files.umbrella,
            operations=fwd.operations,
            shapes=fwd.shapes,
            kept=fwd.kept,
        ),
        borrowed=borrowed_view(plan) if borrowed else None,
    )


def _forwards(plan: ServicePlan) -> Iterator[tuple[Cpp, Cpp]]:
    """The headers that only include another one: of types that share one, and of names of earlier models."""
    files, types = plan.files, plan.types
    for group in plan.groups:
        for shape in group[1:]:
            yield files.type_path(types.files[shape]), plan.headers[shape]
    for former, shape in types.kept.items():
        if former in types.kept_files:
            yield files.type_path(types.kept_files[former]), plan.headers[shape]


def _client_file(
    plan: ServicePlan, belfry: LibraryNames, operations: Sequence[OperationView]
) -> ClientFileView:
    service, files = plan.service, plan.files
    includes = Includes(files.path(Cpp("fwd")), files.path(Cpp("service")))
    includes.use("invoke")
    methods = tuple(method for view in operations for method in view.methods)
    for kind in {method.kind for method in methods} & DECLARATIONS.keys():
        includes.use(DECLARATIONS[kind])
    options = EMPTY
    if service.endpoint_options:
        options = plan.types.names[service.endpoint_options]
        includes.add(plan.headers[service.endpoint_options])
    about = [
        f"A client of {service.full_name or service.id}. Several threads may use it at once. Moving it does "
        "not disturb its calls, pages and streams; the one that it was moved from can only be assigned to.",
        "Inputs are written in braces: members in the order of the model, each with its name, structures in "
        "them with their types. The elements of lists and maps need no type.",
    ]
    return ClientFileView(
        files.view(files.path(Cpp("client")), includes.paths),
        belfry,
        ClientView(
            comment=comment(about, 0),
            options=options,
            names_deprecated=any(view.messages_deprecated for view in operations),
            methods=methods,
            async_header=files.path(Cpp("async")),
        ),
    )


def _async_client_file(
    plan: ServicePlan, belfry: LibraryNames, operations: Sequence[OperationView]
) -> ClientFileView:
    files = plan.files
    includes = Includes(files.path(Cpp("client")))
    includes.use("call_async")
    methods = tuple(method for view in operations for method in view.methods)
    for kind in {method.kind for method in methods} & ASYNC_CALLS.keys():
        includes.use(ASYNC_CALLS[kind])
    about = [
        f"{plan.service.full_name or plan.service.id} on an event loop: what `Client::async` returns. May be "
        "copied; refers to the client, a transport and a timer, see `belfry::AsyncCaller`.",
        "Each method of `Client` is here as well. Without a callback it returns what a coroutine of any type "
        "can `co_await`; with one, as the last argument, it starts at once and returns an `AsyncCall`.",
    ]
    return ClientFileView(
        files.view(files.path(Cpp("async")), includes.paths),
        belfry,
        ClientView(
            comment=comment(about, 0),
            options=EMPTY,
            names_deprecated=any(view.names_deprecated for view in operations),
            methods=methods,
            async_header=files.path(Cpp("async")),
        ),
    )


def _forward_file(plan: ServicePlan) -> ForwardFileView:
    shapes = [
        ForwardView(plan.service.shapes[shape].kind is not ir.Kind.STRUCTURE, name)
        for shape, name in plan.types.names.items()
    ]
    return ForwardFileView(
        plan.files.view(plan.files.path(Cpp("fwd"))),
        tuple(sorted(planned.tag for planned in plan.operations)),
        tuple(sorted(shapes, key=lambda view: view.name)),
        tuple(KeptNameView(former, plan.types.names[shape]) for former, shape in plan.types.kept.items()),
    )


def _types_file(plan: ServicePlan, group: tuple[str, ...]) -> TypesFileView:
    types, shapes = plan.types, [plan.service.shapes[name] for name in group]
    own = plan.headers[group[0]]
    includes = Includes()
    for shape in shapes:
        # A JSON value is a document for any shape.
        held = (member.target for member in shape.members if not member.json_value)
        for target in types.named_targets(held):
            if plan.headers[target] != own:
                includes.add(plan.headers[target])
    views = tuple(shape_view(types, plan.roles, shape, includes) for shape in shapes)
    return TypesFileView(
        file=plan.files.view(own, includes.paths),
        names_deprecated=any(names_deprecated(types, shape) for shape in shapes),
        shapes=views,
        kept=tuple(
            KeptNameView(former, types.names[shape]) for former, shape in types.kept.items() if shape in group
        ),
    )
