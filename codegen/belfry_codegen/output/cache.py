# SPDX-License-Identifier: Apache-2.0
"""Records what each service was generated from, so that unchanged services are skipped.

A record is valid only if nothing has changed: the generator and its templates, the model and its overlay (by
content), the options, and the files that were written (by size and time). Records lie in a cache folder and
not among the headers, which users put under version control. Without records every service is generated and
compared, with the same result.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from belfry_codegen.output.fingerprint import digest, package

_FOLDERS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Record:
    """The state of a service when it was generated."""

    key: str
    """The digest of everything that the service was generated from."""
    service_id: str
    namespace: str
    signature: str
    """The digest of the files that were written."""
    files: int
    note: str = ""
    """The message about the service, repeated as long as nothing changes."""
    misfits: Sequence[str] = ()


class Cache:
    """The records of one output folder; empty if `cache` is None or cannot be written."""

    def __init__(self, cache: Path | None, out: Path) -> None:
        self._out = out
        self._folder: Path | None = None
        if cache is None:
            return
        folder = cache / hashlib.sha256(os.fsencode(out.resolve())).hexdigest()[:16]
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
            self._folder = folder
            _forget_old(cache)

    def folder(self, name: str) -> Path | None:
        """A folder of that name among those of records, to keep something else in; None if there is none."""
        if self._folder is None:
            return None
        folder = self._folder.parent / name
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            os.utime(folder)
            return folder
        return None

    def load(self, name: str) -> Record | None:
        """The service's record, if there is one."""
        if self._folder is None:
            return None
        try:
            return Record(**json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, name: str, record: Record) -> None:
        """Replaces the service's record."""
        if self._folder is None:
            return
        with suppress(OSError):
            temporary = self._folder / f".{name}-{os.getpid()}"
            temporary.write_text(json.dumps(asdict(record)), encoding="utf-8")
            temporary.replace(self._folder / f"{name}.json")

    def holds(self, record: Record) -> bool:
        """Whether the files have not changed since the record was made."""
        return signature(self._out, record.namespace) == record.signature


def generator_key() -> str:
    """A digest of the generator, its templates, its libraries and the version of Python."""
    return digest([sys.version], [package(), *map(_folder_of, ("jinja2", "jmespath"))])


def _folder_of(library: str) -> Path:
    """The folder of a Python package. It is not imported, which takes longer than to read it."""
    spec = importlib.util.find_spec(library)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named '{library}'", name=library)
    return Path(spec.origin).parent


def signature(out: Path, namespace: str) -> str:
    """A digest of the names, sizes and times of a service's umbrella header and all files in its folder."""
    lines: list[str] = []
    folder = namespace.replace("::", "/")
    _list(str(out / "belfry" / folder), lines)
    umbrella = out / "belfry" / f"{folder}.hpp"
    with suppress(FileNotFoundError):
        lines.append(_line(str(umbrella), umbrella.stat()))
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()


def _list(folder: str, lines: list[str]) -> None:
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                _list(entry.path, lines)
            else:
                with suppress(FileNotFoundError):
                    lines.append(_line(entry.path, entry.stat()))


def _line(path: str, status: os.stat_result) -> str:
    # The inode's change time detects edits that restore the modification time.
    return f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _forget_old(cache: Path) -> None:
    folders = [path for path in cache.iterdir() if path.is_dir()]
    for path in sorted(folders, key=lambda path: path.stat().st_mtime)[:-_FOLDERS_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
