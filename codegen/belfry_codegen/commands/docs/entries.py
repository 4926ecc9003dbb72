# SPDX-License-Identifier: Apache-2.0
"""The lists of members on a page: each with its type, whether it is required, limits, constants and text."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from belfry_codegen.commands.docs import prose
from belfry_codegen.commands.docs.syntax import member_names, shown
from belfry_codegen.cpp.enums import enumerator_names
from belfry_codegen.cpp.facts import binding, facts
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

_MOST = 1500
"""The members of a list. Behind these a structure that is already in the list is not shown again."""
_STRUCTURES = (ir.Kind.STRUCTURE, ir.Kind.UNION)


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of an enum."""

    name: str
    value: str
    text: Markup
    deprecated: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A member."""

    anchor: str
    name: str
    model_name: str
    type: str
    required: bool
    deprecated: str | None
    """The reason, perhaps empty; None if it is not deprecated."""
    text: Markup
    facts: Markup
    constants: tuple[Constant, ...]
    about: str
    """The type whose members `children` are; empty if there are none."""
    about_text: Markup
    relation: str
    """How the member holds values of that type: empty, `list` or `map`."""
    is_union: bool
    children: tuple[Entry, ...]
    elsewhere: str
    """The anchor of the entry that has the members of this one's type."""


class Entries:
    """Makes the list of members of one structure."""

    def __init__(self, types: TypeTable, prefix: str, bound: bool, is_input: bool) -> None:
        self._types = types
        self._prefix = prefix
        self._bound = bound
        self._is_input = is_input
        self._count = 0
        self._where: dict[str, str] = {}
        self._open: list[str] = []

    def of(self, shape: ir.Shape) -> tuple[Entry, ...]:
        """The members of a structure that is a message itself."""
        self._open.append(shape.name)
        found = tuple(self._members(shape, self._prefix, self._bound, self._is_input))
        self._open.pop()
        return found

    def _members(self, shape: ir.Shape, path: str, bound: bool, strict: bool) -> Iterator[Entry]:
        names = member_names(self._types, shape)
        separator = "-" if path == self._prefix else "."
        for member in shape.members:
            self._count += 1
            name = str(names[member.name])
            yield self._entry(shape, member, name, f"{path}{separator}{name}", bound, strict)

    def _entry(
        self, shape: ir.Shape, member: ir.Member, name: str, anchor: str, bound: bool, strict: bool
    ) -> Entry:
        types, target = self._types, self._types.shapes[member.target]
        is_union = shape.kind is ir.Kind.UNION
        direct = is_union or (strict and member.required and not member.idempotency_token)
        leaf, relation = self._leaf(target)
        children: tuple[Entry, ...] = ()
        elsewhere = ""
        if leaf.kind in _STRUCTURES and not member.json_value:
            known = self._where.get(leaf.name)
            if leaf.name in self._open or (known is not None and self._count > _MOST):
                elsewhere = known or self._prefix
            else:
                self._where.setdefault(leaf.name, anchor)
                self._open.append(leaf.name)
                children = tuple(self._members(leaf, anchor, leaf.event, False))
                self._open.pop()
        deprecated = member.deprecated or target.deprecated or leaf.deprecated
        text = member.documentation
        where = binding(shape, member, types.protocol, bound)
        return Entry(
            anchor=anchor,
            name=name,
            model_name=member.name,
            type=shown(types.value(member) if direct else types.slot(member)),
            required=member.required and not is_union,
            deprecated=_reason(deprecated),
            text=prose.documentation(text or (target.documentation if target is not leaf else "")),
            facts=prose.inline(f"{where} {facts(types.shapes, member)}".strip()),
            constants=self._constants(leaf),
            about=str(types.names[leaf.name]) if leaf.name in types.names and not member.json_value else "",
            about_text=prose.documentation(leaf.documentation),
            relation=relation,
            is_union=leaf.kind is ir.Kind.UNION,
            children=children,
            elsewhere=elsewhere,
        )

    def _leaf(self, shape: ir.Shape) -> tuple[ir.Shape, str]:
        relation, seen = "", {shape.name}
        while (reference := shape.element or shape.value) is not None:
            relation = "list" if shape.element is not None else "map"
            shape = self._types.shapes[reference.target]
            if shape.name in seen:
                break
            seen.add(shape.name)
        return shape, relation

    def _constants(self, shape: ir.Shape) -> tuple[Constant, ...]:
        if shape.kind is ir.Kind.INT_ENUM:
            return tuple(
                Constant(each.value, each.value, prose.documentation(each.documentation), "")
                for each in shape.enum_values
            )
        if shape.kind is not ir.Kind.ENUM:
            return ()
        names = enumerator_names(self._types, shape)
        return tuple(
            Constant(
                str(names[each.value]),
                each.value,
                prose.documentation(each.documentation),
                _reason(each.deprecated) or ("deprecated" if each.deprecated is not None else ""),
            )
            for each in shape.enum_values
        )


def _reason(deprecation: ir.Deprecation | None) -> str | None:
    if deprecation is None:
        return None
    since = f"since {deprecation.since}" if deprecation.since else ""
    return " ".join(part for part in (prose.summary(deprecation.message), since) if part)
