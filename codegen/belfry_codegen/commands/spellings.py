# SPDX-License-Identifier: Apache-2.0
"""Finds what the code for a newer model keeps of an older one, so that programs for the old one compile.

A type that has another name at the same places keeps the old name as an alias, and members that changed
places keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from belfry_codegen.commands.diff.order import moved_members
from belfry_codegen.commands.diff.records import Change
from belfry_codegen.commands.diff.source import Meanings, type_breaks
from belfry_codegen.cpp.surface import Surface, surface_of
from belfry_codegen.model import ir
from belfry_codegen.model.records import replace
from belfry_codegen.passes.spellings import in_old_order, keep_orders


def keep_spellings(old: ir.Service, new: ir.Service, folder: str) -> tuple[ir.Service, list[Change]]:
    """The new service with the spellings that keep programs for the old one compiling, and what they are.

    Both are loaded. To generate the service, load it again with the spellings: passes after that of the
    members' order count members.
    """
    before = surface_of(old, folder)
    plain = replace(new, spellings=ir.NO_SPELLINGS)
    names = _names(old, plain, before, surface_of(plain, folder))
    orders, changes = _orders(old, plain, names)
    kept = keep_orders(replace(plain, spellings=ir.Spellings(names, orders)))
    after = surface_of(kept, folder)
    # A name that is reserved, or another type's, cannot be kept.
    names = {name: shape for name, shape in names.items() if name in after.kept}
    for name, shape in names.items():
        if name not in before.kept:
            current = after.types[shape].name
            text = f"the type {name} is {current} now; {name} stays as a deprecated name of it"
            changes.append(Change(("name", name), text))
    return replace(kept, spellings=ir.Spellings(names, orders)), changes


def _orders(
    old: ir.Service, new: ir.Service, names: Mapping[str, str]
) -> tuple[dict[str, tuple[str, ...]], list[Change]]:
    """The orders of members to keep, and what changed in the model."""
    sources = {shape: shape for shape in old.shapes if shape in new.shapes}
    renamed = set(names.values()) - old.shapes.keys()
    former = {now: was for was, now in _same_places(old, new) if now in renamed}
    orders, changes = {}, []
    for name, source in {**former, **sources}.items():
        was, now = old.shapes[source], new.shapes[name]
        if was.kind is not ir.Kind.STRUCTURE or now.kind is not ir.Kind.STRUCTURE:
            continue
        before, after = ([member.name for member in shape.members] for shape in (was, now))
        moved = moved_members(before, after)
        if moved:
            orders[name] = tuple(in_old_order(before, after))
            text = f"members of {name} changed places in the model: {', '.join(moved)}"
            changes.append(Change(("order", name), f"{text}; the generated structure keeps their order"))
    return orders, changes


def _names(old: ir.Service, new: ir.Service, before: Surface, after: Surface) -> dict[str, str]:
    """The names of types that `new` does not declare, and the shapes that they can mean."""
    declared = {one.name: shape for shape, one in after.types.items()}
    places: dict[str, set[str]] = {}
    for was, now in _same_places(old, new):
        places.setdefault(was, set()).add(now)
    wanted = [(str(one.name), shape) for shape, one in before.types.items()]
    wanted += [(str(name), shape) for name, shape in before.kept.items()]
    found: dict[str, str] = {}
    shapes: dict[str, str] = {}
    for name, shape in wanted:
        meant = {shape} if shape in after.types else places.get(shape, set())
        if name not in declared and len(meant) == 1 and meant <= after.types.keys():
            found[name] = next(iter(meant))
            shapes[name] = shape
    return _compatible(found, shapes, before, after)


def _compatible(
    found: dict[str, str], shapes: Mapping[str, str], before: Surface, after: Surface
) -> dict[str, str]:
    """Those names for which all that a program does with the old type can be done with the new one.

    Whether a type has the members of another depends on which types may stand for each other: all of them at
    first, fewer as some turn out to differ.
    """
    while True:
        meanings = Meanings(after, found)
        wrong = [
            name for name, shape in found.items() if not _fits(shapes[name], shape, before, after, meanings)
        ]
        if not wrong:
            return found
        found = {name: shape for name, shape in found.items() if name not in wrong}


def _fits(old: str, new: str, before: Surface, after: Surface, meanings: Meanings) -> bool:
    was, now = before.types[old], after.types[new]
    if was.kind is not now.kind:
        return False
    if old == new:
        # Only its name in C++ changed. Other changes are told of the type itself.
        return True
    if new not in before.types:
        ordered = in_old_order(list(was.members), list(now.members))
        now = replace(now, members={member: now.members[member] for member in ordered})
    return not any(True for _ in type_breaks(old, was, now, meanings))


def _same_places(old: ir.Service, new: ir.Service) -> Iterator[tuple[str, str]]:
    """The shapes of both services that are at the same places: messages, members, elements."""
    todo: list[tuple[str, str]] = []
    for name, was in old.operations.items():
        now = new.operations.get(name)
        if now is not None:
            todo += _messages(old, new, was, now)
    seen = set(todo)
    while todo:
        pair = todo.pop()
        yield pair
        one, other = old.shapes[pair[0]], new.shapes[pair[1]]
        if one.kind is other.kind:
            below = [found for found in _below(one, other) if found not in seen]
            seen.update(below)
            todo += below


def _messages(
    old: ir.Service, new: ir.Service, was: ir.Operation, now: ir.Operation
) -> Iterator[tuple[str, str]]:
    for before, after in (
        (was.input, now.input),
        (was.output, now.output),
        (was.input_events, now.input_events),
        (was.output_events, now.output_events),
    ):
        if before is not None and after is not None:
            yield before, after
    codes = {_code(new, error): error for error in now.errors}
    for error in was.errors:
        if _code(old, error) in codes:
            yield error, codes[_code(old, error)]


def _code(service: ir.Service, error: str) -> str:
    traits = service.shapes[error].error
    return traits.code if traits is not None else error


def _below(was: ir.Shape, now: ir.Shape) -> Iterator[tuple[str, str]]:
    for member in was.members:
        other = now.member(member.name)
        if other is not None:
            yield member.target, other.target
    for before, after in ((was.element, now.element), (was.key, now.key), (was.value, now.value)):
        if before is not None and after is not None:
            yield before.target, after.target
