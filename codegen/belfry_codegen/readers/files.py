# SPDX-License-Identifier: Apache-2.0
"""Finds model files and parses their JSON."""

from __future__ import annotations

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from belfry_codegen.model.errors import ModelError, UsageError

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def load_json(path: Path) -> Any:
    """The JSON in a file, which is gzipped if its suffix says so. Raises ModelError for any fault."""
    name = str(path)
    try:
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        # A lone surrogate can be read but not written: report it here, with the file, and not while
        # rendering.
        if b"\\ud" in raw or b"\\uD" in raw:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise ModelError(name, "", f"not a complete gzip file: {fault}") from fault
    except UnicodeError as fault:
        raise ModelError(name, "", f"not UTF-8: {fault}") from fault
    except RecursionError as fault:
        raise ModelError(name, "", "the JSON is nested too deeply") from fault
    except ValueError as fault:
        raise ModelError(name, "", f"not JSON: {fault}") from fault
    except OSError as fault:
        raise ModelError(name, "", fault.strerror or str(fault)) from fault
    return value


_HEAD = 65536
_SPACE = re.compile(r"[ \t\r\n]*")


def load_part(path: Path, key: str) -> Any:
    """The JSON in a file, of which all keys but one may be left out: they are not read if `key` comes early.

    A fault behind that key is not noticed.
    """
    try:
        with cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb") as file:
            head = codecs.getincrementaldecoder("utf-8")().decode(file.read(_HEAD))
        return _part(head, key)
    except (EOFError, OSError, ValueError, IndexError, RecursionError, zlib.error):
        return load_json(path)


def _part(text: str, key: str) -> dict[str, Any]:
    """The member `key` of the object that `text` begins with. ValueError or IndexError if it ends first."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)

    def behind(symbol: str, at: int) -> int:
        at = _end(_SPACE, text, at)
        if text[at] != symbol:
            raise ValueError(f"expected {symbol}")
        return _end(_SPACE, text, at + 1)

    at = behind("{", 0)
    while True:
        name, at = decoder.raw_decode(text, at)
        value, at = decoder.raw_decode(text, behind(":", at))
        # Only a symbol behind it shows that a value is complete.
        if name == key and text[_end(_SPACE, text, at)] in ",}":
            return {key: value}
        at = behind(",", at)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def find_file(folder: Path, stem: str) -> Path | None:
    """`stem`.json or `stem`.json.gz in a folder, the plain one first."""
    for suffix in (".json", ".json.gz"):
        path = folder / (stem + suffix)
        if path.is_file():
            return path
    return None


def versions(service_folder: Path) -> list[str]:
    """API versions of a service that have a model, oldest first."""
    if not service_folder.is_dir():
        return []
    return sorted(
        folder.name
        for folder in service_folder.iterdir()
        if _VERSION.match(folder.name) and find_file(folder, "service-2")
    )


def services(models: Path) -> Iterator[tuple[str, str]]:
    """The name and the newest version of each service in a folder of models, ordered by name."""
    if not models.is_dir():
        raise UsageError(f"{models}: this folder does not exist")
    for folder in sorted(models.iterdir()):
        found = versions(folder)
        if found:
            yield folder.name, found[-1]


def deep_merge(base: dict[str, Any], extra: dict[str, Any]) -> None:
    """Merges `extra` into `base`: objects are merged key by key, any other value replaces the old one."""
    for key, value in extra.items():
        old = base.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            deep_merge(old, value)
        else:
            base[key] = value
