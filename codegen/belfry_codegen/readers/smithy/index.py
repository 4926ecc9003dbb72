# SPDX-License-Identifier: Apache-2.0
"""Which services are in Smithy's files, and a memory of it: to know it, a file must be read as a whole."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from belfry_codegen.readers import files

_HEAD = 65536
_FORM = 1
Services = dict[str, tuple[str, str]]


class SmithyIndex:
    """Remembers, in a cache if there is one, what files hold while their sizes and times stay as they are."""

    def __init__(self, cache: Path | None = None) -> None:
        self._file = cache / f"smithy-{_FORM}.json" if cache is not None else None
        self._known: dict[str, list[object]] = {}
        self._seen: dict[str, list[object]] = {}
        if self._file is not None:
            with suppress(OSError, ValueError):
                self._known = dict(json.loads(self._file.read_text(encoding="utf-8")))

    def services(self, path: Path) -> Services:
        """The services of a file by their names: id and version; none for a file of another format."""
        key = str(path.absolute())
        status = path.stat()
        state = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        entry = self._known.get(key)
        if isinstance(entry, list) and entry[:3] == state and len(entry) == 4 and isinstance(entry[3], dict):
            self._seen[key] = entry
            return {name: (shape_id, version) for name, (shape_id, version) in entry[3].items()}
        if not is_smithy(path):  # which its beginning tells
            return {}
        from belfry_codegen.readers.smithy import service as smithy

        found = smithy.service_names(path)
        self._seen[key] = [*state, found]
        return found

    def save(self) -> None:
        """Forgets files that are no longer there, and keeps the rest."""
        if self._file is None or all(self._known.get(key) == entry for key, entry in self._seen.items()):
            return
        kept = {key: entry for key, entry in self._known.items() if Path(key).exists()}
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._file.with_name(f".{self._file.name}-{os.getpid()}")
            temporary.write_text(json.dumps({**kept, **self._seen}), encoding="utf-8")
            temporary.replace(self._file)


def is_smithy(path: Path) -> bool:
    """Whether a file has the key `smithy` at its top, where every writer of the format puts it first."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if b'"smithy"' not in head:
            return False
    if head.lstrip().removeprefix(b"{").lstrip().startswith(b'"smithy"'):
        return True
    data = files.load_json(path)
    return isinstance(data, dict) and "smithy" in data
