# SPDX-License-Identifier: Apache-2.0
"""Finds and reads overlay files, whose schema is `model.overlay`.

A key that the schema does not have, or a value of another type, is an error that names the file and the path
of keys in it. The overlay pass checks whether the model has the shapes and members that an entry names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from belfry_codegen.model import ir
from belfry_codegen.model.overlay import (
    InputEntry,
    MemberEntry,
    OperationEntry,
    Overlay,
    PresignedParameterEntry,
    RetryableEntry,
    ServiceEntry,
    ShapeEntry,
)
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers import waiters_and_paginators as follow_ups
from belfry_codegen.readers.botocore import shapes as service_2
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node, describe

Entry = TypeVar("Entry")

BUILT_IN = Path(__file__).resolve().parents[1] / "overlays"
"""The overlays that apply to any model of a service; each file is named after an SDK ID."""


def overlay_files(service_id: str, beside_model: Path) -> list[Path]:
    """The overlays of a service in the order in which they are applied: the generator's, then the model's."""
    built_in = BUILT_IN / f"{service_id.lower().replace(' ', '-')}.json"
    return [path for path in (built_in, beside_model) if path.is_file()]


def read_overlay(path: Path, shapes: Mapping[str, ir.Shape]) -> Overlay:
    """The overlay in a file, for a model that has these shapes."""
    return parse_overlay(Node.of(str(path), "", load_json(path)), shapes)


def parse_overlay(root: Node, shapes: Mapping[str, ir.Shape]) -> Overlay:
    """The overlay in a parsed file, for a model that has these shapes."""
    _check_keys(root, keys_of(Overlay))
    service = _child(root, "service")
    reader = _shape_reader(root, shapes)
    return Overlay(
        place=root.place,
        any_model=root.flag("anyModel"),
        comment=root.optional_text("comment"),
        documentation=root.optional_text("documentation"),
        exception_members=_new_members(root, "exceptionMembers", reader),
        inputs=_entries(root, "inputs", _input),
        new_members={name: _new_members(node, None, reader) for name, node in _children(root, "newMembers")},
        new_shapes={name: _new_shape(name, node, reader) for name, node in _children(root, "newShapes")},
        operations=_entries(root, "operations", _operation),
        pagination={name: _paginator(name, node) for name, node in _children(root, "pagination")},
        service=_service(service) if service else ServiceEntry(),
        shapes=_entries(root, "shapes", _shape),
        waiters={name: _waiter(name, node) for name, node in _children(root, "waiters")},
    )


def keys_of(entry: type) -> list[str]:
    """The keys that an object of an overlay file may have."""
    return [_key(each.name) for each in fields(entry) if each.name != "place"]


def _key(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _check_keys(node: Node, known: list[str] | tuple[str, ...]) -> None:
    for key in node.data:
        if key not in known:
            node.fail(f"unknown key '{key}'{close_matches(key, known)}", key)


def _child(node: Node, key: str) -> Node | None:
    """The object under `key`, whose place is its path of keys in the file."""
    return node.child(key, node.place.at(key).where)


def _children(node: Node, key: str | None) -> Iterator[tuple[str, Node]]:
    """The named objects in an object, or in the one under `key`."""
    parent = node if key is None else _child(node, key)
    for name, value in parent.data.items() if parent is not None else ():
        assert parent is not None
        yield name, Node.of(node.file, parent.place.at(name).where, value)


def _entries(node: Node, key: str, read: Callable[[Node], Entry]) -> dict[str, Entry]:
    return {name: read(child) for name, child in _children(node, key)}


def _texts(node: Node, key: str) -> dict[str, str]:
    child = _child(node, key)
    return {name: child.required_text(name) for name in child.data} if child is not None else {}


def _service(node: Node) -> ServiceEntry:
    _check_keys(node, keys_of(ServiceEntry))
    return ServiceEntry(
        headers=_texts(node, "headers"),
        max_attempts=node.integer_within("maxAttempts", 1, 255),
        oauth_errors=node.optional_flag("oauthErrors"),
        response_crc32=node.optional_flag("responseCrc32"),
        retry_delay_milliseconds=node.integer_within("retryDelayMilliseconds", 0, 60_000),
        sign_path_verbatim=node.optional_flag("signPathVerbatim"),
        signature_version=node.optional_text("signatureVersion"),
    )


def _input(node: Node) -> InputEntry:
    _check_keys(node, keys_of(InputEntry))
    return InputEntry(fallback=node.required_text("fallback"))


def _operation(node: Node) -> OperationEntry:
    _check_keys(node, keys_of(OperationEntry))
    presigned = _child(node, "presignedParameter")
    return OperationEntry(
        deprecated=node.optional_flag("deprecated"),
        deprecated_message=node.optional_text("deprecatedMessage"),
        documentation=node.optional_text("documentation"),
        endpoint_parameters=_endpoint_parameters(node),
        ends_on_repeated_token=node.optional_flag("endsOnRepeatedToken"),
        long_poll=node.optional_flag("longPoll"),
        message_digests=node.optional_flag("messageDigests"),
        no_auth=node.optional_flag("noAuth"),
        presign_as_query=node.optional_flag("presignAsQuery"),
        presigned_parameter=_presigned_parameter(presigned) if presigned else None,
        query_as_form=node.optional_flag("queryAsForm"),
        tree_hash=node.optional_flag("treeHash"),
        unwrapped_output=node.optional_flag("unwrappedOutput"),
        url_encoded_members=node.texts("urlEncodedMembers"),
    )


def _endpoint_parameters(node: Node) -> dict[str, ir.Json]:
    child = _child(node, "endpointParameters")
    if child is None:
        return {}
    for name, value in child.data.items():
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if not isinstance(value, (str, bool)) and not is_list:
            child.fail(
                f"'{name}' must be a string, a boolean or a list of strings, not {describe(value)}", name
            )
    return dict(child.data)


def _presigned_parameter(node: Node) -> PresignedParameterEntry:
    _check_keys(node, keys_of(PresignedParameterEntry))
    return PresignedParameterEntry(node.required_text("name"), node.optional_flag("sendsRegions"))


def _shape(node: Node) -> ShapeEntry:
    _check_keys(node, keys_of(ShapeEntry))
    retryable = _child(node, "retryable")
    return ShapeEntry(
        deprecated=node.optional_flag("deprecated"),
        deprecated_message=node.optional_text("deprecatedMessage"),
        documentation=node.optional_text("documentation"),
        enum_documentation=_texts(node, "enumDocumentation"),
        last_segment=node.optional_flag("lastSegment"),
        members=_entries(node, "members", _member),
        retryable=_retryable(retryable) if retryable else None,
        sensitive=node.optional_flag("sensitive"),
        xml_name=node.optional_text("xmlName"),
    )


def _retryable(node: Node) -> RetryableEntry:
    _check_keys(node, keys_of(RetryableEntry))
    return RetryableEntry(throttling=node.optional_flag("throttling"))


def _member(node: Node) -> MemberEntry:
    _check_keys(node, keys_of(MemberEntry))
    return MemberEntry(
        context_param=node.optional_text("contextParam"),
        deprecated=node.optional_flag("deprecated"),
        deprecated_message=node.optional_text("deprecatedMessage"),
        documentation=node.optional_text("documentation"),
        idempotency_token=node.optional_flag("idempotencyToken"),
        lenient=node.optional_flag("lenient"),
        sensitive=node.optional_flag("sensitive"),
        shape=node.optional_text("shape"),
    )


# --- the parts that have the form of botocore's files


def _shape_reader(root: Node, shapes: Mapping[str, ir.Shape]) -> service_2.ShapeReader:
    """A reader that knows the overlay's new shapes and the model's."""
    nodes = dict(_children(root, "newShapes"))
    for node in nodes.values():
        _check_keys(node, service_2.SHAPE_KEYS)
    new = {name: service_2.kind_of(node) for name, node in nodes.items()}
    return service_2.ShapeReader({**new, **{name: shape.kind for name, shape in shapes.items()}})


def _new_shape(name: str, node: Node, reader: service_2.ShapeReader) -> ir.Shape:
    for key in ("member", "key", "value"):
        if child := _child(node, key):
            _check_keys(child, service_2.REFERENCE_KEYS)
    for _, member in _children(node, "members"):
        _check_keys(member, service_2.MEMBER_KEYS)
    return reader.shape(name, node)


def _new_members(node: Node, key: str | None, reader: service_2.ShapeReader) -> tuple[ir.Member, ...]:
    """The members in an object, or in the one under `key`."""
    found = dict(_children(node, key))
    for member in found.values():
        _check_keys(member, service_2.MEMBER_KEYS)
    return tuple(reader.member(name, member) for name, member in found.items())


def _paginator(name: str, node: Node) -> ir.Paginator:
    _check_keys(node, follow_ups.PAGINATOR_KEYS)
    return follow_ups.read_paginator(name, node)


def _waiter(name: str, node: Node) -> ir.Waiter:
    _check_keys(node, follow_ups.WAITER_KEYS)
    for acceptor in node.items("acceptors"):
        _check_keys(acceptor, follow_ups.ACCEPTOR_KEYS)
    return follow_ups.read_waiter(name, node)
