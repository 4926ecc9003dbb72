# SPDX-License-Identifier: Apache-2.0
"""Reads what generated code keeps of earlier models, which `update` writes beside a model or into a lock."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from belfry_codegen.model.ir import NO_SPELLINGS, Spellings
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node, describe

SPELLINGS = "spellings.json"
"""The name of the file beside a model."""
_KEYS = ("names", "orders")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def read_spellings(path: Path) -> Spellings:
    """The spellings in a file; none if it is not there."""
    return parse_spellings(Node.of(str(path), "", load_json(path))) if path.is_file() else NO_SPELLINGS


def parse_spellings(node: Node) -> Spellings:
    """The spellings in a parsed file."""
    for key in node.data:
        if key not in _KEYS:
            node.fail(f"unknown key '{key}'{close_matches(key, _KEYS)}; known are {', '.join(_KEYS)}", key)
    names, orders = (node.child(key, node.place.at(key).where) for key in _KEYS)
    return Spellings(
        {name: _shape(names, name) for name in names.data} if names is not None else {},
        {shape: _order(orders, shape) for shape in orders.data} if orders is not None else {},
    )


def _shape(names: Node, name: str) -> str:
    if not _NAME.fullmatch(name):
        names.fail(f"'{name}' is not a name of a C++ type", name)
    return names.required_text(name)


def _order(orders: Node, shape: str) -> tuple[str, ...]:
    members = orders.data[shape]
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        orders.fail(f"'{shape}' must be a list of names, not {describe(members)}", shape)
    if len(set(members)) < len(members):
        orders.fail(f"'{shape}' has a member twice", shape)
    return tuple(members)


def spellings_object(spellings: Spellings) -> dict[str, Any]:
    """The spellings as JSON, without what is empty."""
    found: dict[str, Any] = {}
    if spellings.names:
        found["names"] = dict(sorted(spellings.names.items()))
    if spellings.orders:
        found["orders"] = {shape: list(order) for shape, order in sorted(spellings.orders.items())}
    return found
