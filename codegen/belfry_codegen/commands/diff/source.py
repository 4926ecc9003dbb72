# SPDX-License-Identifier: Apache-2.0
"""Finds code that compiles with the headers of one version of a service and not with those of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from belfry_codegen.commands.diff.order import moved_members
from belfry_codegen.commands.diff.records import Break, Key
from belfry_codegen.cpp.surface import MemberSurface, MethodSurface, OperationSurface, Surface, TypeSurface
from belfry_codegen.model import ir

_KINDS = {ir.Kind.STRUCTURE: "a structure", ir.Kind.UNION: "a union", ir.Kind.ENUM: "an enum"}


class Meanings:
    """The types of a newer version that the names of an older one mean."""

    def __init__(self, new: Surface, kept: Mapping[str, str]) -> None:
        """`kept` has the names of earlier models that the newer version declares, and their shapes."""
        self._types = new.types
        self._kept = kept
        self._declared: dict[str, str] = {one.name: shape for shape, one in new.types.items()}
        self._current: dict[str, str] = {name: new.types[shape].name for name, shape in kept.items()}
        qualified = re.escape(f"::belfry::{new.namespace}::")
        self._names = re.compile(rf"(?:(?<![\w:])|(?<={qualified}))[A-Za-z_]\w*")

    def meant(self, name: str) -> TypeSurface | None:
        """The type that has the name, or had it in an earlier model."""
        shape = self._declared.get(name) or self._kept.get(name)
        return self._types[shape] if shape is not None else None

    def type_of(self, shape: str, name: str) -> TypeSurface | None:
        """The type that the name of an old shape means, else what became of the shape; None if it is gone."""
        same = self._types.get(shape)
        return same if same is not None and same.name == name else self.meant(name) or same

    def spelled(self, text: str) -> str:
        """The old text of a type as the newer version writes it."""
        return self._names.sub(lambda found: self._current.get(found[0], found[0]), text)


def source_breaks(old: Surface, new: Surface) -> dict[Key, Break]:
    """Code that no longer compiles, by the part of the model that it comes from."""
    found: dict[Key, Break] = {}
    for key, what in _all(old, new, Meanings(new, new.kept)):
        found.setdefault(key, what)
    return found


def _all(old: Surface, new: Surface, meanings: Meanings) -> Iterator[tuple[Key, Break]]:
    for name, operation in old.operations.items():
        yield from _operation(name, operation, new.operations.get(name), meanings)
    for name, was in old.types.items():
        now = meanings.type_of(name, was.name)
        key = ("shape", name)
        if now is None:
            yield key, Break(f"the type {was.name} is gone", (was.name,))
        elif was.kind is not now.kind:
            yield key, Break(f"{was.name} was {_KINDS[was.kind]}, is {_KINDS[now.kind]}", (was.name,))
        elif meanings.meant(was.name) is not now:
            yield key, Break(f"the type {was.name} is {now.name} now", (was.name,))
        else:
            yield from type_breaks(name, was, now, meanings)
    for former, shape in old.kept.items():
        if meanings.meant(former) is not meanings.type_of(shape, old.types[shape].name):
            text = f"{former} is no longer a name of {old.types[shape].name}"
            yield ("name", former), Break(text, (former,))


def _operation(
    name: str, was: OperationSurface, now: OperationSurface | None, meanings: Meanings
) -> Iterator[tuple[Key, Break]]:
    key = ("operation", name)
    methods = tuple(f"{method.name}(" for method in _methods(was))
    if now is None:
        yield key, Break(f"the method {was.call.name} is gone", (*methods, was.tag))
        return
    if was.call != now.call:
        yield key, _method_break(was.call, now.call)
    if was.tag != now.tag:
        yield key, Break(f"operations::{was.tag} is operations::{now.tag} now", (was.tag,))
    for noun, before, after in (
        ("input", was.input, now.input),
        ("output", was.output, now.output),
        ("events that it sends", was.input_events, now.input_events),
        ("events that it receives", was.output_events, now.output_events),
    ):
        if meanings.spelled(before) != after:
            text = f"{noun} of {was.call.name}: was {before or 'none'}, is {after or 'none'}"
            yield ("operation", name, noun), Break(text, methods)
    for error, type_name in was.errors.items():
        if meanings.spelled(type_name) not in now.errors.values():
            text = f"visit_error with a handler of {type_name} does not compile for this operation"
            yield ("error", name, error), Break(text, (type_name,))
    if was.pages is not None and was.pages != now.pages:
        yield ("paginator", name), _method_break(was.pages, now.pages)
    for waiter, method in was.waits.items():
        if method != now.waits.get(waiter):
            yield ("waiter", waiter), _method_break(method, now.waits.get(waiter))


def _methods(operation: OperationSurface) -> Iterator[MethodSurface]:
    yield operation.call
    if operation.pages is not None:
        yield operation.pages
    yield from operation.waits.values()


def _method_break(was: MethodSurface, now: MethodSurface | None) -> Break:
    if now is None:
        text = f"the method {was.name} is gone"
    elif was.name != now.name:
        text = f"the method {was.name} is {now.name} now"
    else:
        text = f"the method {was.name} has other parameters now"
    return Break(text, (f"{was.name}(",))


def type_breaks(
    name: str, was: TypeSurface, now: TypeSurface, meanings: Meanings
) -> Iterator[tuple[Key, Break]]:
    """Code for a type that no longer compiles with another one of the same kind; `name` is the old shape."""
    union = was.kind is ir.Kind.UNION
    for member, before in was.members.items():
        after = now.members.get(member)
        reason = _member_reason(was, before, after, meanings)
        if reason:
            yield ("member", name, member), Break(reason, _member_words(was, before, union))
    for member, after in now.members.items():
        if after.must_be_set and not (member in was.members and was.members[member].must_be_set):
            text = f"a braced {was.name} without .{after.name} does not compile"
            yield ("member", name, member), Break(text, (was.name,))
    moved = [] if union else moved_members(list(was.members), list(now.members))
    if moved:
        names = tuple(f".{was.members[member].name}" for member in moved)
        text = "members in braces must follow the new order; `update` keeps the old one"
        yield ("order", name), Break(text, (was.name, *names))
    for value, constant in was.constants.items():
        if constant != now.constants.get(value):
            renamed = now.constants.get(value)
            text = f"{was.name}::{constant} is " + (f"{was.name}::{renamed} now" if renamed else "gone")
            yield ("value", name, value), Break(text, (f"{was.name}::{constant}",))


def _member_reason(
    owner: TypeSurface, was: MemberSurface, now: MemberSurface | None, meanings: Meanings
) -> str:
    place = f"{owner.name}::{was.name}"
    if now is None:
        return f"{place} is gone"
    if was.name != now.name:
        return f"{place} is {owner.name}::{now.name} now"
    if (meanings.spelled(was.type), meanings.spelled(was.slot)) != (now.type, now.slot):
        return f"the type of {place} was {_short(was.type)}, is {_short(now.type)}"
    return ""


def _member_words(owner: TypeSurface, member: MemberSurface, union: bool) -> tuple[str, ...]:
    if not union:
        return (f".{member.name}",)
    return (f".{member.name}(", f"{owner.name}::from_{member.name}")


def _short(text: str) -> str:
    return text.replace("::std::", "std::").replace("::belfry::", "belfry::")
