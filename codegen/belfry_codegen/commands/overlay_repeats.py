# SPDX-License-Identifier: Apache-2.0
"""Finds entries of an overlay that say what the model says by itself."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belfry_codegen.model import ir
from belfry_codegen.model.errors import ModelError
from belfry_codegen.model.protocols import choose_protocol
from belfry_codegen.model.records import replace
from belfry_codegen.passes.documentation import without_documentation
from belfry_codegen.passes.overlay import apply_overlay
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.overlay import overlay_files, parse_overlay
from belfry_codegen.readers.overlay_file import key_lines

_FACTS = {"operations": 2, "shapes": 2, "service": 1, "inputs": 2}
"""Sections whose entries hold facts that can be removed one by one, and the depth at which these are."""
_DEEPER = frozenset({"members", "enumDocumentation", "headers", "endpointParameters"})
"""Keys of such entries with facts one level below, or two for members."""
_WHOLE = {"pagination": 1, "waiters": 1, "newShapes": 1, "newMembers": 2, "exceptionMembers": 1}
"""Sections whose entries can be removed only as a whole, and their depth."""


def repeated_entries(model: ir.Service, path: Path) -> list[str]:
    """The entries of an overlay without which the service is the same, each as `FILE:LINE: KEYS`.

    `model` is the service as its model states it. Entries that do not fit it are not among them.
    """
    service = without_documentation(
        replace(model, chosen_protocol=choose_protocol(model.protocols, model.id))
    )
    for other in overlay_files(service.id, path):
        if other != path:
            service = _applied(service, other, load_json(other)) or service
    data = load_json(path)
    whole = _applied(service, path, data)
    if whole is None:
        return []
    lines = dict(key_lines(path.read_text(encoding="utf-8")))
    found = []
    for keys in _entries(data):
        rest = copy.deepcopy(data)
        parent = rest
        for key in keys[:-1]:
            parent = parent[key]
        del parent[keys[-1]]
        if _applied(service, path, rest) == whole:
            name = ".".join(keys)
            found.append(f"{path}:{lines[name]}: {name}" if name in lines else f"{path}: {name}")
    return found


def _applied(service: ir.Service, path: Path, data: Any) -> ir.Service | None:
    """The service with an overlay; None if the overlay does not fit it."""
    try:
        return apply_overlay(service, parse_overlay(Node.of(str(path), "", data), service.shapes))
    except ModelError:
        return None


def _entries(data: Any) -> Iterator[tuple[str, ...]]:
    for section, content in data.items():
        if not isinstance(content, dict):
            continue
        if section in _WHOLE:
            yield from _at_depth((section,), content, _WHOLE[section])
        elif section in _FACTS:
            for keys in _at_depth((section,), content, _FACTS[section]):
                yield from _facts(keys, data)


def _at_depth(keys: tuple[str, ...], content: Any, depth: int) -> Iterator[tuple[str, ...]]:
    for key, value in content.items():
        if depth == 1:
            yield (*keys, key)
        elif isinstance(value, dict):
            yield from _at_depth((*keys, key), value, depth - 1)


def _facts(keys: tuple[str, ...], data: Any) -> Iterator[tuple[str, ...]]:
    value = data
    for key in keys:
        value = value[key]
    if keys[-1] in _DEEPER and isinstance(value, dict):
        yield from _at_depth(keys, value, 2 if keys[-1] == "members" else 1)
    else:
        yield keys
