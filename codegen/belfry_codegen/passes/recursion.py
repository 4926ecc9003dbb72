# SPDX-License-Identifier: Apache-2.0
"""Finds shapes that contain themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.records import replace
from belfry_codegen.passes.references import targets

DEPTH_LIMIT = 64
"""The largest depth of lists in lists."""
_HELD_BY_VALUE = (ir.Kind.STRUCTURE, ir.Kind.UNION)


def mark_recursion(service: ir.Service) -> ir.Service:
    """Numbers the groups of shapes that refer to each other, and marks the members that need a box.

    A list or a map allocates its elements, so that only structures and unions that are direct members of each
    other would be infinitely large.
    """
    shapes = service.shapes
    bottomless = _components(
        shapes,
        lambda name: [
            reference.target
            for reference in (shapes[name].element, shapes[name].value)
            if reference is not None
        ],
    )
    for name in bottomless:
        raise ModelError(
            service.id,
            f"shape '{name}'",
            "this shape contains only itself, so that a value of it cannot exist",
        )
    for name in shapes:
        if _container_depth(shapes, name) > DEPTH_LIMIT:
            raise ModelError(
                service.id,
                f"shape '{name}'",
                f"lists and maps are nested more than {DEPTH_LIMIT} deep, which a client does not decode",
            )
    groups = _components(shapes, lambda name: targets(shapes[name]))
    direct = _components(
        shapes,
        lambda name: [
            member.target for member in shapes[name].members if shapes[member.target].kind in _HELD_BY_VALUE
        ],
    )
    numbers: dict[str, int] = {}
    for name in shapes:
        if groups.get(name) is not None:
            numbers.setdefault(groups[name], len(numbers))

    def marked(name: str, shape: ir.Shape) -> ir.Shape:
        group = groups.get(name)
        if group is None and shape.recursion_group is None:
            return shape
        own = direct.get(name)
        members = tuple(
            replace(member, needs_box=True)
            if own is not None and direct.get(member.target) == own
            else member
            for member in shape.members
        )
        return replace(shape, members=members, recursion_group=None if group is None else numbers[group])

    return replace(service, shapes={name: marked(name, shape) for name, shape in shapes.items()})


def _container_depth(shapes: Mapping[str, ir.Shape], name: str) -> int:
    """How many lists and maps hold each other directly; counts no further than past the limit."""
    depth = 0
    while depth <= DEPTH_LIMIT:
        reference = shapes[name].element or shapes[name].value
        if reference is None:
            break
        depth, name = depth + 1, reference.target
    return depth


def _components(names: Mapping[str, object], edges: Callable[[str], Iterable[str]]) -> dict[str, str]:
    """Maps each name on a cycle to one name of its strongly connected component (Tarjan's algorithm)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: dict[str, str] = {}
    for root in names:
        if root in index:
            continue
        work = [(root, iter(list(edges(root))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            name, following = work[-1]
            for target in following:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(list(edges(target)))))
                    break
                if target in on_stack:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[name])
                if low[name] == index[name]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.remove(member)
                        component.append(member)
                        if member == name:
                            break
                    if len(component) > 1 or name in set(edges(name)):
                        found.update(dict.fromkeys(component, name))
    return found
