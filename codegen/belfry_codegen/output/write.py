# SPDX-License-Identifier: Apache-2.0
"""Writes rendered files: all or none, only changed ones, and never over files that are not generated."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import types
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen import MARKER
from belfry_codegen.model.errors import UsageError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_STAGING = ".belfry-"


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes that make a folder hold the rendered files."""

    changed: Mapping[Path, str]
    removed: tuple[Path, ...]
    unchanged: int

    @property
    def empty(self) -> bool:
        return not self.changed and not self.removed


def plan(files: Mapping[Path, str], owned: Iterable[Path] = ()) -> Plan:
    """Compares files with the disk. Other generated files in the `owned` folders are removed."""
    changed = {path: text for path, text in files.items() if _read(path) != text}
    stale = [
        path
        for folder in owned
        if folder.is_dir()
        for path in folder.rglob("*")
        if path not in files and path.is_file() and (_is_left_over(path) or _is_generated(path))
    ]
    return Plan(changed, tuple(sorted(stale)), len(files) - len(changed))


def refuse_others(todo: Plan) -> None:
    """Fails if a file that would be written exists and was not generated."""
    for path in todo.changed:
        if path.is_file() and path.stat().st_size != 0 and not _is_generated(path):
            raise UsageError(
                f"{path}: this file exists and was not generated; move it, or choose another --out"
            )


def write_all(todo: Plan, staging: Path) -> None:
    """Writes everything to a temporary folder in `staging`, then moves it, so that no file is half-written.

    `staging` must be on the same file system as the files.
    """
    if todo.changed:
        staging.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=_STAGING, dir=staging))
        try:
            written = [(room / str(number), path) for number, path in enumerate(todo.changed)]
            for temporary, path in written:
                # Bytes, so that line ends are the same on every platform.
                temporary.write_bytes(todo.changed[path].encode("utf-8"))
            for folder in {path.parent for path in todo.changed}:
                folder.mkdir(parents=True, exist_ok=True)
            with _uninterrupted():
                for temporary, path in written:
                    temporary.replace(path)
                _remove(todo.removed)
        finally:
            shutil.rmtree(room, ignore_errors=True)
    else:
        _remove(todo.removed)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink()
        with suppress(OSError):
            path.parent.rmdir()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Defers an interrupt until the block ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    interrupts: list[tuple[int, types.FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: interrupts.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupts and callable(before):
        before(*interrupts[0])


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Makes a folder and locks it against other processes, where the system can lock folders."""
    folder.mkdir(parents=True, exist_ok=True)
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
        with suppress(OSError):  # not empty: files were written
            folder.rmdir()


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None


def _is_left_over(path: Path) -> bool:
    """Whether the file was left by a run that was killed."""
    return path.parent.name.startswith(_STAGING)


def _is_generated(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return MARKER.encode() in file.read(400)
    except OSError:
        return False
