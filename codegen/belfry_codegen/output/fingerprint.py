# SPDX-License-Identifier: Apache-2.0
"""Digests of the inputs of a result."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def digest(words: Iterable[str], paths: Iterable[Path] = ()) -> str:
    """A short digest of words and of the names and contents of files; of a folder, all files in it."""
    return whole_digest(words, paths)[:16]


def whole_digest(words: Iterable[str], paths: Iterable[Path] = ()) -> str:
    """The same with all 64 digits."""
    found = hashlib.sha256()
    for word in words:
        found.update(word.encode() + b"\0")
    for path in paths:
        for file in sorted(_files(path)):
            found.update(file.name.encode() + b"\0")
            found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def package() -> Path:
    """The folder of the generator itself: its code, its templates and its data."""
    return Path(__file__).resolve().parents[1]


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        yield from (Path(folder) / name for name in names if not name.endswith(".pyc"))


def library_headers(include: Path) -> list[Path]:
    """Belfry's own headers. A folder with a `service.hpp` is generated and left out."""
    root = include / "belfry"
    return [
        entry
        for entry in sorted(root.iterdir())
        if (entry.is_dir() and entry.name != "transport" and not (entry / "service.hpp").exists())
        or (entry.suffix == ".hpp" and not (root / entry.stem / "service.hpp").exists())
    ]
