# SPDX-License-Identifier: Apache-2.0
"""Makes the decisions about a service and each of its operations, once, before any header is written.

The views of all headers read the plan. Choosing a name of the library also adds its header.
"""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.auth import signing
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.files import Files
from belfry_codegen.cpp.hooks import HooksView, hooks_view
from belfry_codegen.cpp.jmespath import ExpressionTables, ExpressionView
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.method_names import MethodNames, method_names
from belfry_codegen.cpp.paging import PaginatorView, WaiterView, paginator_view, waiter_views
from belfry_codegen.cpp.roles import Roles, groups_of, roles_of
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """An operation: its names, its hooks, and the includes of its header."""

    operation: ir.Operation
    tag: Cpp
    """The name of its type in the namespace `operations`."""
    function: Cpp
    """The name of the client's method."""
    path: Cpp
    """The path of its header."""
    input: str
    """A shape, as the next ones are."""
    output: str
    call: Cpp
    """The function of the library that calls it."""
    signing: Cpp
    """The enumerator of `RequestSigning`; empty for the usual signature."""
    encode_query_and_headers: Cpp
    """The function of the library, if a member of the input is bound to the query or a header."""
    hooks: HooksView | None
    expressions: tuple[ExpressionView, ...]
    paginator: PaginatorView | None
    waiters: tuple[WaiterView, ...]
    includes: tuple[Cpp, ...]
    source_path: Cpp
    """The path of the source file, if a library has the operation's table."""
    declared_includes: tuple[Cpp, ...]
    """The includes of the header that goes with the source file."""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service: names, headers and operations."""

    service: ir.Service
    folder: str
    """The service's name among the models."""
    files: Files
    types: TypeTable
    roles: Roles
    groups: tuple[tuple[str, ...], ...]
    """Named shapes in groups that share a header, in the order of their definition."""
    headers: Mapping[str, Cpp]
    """The header of each named shape."""
    operations: tuple[OperationPlan, ...]


_FILES = ("async", "client", "errors", "fwd", "service", "endpoint_rules")
"""The headers of every service."""


def plan_service(service: ir.Service, folder: str) -> ServicePlan:
    """The plan of a service; `folder` is its name among the models."""
    files = Files(service, folder)
    types = TypeTable(service.shapes, service.protocol, files.namespace, service.spellings.names)
    names = method_names(service)
    tags = naming.tag_names(service.operations)
    paths = naming.file_names(service.operations, _FILES)
    groups = tuple(groups_of(types))
    headers = {name: files.type_path(types.files[group[0]]) for group in groups for name in group}
    operations = []
    for name, operation in service.operations.items():
        includes = Includes(files.path(Cpp("client")), *(headers[shape] for shape in messages(operation)))
        declared = Includes(*includes.paths)
        path = files.path(paths[name])
        planned = _plan_operation(service, types, operation, tags[name], names, path, includes)
        if planned.paginator is not None:
            declared.use("Paginator")
        source = files.source_path(paths[name])
        operations.append(replace(planned, source_path=source, declared_includes=declared.paths))
    return ServicePlan(
        service=service,
        folder=folder,
        files=files,
        types=types,
        roles=roles_of(service, names.calls),
        groups=groups,
        headers=headers,
        operations=tuple(operations),
    )


def _plan_operation(
    service: ir.Service,
    types: TypeTable,
    operation: ir.Operation,
    tag: Cpp,
    names: MethodNames,
    path: Cpp,
    includes: Includes,
) -> OperationPlan:
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    assert operation.output is not None, "the synthesize pass gives every operation both messages"
    tables = ExpressionTables(tag)
    paginator = None
    if operation.paginator is not None:
        paginator = paginator_view(service, operation, operation.paginator, names, tables, includes)
    waiters = tuple(waiter_views(service, operation, names, tables, includes))
    hooks = hooks_view(service, types, operation, tables, includes)
    return OperationPlan(
        operation=operation,
        tag=tag,
        function=names.calls[operation.name],
        path=path,
        input=operation.input,
        output=operation.output,
        call=_call(operation, includes),
        signing=signing(service, operation),
        encode_query_and_headers=_encode_query_and_headers(service.shapes[operation.input], includes),
        hooks=hooks,
        expressions=tables.views,
        paginator=paginator,
        waiters=waiters,
        includes=includes.paths,
        source_path=EMPTY,
        declared_includes=(),
    )


def messages(operation: ir.Operation) -> tuple[str, ...]:
    """The shapes of the operation's input and output."""
    shapes = (operation.input, operation.output, operation.input_events, operation.output_events)
    return tuple(shape for shape in shapes if shape is not None)


def _call(operation: ir.Operation, includes: Includes) -> Cpp:
    if operation.input_events is not None:
        return includes.use("open_event_stream")
    # The client's header includes the function for all other calls.
    return includes.use("invoke_with_events") if operation.output_events is not None else Cpp("invoke")


_QUERY_OR_HEADERS = frozenset(
    {ir.Location.QUERY, ir.Location.QUERY_MAP, ir.Location.HEADER, ir.Location.HEADERS}
)


def _encode_query_and_headers(input_shape: ir.Shape, includes: Includes) -> Cpp:
    if any(member.location in _QUERY_OR_HEADERS for member in input_shape.members):
        return includes.use("encode_query_and_headers")
    return EMPTY
