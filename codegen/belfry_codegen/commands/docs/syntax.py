# SPDX-License-Identifier: Apache-2.0
"""C++ of sample values, as one would type it, and of the types of a response."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import Cpp, boolean, number
from belfry_codegen.cpp.defaults import moment
from belfry_codegen.cpp.enums import enumerator_names
from belfry_codegen.cpp.text import literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir

ALIAS = Cpp("api")
"""The name of a service's namespace in samples."""
_WIDTH = 100
_STEP = "    "
_NAMED = (ir.Kind.STRUCTURE, ir.Kind.UNION, ir.Kind.ENUM)


def shown(text: str) -> str:
    """A C++ type without the colons in front of its names."""
    return text.replace("::std::", "std::").replace("::belfry::", "belfry::")


def qualified(types: TypeTable) -> TypeTable:
    """The types by the names that a program outside of the service's namespace has for them."""
    found = copy.copy(types)
    found.names = {shape: Cpp("{}::{}").of(ALIAS, own) for shape, own in types.names.items()}
    return found


def member_names(types: TypeTable, shape: ir.Shape) -> dict[str, Cpp]:
    """The C++ name of each member of a structure or union."""
    if shape.kind is ir.Kind.UNION:
        return naming.unique(
            [(member.name, naming.plain_member_name(member.name)) for member in shape.members], ("unknown",)
        )
    return naming.member_names([member.name for member in shape.members], (types.names[shape.name],))


class Syntax:
    """Writes values as C++. `explains` adds comments: what is required, other constants, other members."""

    def __init__(self, types: TypeTable, explains: bool) -> None:
        self._types = types
        self._qualified = qualified(types)
        self._explains = explains

    def input(self, target: str, value: Mapping[str, Any], before: str, behind: str) -> list[str]:
        """The lines of an input in braces, without its type, which the call implies."""
        return list(self._braced(self._types.shapes[target], value, "", before, behind, ""))

    def _braced(
        self,
        shape: ir.Shape,
        value: Mapping[str, Any],
        indent: str,
        before: str,
        behind: str,
        note: str,
    ) -> Iterator[str]:
        lines = list(self._members(shape, value, indent + _STEP))
        if not lines:
            yield _with_note(f"{indent}{before}{{}}{behind}", note)
            return
        yield _with_note(f"{indent}{before}{{", note)
        yield from lines
        yield f"{indent}}}{behind}"

    def _members(self, shape: ir.Shape, value: Mapping[str, Any], indent: str) -> Iterator[str]:
        names = member_names(self._types, shape)
        for member in shape.members:
            if member.name in value:
                note = self._note(member)
                before = f".{names[member.name]} = "
                yield from self._value(member, member.target, value[member.name], indent, before, ",", note)
            elif self._explains:
                kind = shown(self._qualified.plain(member.target))
                yield f"{indent}// .{names[member.name]}: {kind}, whose members are above"

    def _note(self, member: ir.Member) -> str:
        if not self._explains:
            return ""
        if member.idempotency_token:
            return "filled in if absent"
        return "required" if member.required else ""

    def _value(
        self,
        member: ir.Member | None,
        target: str,
        value: Any,
        indent: str,
        before: str,
        behind: str,
        note: str,
    ) -> Iterator[str]:
        shape = self._types.shapes[target]
        if member is not None and member.json_value:
            yield _with_note(f"{indent}{before}{_document(value)}{behind}", note)
        elif shape.kind is ir.Kind.STRUCTURE:
            named = before + self._qualified.names[target]
            yield from self._braced(shape, value, indent, named, behind, note)
        elif shape.kind is ir.Kind.UNION:
            yield from self._union(shape, value, indent, before, behind, note)
        elif shape.element is not None or shape.value is not None:
            yield from self._container(shape, value, indent, before, behind, note)
        else:
            text, others = self._simple(shape, value)
            yield _with_note(f"{indent}{before}{text}{behind}", note, others if self._explains else ())

    def _union(
        self, shape: ir.Shape, value: Mapping[str, Any], indent: str, before: str, behind: str, note: str
    ) -> Iterator[str]:
        names = member_names(self._types, shape)
        [(name, held)] = value.items()
        member = next(each for each in shape.members if each.name == name)
        maker = f"{self._qualified.names[shape.name]}::from_"
        if self._explains:
            makers = [f"from_{names[other.name]}" for other in shape.members if other.name != name]
            note = _comment("", note, makers, len(indent) + len(before) + len(maker) + len(names[name]))
        opening = f"{before}{maker}{names[name]}("
        yield from self._value(member, member.target, held, indent, opening, f"){behind}", note)

    def _container(
        self, shape: ir.Shape, value: Any, indent: str, before: str, behind: str, note: str
    ) -> Iterator[str]:
        reference = shape.element or shape.value
        assert reference is not None, "a list has elements, and a map has values"
        target = reference.target
        inner = self._types.shapes[target]
        if not value:
            if self._explains:
                above = f"of {shown(self._qualified.plain(target))}, as above"
                note = f"{note}, {above}" if note else above
            yield _with_note(f"{indent}{before}{{}}{behind}", note)
            return
        is_map = shape.value is not None
        entry = ""
        if is_map:
            [(key, held)] = value.items()
            entry = f"{{{literal(key)}, "
        else:
            [held] = value
        # An inner list in braces could be taken for something else.
        if inner.element is not None or inner.value is not None:
            entry += shown(self._qualified.plain(target))
        closing = "}" if is_map else ""
        lines = list(self._value(None, target, held, indent + _STEP, entry, f"{closing},", ""))
        if len(lines) == 1 and "//" not in lines[0]:
            line = f"{indent}{before}{{{lines[0].strip()[:-1]}}}{behind}"
            if len(line) <= _WIDTH:
                yield _with_note(line, note)
                return
        yield _with_note(f"{indent}{before}{{", note)
        yield from lines
        yield f"{indent}}}{behind}"

    def _simple(self, shape: ir.Shape, value: Any) -> tuple[str, list[str]]:
        """The value's C++, and what could stand in its place."""
        kind = shape.kind
        if kind is ir.Kind.ENUM:
            names = enumerator_names(self._types, shape)
            own = self._qualified.names[shape.name]
            others = [str(name) for each, name in names.items() if each != value]
            return (f"{own}::{names[value]}" if value in names else f"{own}({literal(value)})"), others
        if kind is ir.Kind.INT_ENUM:
            return str(value), [each.value for each in shape.enum_values if each.value != str(value)]
        if kind in (ir.Kind.STRING, ir.Kind.BLOB):
            return literal(value), []
        if kind is ir.Kind.BOOLEAN:
            return boolean(value), [boolean(not value)]
        if kind is ir.Kind.TIMESTAMP:
            seconds, nanoseconds = moment(value)
            return f"belfry::Timestamp{{{seconds}, {nanoseconds}}}", []
        if kind in (ir.Kind.DOCUMENT, ir.Kind.BIG_INTEGER, ir.Kind.BIG_DECIMAL):
            return _document(value), []
        text = str(number(value))
        return (f"{text}F" if kind is ir.Kind.FLOAT else text), []


