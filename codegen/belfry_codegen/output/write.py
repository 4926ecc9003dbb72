# SPDX-License-Identifier: Apache-2.0
"""Writes rendered files: all or none, only changed ones, and never over files that are not generated.

Paths of files are texts: a catalogue has a hundred thousand of them, and `Path` takes as long as the system.
"""

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
    """The changes that make a folder hold the rendered files.

    `removed` has generated files, and the temporary folders of runs that were killed.
    """

    changed: Mapping[str, str]
    removed: tuple[Path, ...]
    unchanged: int

    @property
    def empty(self) -> bool:
        return not self.changed and not self.removed


def plan(files: Mapping[str, str], owned: Iterable[Path] = ()) -> Plan:
    """Compares files with the disk. Other generated files in the `owned` folders are removed."""
    present: dict[str, frozenset[str]] = {}
    changed = {}
    for path, text in files.items():
        folder, name = os.path.split(path)
        if folder not in present:
            present[folder] = _names_in(folder)
        if name not in present[folder] or _read(path) != text:
            changed[path] = text
    found = [path for folder in owned for path in _contents(folder)]
    # As `Path`, because one file's path can be written in several ways.
    wanted = set(map(Path, files)) if found else set()
    stale = [path for path in found if path not in wanted and (path.is_dir() or _is_generated(path))]
    return Plan(changed, tuple(sorted(stale)), len(files) - len(changed))


def _contents(folder: Path) -> Iterator[Path]:
    """All files below a folder. A temporary folder stands for the files in it."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.is_file() or path.name.startswith(_STAGING):
                yield path
            elif not path.is_symlink():
                yield from _contents(path)


def _names_in(folder: str) -> frozenset[str]:
    """The names in a folder, so that files which are not there need not be opened."""
    try:
        return frozenset(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def refuse_others(todo: Plan) -> None:
    """Fails if a file that would be written exists and was not generated."""
    for path in todo.changed:
        if os.path.isfile(path) and os.path.getsize(path) != 0 and not _is_generated(path):
            raise UsageError(
                f"{path}: this file exists and was not generated; move it, or choose another --out"
            )


def write_all(todo: Plan, staging: Path) -> None:
    """Writes everything to a temporary folder in `staging`, then moves it, so that no file is half-written.

    `staging` must be on the same file system as the files.
    """
    if todo.changed:
        staging.mkdir(parents=True, exist_ok=True)
        room = tempfile.mkdtemp(prefix=_STAGING, dir=staging)
        try:
            staged = _write_staged(todo.changed, room)
            for folder in staged:
                # A folder that is there is made again, which fails if it is not a folder.
                os.makedirs(folder if os.path.lexists(folder) else os.path.dirname(folder), exist_ok=True)
            with _uninterrupted():
                for folder, temporary in staged.items():
                    _move(temporary, folder)
                _remove(todo.removed)
        finally:
            shutil.rmtree(room, ignore_errors=True)
    else:
        _remove(todo.removed)


def _write_staged(files: Mapping[str, str], room: str) -> dict[str, str]:
    """Writes files into folders in `room`. Returns them by the folders that they become, outer first."""
    folders = sorted({os.path.dirname(path) for path in files})
    staged = {folder: os.path.join(room, str(number)) for number, folder in enumerate(folders)}
    for temporary in staged.values():
        os.mkdir(temporary)
    for path, text in files.items():
        folder, name = os.path.split(path)
        # Bytes, so that line ends are the same on every platform.
        _write(os.path.join(staged[folder], name), text.encode("utf-8"))
    return staged


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


def _move(temporary: str, folder: str) -> None:
    """Moves all files to a folder; if it does not exist yet, by a single call."""
    if not os.path.lexists(folder):
        os.rename(temporary, folder)
        return
    for name in os.listdir(temporary):
        os.replace(os.path.join(temporary, name), os.path.join(folder, name))


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
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


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8")
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        return None


def _is_generated(path: Path | str) -> bool:
    try:
        with open(path, "rb") as file:
            return MARKER.encode() in file.read(400)
    except OSError:
        return False
