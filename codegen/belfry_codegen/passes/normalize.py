# SPDX-License-Identifier: Apache-2.0
"""Removes differences between models that have no meaning."""

from __future__ import annotations

import re

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace

_LABEL = re.compile(r"{([^{}+]*)(\+?)}")


def normalize(service: ir.Service) -> ir.Service:
    """The service with each operation's errors in order, and with each label named like its member.

    A label's name is not sent, and its case differs between botocore's models and Smithy's.
    """
    inputs = {operation.input for operation in service.operations.values()}
    shapes = {
        name: replace(shape, members=tuple(_plain_label(member) for member in shape.members))
        if name in inputs
        else shape
        for name, shape in service.shapes.items()
    }
    operations = {
        name: replace(
            operation,
            http=replace(operation.http, uri=_uri(service, operation)),
            errors=tuple(sorted(operation.errors)),
        )
        for name, operation in service.operations.items()
    }
    return replace(service, shapes=shapes, operations=operations)


def _plain_label(member: ir.Member) -> ir.Member:
    return replace(member, wire_name=member.name) if member.location is ir.Location.URI else member


def _uri(service: ir.Service, operation: ir.Operation) -> str:
    members = service.shapes[operation.input].members if operation.input else ()
    names = {member.wire_name: member.name for member in members if member.location is ir.Location.URI}
    return _LABEL.sub(
        lambda match: f"{{{names.get(match[1], match[1])}{match[2]}}}",
        operation.http.uri,
    )
