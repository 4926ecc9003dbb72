# SPDX-License-Identifier: Apache-2.0
"""Puts the members of structures into the order of earlier models."""

from __future__ import annotations

from collections.abc import Sequence

from belfry_codegen.model import ir
from belfry_codegen.model.records import replace


def keep_orders(service: ir.Service) -> ir.Service:
    """The service with the members of each structure in the order that `spellings` has for it."""
    shapes = dict(service.shapes)
    for name, order in service.spellings.orders.items():
        if name in shapes:
            members = {member.name: member for member in shapes[name].members}
            ordered = in_old_order(order, list(members))
            shapes[name] = replace(shapes[name], members=tuple(members[one] for one in ordered))
    return replace(service, shapes=shapes)


def in_old_order(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The new names: known ones in the old order, each other one behind the name that it follows in `new`."""
    known = set(new)
    ordered = [name for name in old if name in known]
    before: str | None = None
    for name in new:
        if name not in old:
            ordered.insert(ordered.index(before) + 1 if before is not None else 0, name)
        before = name
    return ordered
