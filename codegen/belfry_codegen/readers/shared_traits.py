# SPDX-License-Identifier: Apache-2.0
"""Reads the traits that both model formats write in nearly the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.expressions import Expression
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.node import Node

_METHOD = re.compile(r"[A-Z]+\Z")
_NESTED = (ir.Kind.STRUCTURE, ir.Kind.UNION, ir.Kind.MAP, ir.Kind.DOCUMENT)
_INTEGERS = (ir.Kind.BYTE, ir.Kind.SHORT, ir.Kind.INTEGER, ir.Kind.LONG, ir.Kind.INT_ENUM)


def limits(node: Node | None) -> ir.Limits:
    """The limits `min` and `max` of an object; no limits for None."""
    if node is None:
        return ir.Limits()
    found = ir.Limits(node.number("min"), node.number("max"))
    if found.minimum is not None and found.maximum is not None and found.minimum > found.maximum:
        node.fail(f"'min' ({found.minimum}) is greater than 'max' ({found.maximum})")
    return found


def deprecation(node: Node) -> ir.Deprecation | None:
    """Reads botocore's `deprecated`, `deprecatedMessage` and `deprecatedSince`."""
    if not node.flag("deprecated"):
        return None
    return ir.Deprecation(node.text("deprecatedMessage"), node.text("deprecatedSince"))


def deprecation_trait(trait: Node | None) -> ir.Deprecation | None:
    """Reads Smithy's trait `deprecated`; None for None."""
    return ir.Deprecation(trait.text("message"), trait.text("since")) if trait is not None else None


def timestamp_format(
    name: str | None, known: Mapping[str, ir.TimestampFormat], node: Node
) -> ir.TimestampFormat | None:
    """The format of that name; None for None."""
    if name is None:
        return None
    if name not in known:
        node.fail(f"unknown timestamp format '{name}'{close_matches(name, known)}")
    return known[name]


def may_travel(kind: ir.Kind, location: ir.Location) -> bool:
    """Whether a member of that kind can be bound to that part of an HTTP message."""
    if location in (ir.Location.BODY, ir.Location.PAYLOAD):
        return True
    if location in (ir.Location.HEADERS, ir.Location.QUERY_MAP):
        return kind is ir.Kind.MAP
    if location is ir.Location.STATUS_CODE:
        return kind in _INTEGERS
    return kind not in _NESTED and not (location is ir.Location.URI and kind is ir.Kind.LIST)


def http_binding(node: Node, owner: Node, uri: str, status: str) -> ir.HttpBinding:
    """The HTTP binding in an object, whose keys for the URI and the status are given; errors name `owner`."""
    found = ir.HttpBinding(node.required_text("method"), node.required_text(uri), node.http_status(status))
    if not _METHOD.match(found.method):
        owner.fail(f"'method' must be an HTTP method in upper case, not '{found.method}'")
    if not found.uri.startswith("/"):
        owner.fail(f"'{uri}' must begin with '/', not be '{found.uri}'")
    return found


def checksum(node: Node | None, required: bool) -> ir.Checksum:
    """Reads `httpChecksum`; `required` says whether the older trait `httpChecksumRequired` is present."""
    if node is None:
        return ir.Checksum(required=required)
    return ir.Checksum(
        required=required or node.flag("requestChecksumRequired"),
        algorithm_member=node.optional_text("requestAlgorithmMember"),
        validation_mode_member=node.optional_text("requestValidationModeMember"),
        response_algorithms=node.texts("responseAlgorithms"),
    )


def static_context(node: Node, key: str) -> tuple[tuple[str, ir.Json], ...]:
    """The endpoint rule parameters that an operation sets to a constant."""
    found = []
    for parameter, child in node.children(key, "staticContextParams"):
        if not child.has("value"):
            child.fail("'value' is missing")
        found.append((parameter, child.data["value"]))
    return tuple(found)


def operation_context(node: Node, key: str) -> tuple[tuple[str, Expression], ...]:
    """The endpoint rule parameters that take the value of an expression over the operation's input."""
    return tuple(
        (parameter, child.required_expression("path"))
        for parameter, child in node.children(key, "operationContextParams")
    )


def client_context(node: Node, key: str) -> tuple[tuple[str, str], ...]:
    """The endpoint rule parameters that the client's configuration sets, and their types."""
    return tuple(
        (parameter, child.required_text("type"))
        for parameter, child in node.children(key, "clientContextParams")
    )


def error_traits(
    code: str, http_status: int | None, sender_fault: bool | None, retryable: Node | None
) -> ir.ErrorTraits:
    """The traits of an exception, which is retryable if the object `retryable` is present."""
    return ir.ErrorTraits(
        code=code,
        http_status=http_status,
        sender_fault=sender_fault,
        retryable=retryable is not None,
        throttling=retryable.flag("throttling") if retryable else False,
    )


def xml_traits(found: ir.XmlTraits) -> ir.XmlTraits:
    """The traits. Empty ones share one object, because most members have none."""
    return ir.NO_XML if found == ir.NO_XML else found


def xml_namespace(node: Node | None) -> ir.XmlNamespace | None:
    """The namespace that an object `{"uri", "prefix"}` names; None for None."""
    return ir.XmlNamespace(node.required_text("uri"), node.text("prefix")) if node else None
