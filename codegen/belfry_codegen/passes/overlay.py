# SPDX-License-Identifier: Apache-2.0
"""Lays what we know, and the model does not say, over a service.

Every entry says whether it changes something or adds it. An entry that would change what the model does not
have, or add what it has by now, is an error: an update of the model shows which entries have had their day.

The overlays in `overlays/` come with the generator and hold for whatever model of the service there is, so
that entries for what a model does not have are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from belfry_codegen.model import ir
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.botocore.shapes import read_members, read_shapes
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.waiters_and_paginators import read_paginators, read_waiters, require_operation

_SECTIONS = (
    "comment",
    "documentation",
    "newShapes",
    "exceptionMembers",
    "newMembers",
    "service",
    "inputs",
    "operations",
    "shapes",
    "pagination",
    "waiters",
)
_OPERATION_ENTRIES = (
    "deprecated",
    "documentation",
    "endpointParameters",
    "noAuth",
    "presignAsQuery",
    "presignedParameter",
    "queryAsForm",
    "treeHash",
    "unwrappedOutput",
)
BUILT_IN = Path(__file__).resolve().parents[1] / "overlays"
"""One file for each service that wants something which no model says, called like its SDK id."""


def apply_built_in_overlay(service: ir.Service) -> ir.Service:
    """The service with what the generator knows of it."""
    path = BUILT_IN / f"{service.id.lower().replace(' ', '-')}.json"
    if not path.is_file():
        return service
    return apply_overlay(service, Node.of(str(path), "", load_json(path)), strict=False)


def apply_overlay(service: ir.Service, root: Node, strict: bool = True) -> ir.Service:
    """The service with the entries of an overlay file laid over it.

    With `strict`, an entry must not name an operation, shape or member that the model does not have.
    """
    _only(root, _SECTIONS)
    service = _new_shapes(service, root, strict)
    service = _new_members(service, root, strict)
    service = _changed_service(service, root)
    service = _changed_inputs(service, root, strict)
    service = _changed_shapes(service, root, strict)
    service = _changed_operations(service, root, strict)
    service = _new_paginators(service, root)
    service = _new_waiters(service, root)
    if root.has("documentation"):
        service = replace(service, documentation=root.text("documentation"))
    return service


def _only(node: Node, known: tuple[str, ...]) -> None:
    for key in node.data:
        if key not in known:
            node.fail(f"unknown entry '{key}'{close_matches(key, known)}")


def _new_shapes(service: ir.Service, root: Node, strict: bool) -> ir.Service:
    nodes = dict(root.children("newShapes", "shape"))
    if not strict:
        nodes = {name: node for name, node in nodes.items() if name not in service.shapes}
    for name, node in nodes.items():
        if name in service.shapes:
            node.fail("is in the model by now; drop it from 'newShapes'")
    return replace(service, shapes={**service.shapes, **read_shapes(nodes, service.shapes)})


def _new_members(service: ir.Service, root: Node, strict: bool) -> ir.Service:
    shapes = dict(service.shapes)
    common = root.child("exceptionMembers", "exceptionMembers")
    if common is not None:
        for name, shape in service.shapes.items():
            if shape.error is not None:
                missing = {key: value for key, value in common.data.items() if shape.member(key) is None}
                added = read_members(Node(root.file, f"shape '{name}'", {"members": missing}), shapes)
                shapes[name] = replace(shape, members=(*shape.members, *added))
    for name, node in root.children("newMembers", "shape"):
        if not strict and name not in shapes:
            continue
        shape = _require_shape(shapes, name, node)
        wanted = node.data
        if not strict:
            wanted = {key: value for key, value in wanted.items() if shape.member(key) is None}
        for key in wanted:
            if shape.member(key) is not None:
                node.fail(f"member '{key}' is in the model by now; drop it from 'newMembers'")
        added = read_members(Node(root.file, node.where, {"members": wanted}), shapes)
        shapes[name] = replace(shape, members=(*shape.members, *added))
    return replace(service, shapes=shapes)


def _require_shape(shapes: Mapping[str, ir.Shape], name: str, node: Node) -> ir.Shape:
    if name not in shapes:
        node.fail(f"is not in the model{close_matches(name, shapes)}")
    return shapes[name]


def _texts(node: Node, key: str) -> Iterator[tuple[str, str]]:
    child = node.child(key)
    for name in child.data if child is not None else ():
        assert child is not None
        yield name, child.required_text(name)


def _changed_service(service: ir.Service, root: Node) -> ir.Service:
    node = root.child("service", "service")
    if node is None:
        return service
    _only(node, ("headers", "signPathVerbatim", "oauthErrors", "signatureVersion"))
    headers = tuple(_texts(node, "headers"))
    return replace(
        service,
        sign_path_verbatim=node.flag("signPathVerbatim") or service.sign_path_verbatim,
        signature_version=node.text("signatureVersion", service.signature_version),
        oauth_errors=node.flag("oauthErrors") or service.oauth_errors,
        operations={
            name: replace(operation, headers=(*operation.headers, *headers))
            for name, operation in service.operations.items()
        },
    )


def _inputs(service: ir.Service) -> set[str]:
    return {operation.input for operation in service.operations.values() if operation.input is not None}


def _changed_inputs(service: ir.Service, root: Node, strict: bool) -> ir.Service:
    """A member of that name in whichever input has it."""
    shapes = dict(service.shapes)
    for key, node in root.children("inputs", "member"):
        _only(node, ("fallback",))
        fallback = node.required_text("fallback")
        found = [name for name in _inputs(service) if shapes[name].member(key) is not None]
        if strict and not found:
            node.fail("no operation's input has it")
        for name in found:
            members = tuple(
                # Whoever leaves it out has said enough.
                replace(member, fallback=fallback, default=fallback, required=False)
                if member.name == key
                else member
                for member in shapes[name].members
            )
            shapes[name] = replace(shapes[name], members=members)
    return replace(service, shapes=shapes)


def _with_last_segments(service: ir.Service, shapes: dict[str, ir.Shape], target: str) -> None:
    """Marks the members of inputs that have that shape."""
    for name in _inputs(service):
        members = tuple(
            replace(member, last_segment=True) if member.target == target else member
            for member in shapes[name].members
        )
        shapes[name] = replace(shapes[name], members=members)


def _changed_shapes(service: ir.Service, root: Node, strict: bool) -> ir.Service:
    shapes = dict(service.shapes)
    for name, node in root.children("shapes", "shape"):
        if not strict and name not in shapes:
            continue
        shape = _require_shape(shapes, name, node)
        _only(
            node,
            (
                *("documentation", "members", "enumDocumentation", "sensitive", "deprecated", "retryable"),
                "lastSegment",
            ),
        )
        if node.flag("lastSegment"):
            if shape.kind is not ir.Kind.STRING:
                node.fail(f"'lastSegment' goes with strings, and this is a {shape.kind.value}")
            _with_last_segments(service, shapes, name)
        shape = replace(
            shape,
            documentation=node.text("documentation", shape.documentation),
            sensitive=node.flag("sensitive") if node.has("sensitive") else shape.sensitive,
            deprecated=node.flag("deprecated") if node.has("deprecated") else shape.deprecated,
            enum_values=_documented_values(shape, node),
            error=_retryable(shape, node),
        )
        for key, child in node.children("members", "member"):
            member = shape.member(key)
            if member is None:
                if not strict:
                    continue
                child.fail(f"is not in the model{close_matches(key, [m.name for m in shape.members])}")
            changed = _changed_member(shapes, member, child)
            members = tuple(changed if old.name == key else old for old in shape.members)
            shape = replace(shape, members=members)
        shapes[name] = shape
    return replace(service, shapes=shapes)


def _retryable(shape: ir.Shape, node: Node) -> ir.ErrorTraits | None:
    entry = node.child("retryable")
    if entry is None:
        return shape.error
    if shape.error is None:
        node.fail("'retryable' goes with exceptions, and this is none")
    return replace(shape.error, retryable=True, throttling=entry.flag("throttling"))


def _documented_values(shape: ir.Shape, node: Node) -> tuple[ir.EnumValue, ...]:
    entries = node.child("enumDocumentation")
    if entries is None:
        return shape.enum_values
    known = [value.value for value in shape.enum_values]
    for value in entries.data:
        if value not in known:
            node.fail(f"the enumeration has no '{value}'{close_matches(value, known)}")
    return tuple(
        replace(value, documentation=entries.text(value.value, value.documentation))
        for value in shape.enum_values
    )


def _changed_member(shapes: Mapping[str, ir.Shape], member: ir.Member, node: Node) -> ir.Member:
    _only(
        node,
        (
            *("documentation", "shape", "idempotencyToken", "sensitive", "deprecated"),
            *("contextParam", "lenient"),
        ),
    )
    target = node.text("shape", member.target)
    if target not in shapes:
        node.fail(f"shape '{target}' is not defined{close_matches(target, shapes)}")
    if not _same_on_the_wire(shapes[member.target].kind, shapes[target].kind):
        node.fail(f"a {shapes[member.target].kind.value} cannot become a {shapes[target].kind.value}")
    token = node.flag("idempotencyToken") if node.has("idempotencyToken") else member.idempotency_token
    if token and shapes[target].kind is not ir.Kind.STRING:
        node.fail("an idempotency token must be a string")
    return replace(
        member,
        target=target,
        documentation=node.text("documentation", member.documentation),
        idempotency_token=token,
        sensitive=node.flag("sensitive") if node.has("sensitive") else member.sensitive,
        deprecated=node.flag("deprecated") if node.has("deprecated") else member.deprecated,
        context_param=node.optional_text("contextParam") or member.context_param,
        lenient=_lenient(shapes, member, node),
    )


def _lenient(shapes: Mapping[str, ir.Shape], member: ir.Member, node: Node) -> bool:
    if not node.flag("lenient"):
        return member.lenient
    if shapes[member.target].kind is not ir.Kind.TIMESTAMP or member.location is not ir.Location.HEADER:
        node.fail("'lenient' goes with times in headers")
    return True


def _same_on_the_wire(old: ir.Kind, new: ir.Kind) -> bool:
    strings = (ir.Kind.STRING, ir.Kind.ENUM)
    return old is new or (old in strings and new in strings)


def _presigned(
    shapes: dict[str, ir.Shape], operation: ir.Operation, node: Node
) -> ir.PresignedParameter | None:
    """The member that takes a presigned URL; the input gets a member for the region that the URL is for."""
    child = node.child("presignedParameter")
    if child is None:
        return operation.presigned_parameter
    _only(child, ("name", "sendsRegions"))
    name = child.required_text("name")
    given = shapes[operation.input] if operation.input else None
    member = given.member(name) if given else None
    if given is None or member is None:
        child.fail(f"the input has no member '{name}'")
    if given.member("SourceRegion") is None:
        region = ir.Member("SourceRegion", member.target, wire_name="SourceRegion")
        shapes[given.name] = replace(given, members=(*given.members, region))
    return ir.PresignedParameter(name, child.flag("sendsRegions"))


def _changed_operations(service: ir.Service, root: Node, strict: bool) -> ir.Service:
    operations = dict(service.operations)
    shapes = dict(service.shapes)
    for name, node in root.children("operations", "operation"):
        if not strict and name not in operations:
            continue
        operation = require_operation(operations, name, node)
        _only(node, _OPERATION_ENTRIES)
        parameters = node.child("endpointParameters")
        operations[name] = replace(
            operation,
            documentation=node.text("documentation", operation.documentation),
            deprecated=node.flag("deprecated") if node.has("deprecated") else operation.deprecated,
            tree_hash=node.flag("treeHash") or operation.tree_hash,
            unwrapped_output=node.flag("unwrappedOutput") or operation.unwrapped_output,
            presigned_parameter=_presigned(shapes, operation, node),
            presign_as_query=node.flag("presignAsQuery") or operation.presign_as_query,
            query_as_form=node.flag("queryAsForm") or operation.query_as_form,
            auth=(ir.Auth.NONE,) if node.flag("noAuth") else operation.auth,
            static_context=(*operation.static_context, *(parameters.data.items() if parameters else ())),
        )
    return replace(service, operations=operations, shapes=shapes)


def _new_paginators(service: ir.Service, root: Node) -> ir.Service:
    for name, node in root.children("pagination", "paginator"):
        if require_operation(service.operations, name, node).paginator is not None:
            node.fail("is in the model by now; drop it from 'pagination'")
    return read_paginators(service, root)


def _new_waiters(service: ir.Service, root: Node) -> ir.Service:
    for name, node in root.children("waiters", "waiter"):
        if name in service.waiters:
            node.fail("is in the model by now; drop it from 'waiters'")
    return replace(service, waiters={**service.waiters, **read_waiters(service, root)})
