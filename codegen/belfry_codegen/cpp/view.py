# SPDX-License-Identifier: Apache-2.0
"""IR to views of C++ files. A view is strings and booleans, so that a template need not think."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from belfry_codegen import MARKER
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.endpoint.rules import EndpointRulesError, compile_rule_set, variables_to_cpp
from belfry_codegen.cpp.extras import collect_extras, is_streaming
from belfry_codegen.cpp.methods import MethodNames, MethodView
from belfry_codegen.cpp.operations import OperationView, binds_query_or_headers, operation_view
from belfry_codegen.cpp.shapes import Roles, ShapeView, names_deprecated, shape_view
from belfry_codegen.cpp.text import comment, literal, one_line, prose
from belfry_codegen.cpp.types import LibraryNames, TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.passes.references import targets


@dataclass(frozen=True, slots=True)
class FileView:
    """What every generated file has."""

    path: str
    banner: str
    namespace: str
    includes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypesFileView:
    """The header of one shape, or of a group of shapes that refer to each other."""

    file: FileView
    has_union: bool
    names_deprecated: bool
    forwards: tuple[str, ...]
    shapes: tuple[ShapeView, ...]


@dataclass(frozen=True, slots=True)
class ServiceFileView:
    """The header that says what the service is."""

    file: FileView
    xml_namespace: str
    comment: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForwardView:
    """A type that is declared and not defined."""

    is_class: bool
    name: str


@dataclass(frozen=True, slots=True)
class ForwardFileView:
    """The header that declares all types of the service."""

    file: FileView
    operations: tuple[str, ...]
    shapes: tuple[ForwardView, ...]


@dataclass(frozen=True, slots=True)
class ClientView:
    """The client class."""

    comment: tuple[str, ...]
    options: str
    """The structure of endpoint options; empty for most services."""
    names_deprecated: bool
    """Whether the class names anything that is deprecated."""
    methods: tuple[MethodView, ...]


@dataclass(frozen=True, slots=True)
class ClientFileView:
    """The header of the client class."""

    file: FileView
    belfry: LibraryNames
    client: ClientView


@dataclass(frozen=True, slots=True)
class OperationFileView:
    """The header of one operation."""

    file: FileView
    belfry: LibraryNames
    operation: OperationView


@dataclass(frozen=True, slots=True)
class RulesFileView:
    """The header of the endpoint rules, whose tables come ready-made."""

    file: FileView
    tables: str


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
    operations: tuple[OperationFileView, ...]
    umbrella: FileView


class _Files:
    """Paths and first lines."""

    def __init__(self, service: ir.Service, folder: str) -> None:
        self.namespace = naming.namespace_of(service)
        self.banner = one_line(f"{MARKER} from the model {folder} {service.api_version}. Do not edit.")

    def path(self, name: str) -> str:
        return f"belfry/{self.namespace}/{name}.hpp"

    def view(self, path: str, includes: Iterable[str]) -> FileView:
        return FileView(path, self.banner, self.namespace, tuple(sorted(includes)))


def service_view(service: ir.Service, folder: str) -> ServiceView:
    """The views of all files of a service; `folder` is its name among the models."""
    types = TypeTable(service.shapes, service.protocol)
    files = _Files(service, folder)
    functions = naming.operation_names(service.operations, ("core", "core_"))
    roles = _roles(service, functions)
    operation_files = naming.file_names(
        service.operations, ("client", "errors", "fwd", "service", "endpoint_rules")
    )
    groups = list(_groups(types))
    header = {name: files.path(f"types/{types.files[group[0]]}") for group in groups for name in group}
    exceptions = sorted(name for name, shape in service.shapes.items() if shape.error is not None)
    names = MethodNames(files.namespace, functions, operation_files)
    belfry = LibraryNames({*types.names.values(), *map(naming.type_name, service.operations)})
    operations = tuple(
        OperationFileView(
            files.view(
                files.path(operation_files[operation.name]),
                [
                    files.path("client"),
                    *_extras(service, operation),
                    *_distinct(header, _messages(operation)),
                ],
            ),
            belfry,
            operation_view(service, types, names, operation),
        )
        for operation in service.operations.values()
    )
    errors = files.view(files.path("errors"), _distinct(header, exceptions))
    umbrella = [files.path("client"), files.path("errors"), *(view.file.path for view in operations)]
    return ServiceView(
        rules=_rules_file(service, folder, files),
        types=tuple(_types_file(service, types, files, roles, group, header) for group in groups),
        forwards=tuple(
            files.view(files.path(f"types/{types.files[name]}"), [header[name]])
            for group in groups
            for name in group[1:]
        ),
        errors=errors,
        service=_service_file(service, folder, files),
        fwd=_forward_file(service, types, files),
        client=ClientFileView(
            files.view(
                files.path("client"),
                [
                    files.path("fwd"),
                    files.path("service"),
                    "belfry/client/client.hpp",
                    *_patience(service),
                    *([header[service.endpoint_options]] if service.endpoint_options else ()),
                    *_events(service),
                ],
            ),
            belfry,
            ClientView(
                comment=comment([_client_comment(service)], 0),
                options=types.names[service.endpoint_options] if service.endpoint_options else "",
                names_deprecated=any(view.operation.messages_deprecated for view in operations),
                methods=tuple(method for view in operations for method in view.operation.methods),
            ),
        ),
        operations=operations,
        umbrella=files.view(f"belfry/{files.namespace}.hpp", umbrella),
    )


def _client_comment(service: ir.Service) -> str:
    return f"A client of {service.full_name or service.id}. It may be used by many threads at once."


def _forward_file(service: ir.Service, types: TypeTable, files: _Files) -> ForwardFileView:
    shapes = [
        ForwardView(service.shapes[shape].kind is not ir.Kind.STRUCTURE, name)
        for shape, name in types.names.items()
    ]
    return ForwardFileView(
        files.view(files.path("fwd"), []),
        tuple(sorted(map(naming.type_name, service.operations))),
        tuple(sorted(shapes, key=lambda view: view.name)),
    )


def _patience(service: ir.Service) -> list[str]:
    paged = any(operation.paginator is not None for operation in service.operations.values())
    return ["belfry/paging/wait_options.hpp"] if paged or service.waiters else []


def _events(service: ir.Service) -> list[str]:
    streams = any(op.input_events or op.output_events for op in service.operations.values())
    return ["belfry/events/handler.hpp"] if streams else []


def _extras(service: ir.Service, operation: ir.Operation) -> list[str]:
    waited = any(waiter.operation == operation.name for waiter in service.waiters.values())
    found = ["belfry/paging/paginator.hpp"] if operation.paginator is not None else []
    found += collect_extras(service, operation).includes
    if binds_query_or_headers(service, operation):
        found.append("belfry/protocol/query_and_headers.hpp")
    return [*found, "belfry/paging/waiter.hpp"] if waited else found


def _messages(operation: ir.Operation) -> list[str]:
    used = (operation.input, operation.output, operation.input_events, operation.output_events)
    return [name for name in used if name is not None]


def _distinct(header: dict[str, str], names: Iterable[str]) -> list[str]:
    return sorted({header[name] for name in names})


def _roles(service: ir.Service, functions: dict[str, str]) -> Roles:
    operations = list(service.operations.values())[::-1]
    inputs = {op.input: functions[op.name] for op in operations if op.input is not None}
    outputs = {op.output: functions[op.name] for op in operations if op.output is not None}
    nested = {target for shape in service.shapes.values() for target in targets(shape)}
    errors = {name for name, shape in service.shapes.items() if shape.error is not None}
    return Roles(inputs, outputs, frozenset(inputs.keys() - outputs.keys() - nested - errors))


def _groups(types: TypeTable) -> Iterator[list[str]]:
    """Named shapes that share a header, each group in an order in which none holds a later one by value."""
    grouped: dict[int, list[str]] = {}
    for name in types.names:
        number = types.shapes[name].recursion_group
        if number is None:
            yield [name]
        else:
            grouped.setdefault(number, []).append(name)
    for names in grouped.values():
        yield _by_value_order(types, names)


def _by_value_order(types: TypeTable, names: list[str]) -> list[str]:
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
    return list(ordered)


def _types_file(
    service: ir.Service,
    types: TypeTable,
    files: _Files,
    roles: Roles,
    group: list[str],
    header: dict[str, str],
) -> TypesFileView:
    shapes = [service.shapes[name] for name in group]
    own = header[group[0]]
    used = {
        header[target]
        for shape in shapes
        for target in types.named_targets(targets(shape))
        if not any(member.json_value and member.target == target for member in shape.members)
    }
    has_union = any(shape.kind is ir.Kind.UNION for shape in shapes)
    only_enum = all(shape.kind is ir.Kind.ENUM for shape in shapes)
    core = "belfry/schema/union.hpp" if has_union else "belfry/schema/describe.hpp"
    if any(
        is_streaming(types.shapes, types.protocol, member) for shape in shapes for member in shape.members
    ):
        used.add("belfry/core/streaming_blob.hpp")
    return TypesFileView(
        file=files.view(own, ["belfry/core/open_enum.hpp" if only_enum else core, *sorted(used - {own})]),
        has_union=has_union,
        names_deprecated=any(names_deprecated(types, shape) for shape in shapes),
        forwards=tuple(
            f"{'class' if shape.kind is ir.Kind.UNION else 'struct'} {types.names[shape.name]};"
            for shape in shapes
        )
        if len(shapes) > 1
        else (),
        shapes=tuple(shape_view(types, roles, shape) for shape in shapes),
    )


def _rules_file(service: ir.Service, folder: str, files: _Files) -> RulesFileView:
    if service.endpoint_rules is None:
        raise UsageError(f"{folder}: its model has no endpoint-rule-set-1")
    try:
        compiled = compile_rule_set(service.endpoint_rules)
    except EndpointRulesError as fault:
        raise ModelError(f"{folder}/{service.api_version}/endpoint-rule-set-1", "", str(fault)) from fault
    return RulesFileView(
        files.view(files.path("endpoint_rules"), [compiled.include]),
        variables_to_cpp(compiled, "endpoint_rules"),
    )


def _service_file(service: ir.Service, folder: str, files: _Files) -> ServiceFileView:
    protocol = service.protocol.cpp_name
    if service.oauth_errors and service.protocol.oauth_cpp_name:
        protocol = service.protocol.oauth_cpp_name
    fields = [
        f".id = {literal(service.id)}",
        f".name = {literal(folder)}",
        f".api_version = {literal(service.api_version)}",
        f".signing_name = {literal(service.signing_name)}",
        f".protocol = &::belfry::{protocol}",
        ".endpoint_rules = &endpoint_rules",
    ]
    fields += [".sign_path_verbatim = true"] if service.sign_path_verbatim else []
    fields += _protocol_fields(service)
    fields += [".endpoint_options = true"] if service.endpoint_options else []
    fields += [".endpoint_account = true"] if service.endpoint_account else []
    title = service.full_name or service.id
    return ServiceFileView(
        files.view(
            files.path("service"),
            [
                files.path("endpoint_rules"),
                "belfry/operation/operation.hpp",
                f"belfry/protocol/{protocol}.hpp",
            ],
        ),
        _xml_namespace(service),
        comment([prose(service.documentation) or f"What every operation of {title} shares."], 0),
        tuple(fields),
    )


def _xml_namespace(service: ir.Service) -> str:
    namespace = service.xml_namespace if service.protocol.xml else None
    return f"{{{literal(namespace.uri)}, {literal(namespace.prefix)}}}" if namespace is not None else ""


def _protocol_fields(service: ir.Service) -> Iterator[str]:
    """What the service's own protocol asks for."""
    if service.protocol.target_header:
        yield f".target_prefix = {literal(service.shape_name)}"
        yield f".json_version = {literal(service.json_version or '1.0')}"
    if _xml_namespace(service):
        yield ".xml_namespace = &detail::xml_namespace"
    if service.query_compatible:
        yield ".query_compatible = true"
    if service.no_error_wrapping and service.protocol.xml and service.protocol.http_bindings:
        yield ".no_error_wrapping = true"
    if service.protocol.rpc_v2:
        yield f".shape_name = {literal(service.shape_name)}"
