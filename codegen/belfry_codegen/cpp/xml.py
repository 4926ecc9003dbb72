# SPDX-License-Identifier: Apache-2.0
"""The tables of a shape's XML traits, for the XML and query codecs."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

_ELEMENT, _KEY, _VALUE = "member", "key", "value"


@dataclass(frozen=True, slots=True)
class NamespaceView:
    """An XML namespace, as literals."""

    uri: Cpp
    prefix: Cpp


@dataclass(frozen=True, slots=True)
class ElementsView:
    """The names of a list's or map's elements. Strings are literals; empty, or None, for the default."""

    name: Cpp
    key_name: Cpp
    namespace: int | None
    """An index of the shape's namespaces."""
    key_namespace: int | None
    elements: int | None
    """An index of the shape's elements."""


@dataclass(frozen=True, slots=True)
class XmlMemberView:
    """The XML traits of a member."""

    elements: int | None
    namespace: int | None
    query_name: Cpp
    """A literal; empty for the default."""
    attribute: bool
    flattened: bool


@dataclass(frozen=True, slots=True)
class XmlView:
    """The tables of a shape; a table without entries is empty."""

    namespaces: tuple[NamespaceView, ...]
    elements: tuple[ElementsView, ...]
    members: tuple[XmlMemberView, ...]
    name: Cpp
    """A literal; empty for the shape's own name."""
    namespace: int | None


_USUAL_ELEMENTS = ElementsView(EMPTY, EMPTY, None, None, None)
_USUAL_MEMBER = XmlMemberView(None, None, EMPTY, False, False)


def namespace_view(namespace: ir.XmlNamespace) -> NamespaceView:
    """The view of a namespace."""
    return NamespaceView(literal(namespace.uri), literal(namespace.prefix))


class _Tables:
    """Tables under construction; equal entries are stored once."""

    def __init__(self, shapes: Mapping[str, ir.Shape]) -> None:
        self.shapes = shapes
        self.namespaces: dict[NamespaceView, int] = {}
        self.elements: dict[ElementsView, int] = {}

    def namespace(self, namespace: ir.XmlNamespace | None) -> int | None:
        """The index of a namespace."""
        if namespace is None:
            return None
        return self.namespaces.setdefault(namespace_view(namespace), len(self.namespaces))

    def elements_of(self, target: str, seen: tuple[str, ...] = ()) -> int | None:
        """The index of the names of that list's or map's elements; None if all of them are the default."""
        container = self.shapes[target]
        reference = container.element or container.value
        if reference is None or target in seen:
            return None
        key = container.key.xml if container.key is not None else ir.NO_XML
        view = ElementsView(
            name=_unusual(reference.xml.name, _ELEMENT if container.element is not None else _VALUE),
            key_name=_unusual(key.name, _KEY),
            namespace=self.namespace(reference.xml.namespace),
            key_namespace=self.namespace(key.namespace),
            elements=self.elements_of(reference.target, (*seen, target)),
        )
        return None if view == _USUAL_ELEMENTS else self.elements.setdefault(view, len(self.elements))

    def member(self, member: ir.Member) -> XmlMemberView:
        """The traits of a member."""
        target = self.shapes[member.target]
        namespace = member.xml.namespace
        if namespace is None and target.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            declared = target.xml.namespace
            # Attributes of the structure need the prefix; a payload is a separate document.
            if declared is not None and (declared.prefix or member.location is ir.Location.PAYLOAD):
                namespace = declared
        is_container = target.kind in (ir.Kind.LIST, ir.Kind.MAP)
        return XmlMemberView(
            elements=self.elements_of(member.target),
            namespace=self.namespace(namespace),
            query_name=_unusual(member.xml.query_name, _capitalized(member.wire_name)),
            attribute=member.xml.attribute,
            flattened=member.xml.flattened or (target.xml.flattened and is_container),
        )


def _unusual(name: str | None, usual: str) -> Cpp:
    return literal(name) if name and name != usual else EMPTY


def _capitalized(name: str) -> str:
    return name[:1].upper() + name[1:]


def xml_view(shapes: Mapping[str, ir.Shape], shape: ir.Shape) -> XmlView | None:
    """The tables of a structure or union; None for no tables at all."""
    tables = _Tables(shapes)
    members = tuple(tables.member(member) for member in shape.members)
    if all(member == _USUAL_MEMBER for member in members):
        members = ()
    name = _unusual(shape.xml.name, shape.name)
    namespace = tables.namespace(shape.xml.namespace)
    if not (name or members) and namespace is None:
        return None
    return XmlView(tuple(tables.namespaces), tuple(tables.elements), members, name, namespace)