def _document(value: Any) -> str:
    return f"belfry::Document({literal(json.dumps(value, ensure_ascii=False))})"


def _with_note(line: str, note: str, others: list[str] | tuple[str, ...] = ()) -> str:
    """The line with a comment: a note, and as many of the other values as fit."""
    comment = _comment(line, note, others, 0)
    return f"{line} // {comment}" if comment else line


def _comment(line: str, note: str, others: list[str] | tuple[str, ...], more: int) -> str:
    room = _WIDTH - len(line) - len(" // ") - len(", ...") - more
    comment = note
    for index, other in enumerate(others):
        piece = f"{', or ' if comment else 'or '}{other}" if index == 0 else f", {other}"
        if len(comment) + len(piece) > room:
            return f"{comment}, ..." if comment else "or ..."
        comment += piece
    return comment


def type_lines(types: TypeTable, target: str, skip: frozenset[str] = frozenset()) -> list[str]:
    """The definitions of a structure and of all structures, unions and enums in it, each once."""
    lines: list[str] = []
    waiting, seen = [target], {target, *skip}
    while waiting:
        shape = types.shapes[waiting.pop(0)]
        if lines:
            lines.append("")
        lines += _definition(types, shape)
        for inner in types.named_targets(member.target for member in shape.members):
            if inner not in seen:
                seen.add(inner)
                waiting.append(inner)
    return lines


def _definition(types: TypeTable, shape: ir.Shape) -> Iterator[str]:
    own = types.names[shape.name]
    if shape.kind is ir.Kind.ENUM:
        yield f"class {own} {{ // an open enum: values that are not in this list are kept"
        constants = [str(name) for name in enumerator_names(types, shape).values()]
        yield from _filled("    ", constants)
        yield "};"
        return
    names = member_names(types, shape)
    if shape.kind is ir.Kind.UNION:
        yield f"class {own} {{ // holds one of these"
        for member in shape.members:
            kind = shown(types.in_union().plain(member.target))
            yield f"    const {kind}* as_{names[member.name]}() const;"
        yield "};"
        return
    if not shape.members:
        yield f"struct {own} {{}};"
        return
    yield f"struct {own} {{"
    for member in shape.members:
        yield f"    {shown(types.slot(member))} {names[member.name]};"
    yield "};"


def _filled(lead: str, words: list[str]) -> Iterator[str]:
    line = lead
    for index, word in enumerate(words):
        piece = word + ("," if index + 1 < len(words) else "")
        if line != lead and len(line) + len(piece) + 1 > _WIDTH:
            yield line
            line = lead
        line += piece if line == lead else f" {piece}"
    if words:
        yield line
