# SPDX-License-Identifier: Apache-2.0
"""Lists the changes between two versions of a service, and which of them break its users."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    text: str
    breaking: bool = False


def compare(old: ir.Service, new: ir.Service) -> list[Change]:
    """Every difference that users can see, operations first."""
    return [*_operations(old, new), *_follow_ups(old, new), *_shapes(old, new)]


def _operations(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    for name in sorted(old.operations.keys() - new.operations.keys()):
        yield Change(f"operation {name} removed", breaking=True)
    for name in sorted(new.operations.keys() - old.operations.keys()):
        yield Change(f"operation {name} added")
    for name in sorted(old.operations.keys() & new.operations.keys()):
        was, now = old.operations[name], new.operations[name]
        for noun, before, after in (("input", was.input, now.input), ("output", was.output, now.output)):
            if before != after:
                yield Change(
                    f"operation {name}: {noun} was {before}, is {after}", breaking=before is not None
                )
        for error in now.errors:
            if error not in was.errors:
                yield Change(f"operation {name}: error {error} added")
        for error in was.errors:
            if error not in now.errors:
                yield Change(f"operation {name}: error {error} removed")
        if was.http != now.http:
            yield Change(
                f"operation {name}: {was.http.method} {was.http.uri} is {now.http.method} {now.http.uri}"
            )


def _follow_ups(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    pages = [{name for name, one in service.operations.items() if one.paginator} for service in (old, new)]
    for noun, before, after in (
        ("waiter", old.waiters.keys(), new.waiters.keys()),
        ("paginator of operation", pages[0], pages[1]),
    ):
        for name in sorted(before - after):
            yield Change(f"{noun} {name} removed", breaking=True)
        for name in sorted(after - before):
            yield Change(f"{noun} {name} added")


def _shapes(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    for name in sorted(old.shapes.keys() - new.shapes.keys()):
        yield Change(f"shape {name} removed", breaking=True)
    for name in sorted(new.shapes.keys() - old.shapes.keys()):
        yield Change(f"shape {name} added")
    for name in sorted(old.shapes.keys() & new.shapes.keys()):
        was, now = old.shapes[name], new.shapes[name]
        if was.kind is not now.kind:
            # AWS considers it compatible to turn a string into an enumeration.
            widened = {was.kind, now.kind} == {ir.Kind.STRING, ir.Kind.ENUM}
            yield Change(f"shape {name}: was {was.kind.value}, is {now.kind.value}", breaking=not widened)
        yield from _members(was, now)
        yield from _order(was, now)
        yield from _values(was, now)


def _members(was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
    before = {member.name: member for member in was.members}
    after = {member.name: member for member in now.members}
    for name in before:
        if name not in after:
            yield Change(f"member {was.name}.{name} removed", breaking=True)
    for name, member in after.items():
        old = before.get(name)
        if old is None:
            yield Change(f"member {now.name}.{name} added", breaking=member.required and was.members != ())
            continue
        if old.target != member.target:
            yield Change(f"member {now.name}.{name}: was {old.target}, is {member.target}", breaking=True)
        if member.required and not old.required:
            yield Change(f"member {now.name}.{name} is required now", breaking=True)
        if old.required and not member.required:
            yield Change(f"member {now.name}.{name} is optional now")
        if (old.location, old.wire_name) != (member.location, member.wire_name):
            yield Change(
                f"member {now.name}.{name}: was {old.wire_name} in {old.location.value}, "
                f"is {member.wire_name} in {member.location.value}"
            )


def _order(was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
    moved = moved_members([member.name for member in was.members], [member.name for member in now.members])
    if moved:
        text = f"members of {now.name} changed places: {', '.join(moved)}"
        yield Change(f"{text}; designated initializers must follow the new order", breaking=True)


def moved_members(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The fewest names that would have to move for those in both lists to be in the new order."""
    places = {name: place for place, name in enumerate(new)}
    common = [name for name in old if name in places]
    # The longest part that is in order already; `ends[n]` is the last of the best part of n + 1 names.
    ends: list[int] = []
    best: dict[int, int | None] = {}
    for place in (places[name] for name in common):
        at = bisect.bisect_left(ends, place)
        best[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = best[last]
    return [name for name in common if places[name] not in kept]


def _values(was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
    before = {value.value for value in was.enum_values}
    after = {value.value for value in now.enum_values}
    for value in sorted(before - after):
        yield Change(f"value {was.name} '{value}' removed", breaking=bool(after))
    for value in sorted(after - before):
        if before:
            yield Change(f"value {now.name} '{value}' added")
