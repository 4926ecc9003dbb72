# SPDX-License-Identifier: Apache-2.0
"""An overlay file whose wrong entries can be left out, one after the other, so that all are reported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from belfry_codegen.model import ir
from belfry_codegen.model.errors import MissingPartError, ModelError
from belfry_codegen.model.overlay import Overlay
from belfry_codegen.readers.files import load_json
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.overlay import parse_overlay

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class OverlayFile:
    """An overlay, with the errors that have been found in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[ModelError] = []
        """The errors of the entries that were left out; their file is followed by the line."""
        self.is_broken = False
        """Whether one of them is wrong for every model."""
        self._data = load_json(path)
        self._lines: dict[str, int] | None = None

    def read(self, shapes: Mapping[str, ir.Shape]) -> Overlay:
        """The overlay without the entries that were left out, for a model that has these shapes."""
        try:
            return parse_overlay(Node.of(str(self.path), "", self._data), shapes)
        except MissingPartError:
            raise
        except ModelError:
            self.is_broken = True
            raise

    def leave_out(self, fault: ModelError) -> bool:
        """Takes the entry with this error out of the overlay; false if it is not an entry of this file."""
        if fault.file != str(self.path) or not isinstance(self._data, dict):
            return False
        keys = _keys(self._data, fault.where)
        if keys is None:
            return False
        parent = _at(self._data, keys)
        if fault.key and isinstance(parent, dict) and fault.key in parent:
            keys.append(fault.key)
        if not keys:
            return False
        del _at(self._data, keys[:-1])[keys[-1]]
        self.faults.append(self._located(fault, ".".join(keys)))
        return True

    def _located(self, fault: ModelError, path: str) -> ModelError:
        if self._lines is None:
            self._lines = dict(key_lines(self.path.read_text(encoding="utf-8")))
        line = self._lines.get(path)
        file = fault.file if line is None else f"{fault.file}:{line}"
        return type(fault)(file, fault.where, fault.what, fault.key)


def key_lines(text: str) -> Iterator[tuple[str, int]]:
    """The path of each key of an object in valid JSON, its parts joined by dots, and the key's line."""
    keys: list[str | None] = []  # of the objects around the token; None for a list
    line, position = 1, 0
    before = ""
    for token in _TOKEN.finditer(text):
        line += text.count("\n", position, token.start())
        position = token.start()
        if token[0] in "{[":
            keys.append("" if token[0] == "{" else None)
        elif token[0] in "}]":
            keys.pop()
        elif token[0] != ":" and before in ("{", ",") and keys and keys[-1] is not None:
            keys[-1] = json.loads(token[0])
            if None not in keys:
                yield ".".join(str(key) for key in keys), line
        before = token[0]


def _keys(data: Any, path: str) -> list[str] | None:
    """The keys that lead to the place of that path; a key may contain dots."""
    if not path:
        return []
    if isinstance(data, dict):
        for key, value in data.items():
            # The place of a part that a reader of models found is followed by a description of it.
            if path == key or path.startswith(f"{key}, "):
                return [key]
            if path.startswith(f"{key}.") and (rest := _keys(value, path[len(key) + 1 :])) is not None:
                return [key, *rest]
    return None


def _at(data: Any, keys: list[str]) -> Any:
    for key in keys:
        data = data[key]
    return data
