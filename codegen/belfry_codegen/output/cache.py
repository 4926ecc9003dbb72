# SPDX-License-Identifier: Apache-2.0
"""Remembers what was generated from what, so that an unchanged model costs nothing.

A record is believed only if everything is as it was: the generator and its templates, the model and its
overlay (by their contents), the options, and the files that were written (by their sizes and times). It lies
in a cache and not among the headers, which people put under version control. Without records everything is
generated and compared, and the outcome is the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from belfry_codegen.output.fingerprint import digest, package

_FOLDERS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a service since it was generated."""

    key: str
    """Of all that it was generated from."""
    service_id: str
    namespace: str
    signature: str
    """Of what was written."""
    files: int


class Cache:
    """The records of one output folder; none where `cache` is None or cannot be written."""

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

    def load(self, name: str) -> Record | None:
        """The service's record, if there is one."""
        if self._folder is None:
            return None
        try:
            return Record(**json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def save(self, name: str, record: Record) -> None:
        """Puts a record in the place of the service's last one."""
        if self._folder is None:
            return
        with suppress(OSError):
            temporary = self._folder / f".{name}-{os.getpid()}"
            temporary.write_text(json.dumps(asdict(record)), encoding="utf-8")
            temporary.replace(self._folder / f"{name}.json")

    def holds(self, record: Record) -> bool:
        """Whether the files are as they were when the record was made."""
        return signature(self._out, record.namespace) == record.signature


def generator_key() -> str:
    """Changes with the generator, its templates, and what runs it."""
    libraries = [metadata.version(name) for name in ("jinja2", "jmespath")]
    return digest([platform.python_version(), *libraries], [package()])


def signature(out: Path, namespace: str) -> str:
    """Of the files of a service, and of whatever else is in their folder: names, sizes and times."""
    lines: list[str] = []
    _list(str(out / "belfry" / namespace), lines)
    umbrella = out / "belfry" / f"{namespace}.hpp"
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
    # Nobody can set the time of the last change of an inode back.
    return f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _forget_old(cache: Path) -> None:
    folders = [path for path in cache.iterdir() if path.is_dir()]
    for path in sorted(folders, key=lambda path: path.stat().st_mtime)[:-_FOLDERS_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
