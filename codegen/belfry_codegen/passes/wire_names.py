# SPDX-License-Identifier: Apache-2.0
"""Sets the location and the name of each member for the chosen protocol."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.protocols import Protocol, any_http_bindings
from belfry_codegen.model.records import replace


def settle_wire_names(service: ir.Service) -> ir.Service:
    """The service with locations and wire names for its protocol.

    Only the REST protocols have methods and URIs and bind members to parts other than the body. In XML a
    payload's element has the name of its member, its type or its shape, and the operation names its input's.
    """
    protocol = service.protocol
    shapes = dict(service.shapes)
    operations = dict(service.operations)
    if protocol.json_names:
        shapes = {name: _json_names(shape) for name, shape in shapes.items()}
    if not protocol.http_bindings and any_http_bindings(service.protocols):
        # These bindings belong to another protocol that the service also supports.
        operations = {name: replace(one, http=ir.HttpBinding()) for name, one in operations.items()}
    if not protocol.http_bindings:
        shapes = {name: _in_body(shape) for name, shape in shapes.items()}
    if protocol.xml:
        shapes = {name: _xml_names(shapes, shape) for name, shape in shapes.items()}
        if protocol.form:
            shapes = {name: _form_names(shape, protocol) for name, shape in shapes.items()}
        for operation in service.operations.values():
            if operation.input is not None and operation.input_xml != ir.NO_XML:
                shapes[operation.input] = _rooted(shapes[operation.input], operation.input_xml)
    return replace(service, shapes=shapes, operations=operations)


def _json_names(shape: ir.Shape) -> ir.Shape:
    members = tuple(
        replace(member, wire_name=member.json_name)
        if member.json_name is not None and member.location is ir.Location.BODY
        else member
        for member in shape.members
    )
    return shape if members == shape.members else replace(shape, members=members)


def _in_body(shape: ir.Shape) -> ir.Shape:
    # HTTP bindings do not apply to an event's members.
    if shape.event or all(member.location is ir.Location.BODY for member in shape.members):
        return shape
    members = tuple(
        member
        if member.location is ir.Location.BODY
        else replace(member, location=ir.Location.BODY, wire_name=member.name)
        for member in shape.members
    )
    return replace(shape, members=members)


def _xml_names(shapes: Mapping[str, ir.Shape], shape: ir.Shape) -> ir.Shape:
    members = tuple(replace(member, wire_name=_xml_name(shapes, member)) for member in shape.members)
    return shape if members == shape.members else replace(shape, members=members)


def _xml_name(shapes: Mapping[str, ir.Shape], member: ir.Member) -> str:
    target = shapes[member.target]
    if member.location is ir.Location.PAYLOAD:
        return member.xml.name or target.xml.name or target.name
    if member.location is not ir.Location.BODY:
        return member.wire_name
    return member.xml.name or member.name


def _form_names(shape: ir.Shape, protocol: Protocol) -> ir.Shape:
    """The shape with the XML traits that form data has: no namespaces, and for EC2 no names of list elements.

    Decoders compare local names, and accept any name for the elements of a list."""
    members = tuple(replace(member, xml=_without_namespace(member.xml)) for member in shape.members)
    element, key, value = (
        replace(reference, xml=_without_namespace(reference.xml)) if reference is not None else None
        for reference in (shape.element, shape.key, shape.value)
    )
    if element is not None and not protocol.element_names:
        element = replace(element, xml=replace(element.xml, name=None))
    traits = replace(_without_namespace(shape.xml), name=None)
    return replace(shape, members=members, element=element, key=key, value=value, xml=traits)


def _without_namespace(traits: ir.XmlTraits) -> ir.XmlTraits:
    return replace(traits, namespace=None)


def _rooted(shape: ir.Shape, root: ir.XmlTraits) -> ir.Shape:
    return replace(
        shape,
        xml=replace(
            shape.xml,
            name=root.name or shape.xml.name,
            namespace=root.namespace or shape.xml.namespace,
        ),
    )
