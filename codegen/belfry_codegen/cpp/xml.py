# SPDX-License-Identifier: Apache-2.0
"""The tables of what XML and query codecs need to know of a shape beside its members' wire names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir

_ELEMENT, _KEY, _VALUE = "member", "key", "value"


@dataclass(frozen=True, slots=True)
class XmlView:
    """Entries of a shape's tables; each is empty where there is nothing to say."""

    namespaces: tuple[str, ...]
    elements: tuple[str, ...]
    members: tuple[str, ...]
    shape: str


class _Tables:
    """Tables under construction: what is said twice stands there once."""

    def __init__(self, shapes: Mapping[str, ir.Shape], prefix: str) -> None:
        self.shapes = shapes
        self.prefix = prefix
        self.namespaces: dict[str, None] = {}
        self.elements: list[str] = []
        self._known: dict[str, int] = {}

    def namespace(self, namespace: ir.XmlNamespace) -> str:
        entry = f"{{{literal(namespace.uri)}, {literal(namespace.prefix)}}}"
        self.namespaces.setdefault(entry)
        return f"&{self.prefix}_namespaces[{list(self.namespaces).index(entry)}]"

    def elements_of(self, target: str, seen: tuple[str, ...] = ()) -> str:
        """The address of what names that list's or map's elements; nothing where all names are usual."""
        container = self.shapes[target]
        reference = container.element or container.value
        if reference is None or target in seen:
            return ""
        usual = _ELEMENT if container.element is not None else _VALUE
        fields = []
        if reference.xml.name and reference.xml.name != usual:
            fields.append(f".name = {literal(reference.xml.name)}")
        if container.key is not None and container.key.xml.name and container.key.xml.name != _KEY:
            fields.append(f".key_name = {literal(container.key.xml.name)}")
        if reference.xml.namespace is not None:
            fields.append(f".xml_namespace = {self.namespace(reference.xml.namespace)}")
        if container.key is not None and container.key.xml.namespace is not None:
            fields.append(f".key_namespace = {self.namespace(container.key.xml.namespace)}")
        if inner := self.elements_of(reference.target, (*seen, target)):
            fields.append(f".elements = {inner}")
        if not fields:
            return ""
        entry = f"{{{', '.join(fields)}}}"
        if entry not in self._known:
            self._known[entry] = len(self.elements)
            self.elements.append(entry)
        return f"&{self.prefix}_elements[{self._known[entry]}]"

    def member(self, member: ir.Member) -> str:
        target = self.shapes[member.target]
        fields = []
        if elements := self.elements_of(member.target):
            fields.append(f".elements = {elements}")
        namespace = member.xml.namespace
        if namespace is None and target.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            declared = target.xml.namespace
            # Attributes of the structure need the prefix; a payload is a document of its own.
            if declared is not None and (declared.prefix or member.location is ir.Location.PAYLOAD):
                namespace = declared
        if namespace is not None:
            fields.append(f".xml_namespace = {self.namespace(namespace)}")
        if member.xml.query_name and member.xml.query_name != _capitalized(member.wire_name):
            fields.append(f".query_name = {literal(member.xml.query_name)}")
        if member.xml.attribute:
            fields.append(".attribute = true")
        if member.xml.flattened or (target.xml.flattened and target.kind in (ir.Kind.LIST, ir.Kind.MAP)):
            fields.append(".flattened = true")
        return f"{{{', '.join(fields)}}}"


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]


def xml_view(shapes: Mapping[str, ir.Shape], shape: ir.Shape, prefix: str) -> XmlView | None:
    """The tables of a structure or union, whose names begin with `prefix`; None for no tables at all."""
    tables = _Tables(shapes, prefix)
    members = tuple(tables.member(member) for member in shape.members)
    if all(entry == "{}" for entry in members):
        members = ()
    fields = []
    if shape.xml.name and shape.xml.name != shape.name:
        fields.append(f".name = {literal(shape.xml.name)}")
    if shape.xml.namespace is not None:
        fields.append(f".xml_namespace = {tables.namespace(shape.xml.namespace)}")
    if members:
        fields.append(f".members = {prefix}_xml_members")
    if not fields:
        return None
    return XmlView(tuple(tables.namespaces), tuple(tables.elements), members, f"{{{', '.join(fields)}}}")
