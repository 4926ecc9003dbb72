# SPDX-License-Identifier: Apache-2.0
"""Finds models where a user says they are: in a folder, in a release of botocore, in a git revision."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.repository import cache_folder
from belfry_codegen.model.errors import UsageError

FORMS = "a folder of models, a Smithy model's file, botocore==VERSION, or git:REVISION[:PATH]"
_RELEASE = re.compile(r"botocore(==[0-9][0-9A-Za-z.]*)?\Z")


class DownloadError(UsageError):
    """A release could not be fetched."""


@dataclass(frozen=True, slots=True)
class Source:
    """Models, and what the user calls them."""

    name: str
    models: Path
    is_release: bool = False
    """Whether they are a release of botocore, to which `update` moves and then keeps old spellings."""


@contextmanager
def open_source(text: str) -> Iterator[Source]:
    """The models that `text` names."""
    if is_release(text):
        try:
            with botocore_data(text.partition("==")[2] or None) as data:
                yield Source(text.replace("==", " "), data, is_release=True)
        except DownloadError as fault:
            raise UsageError(f"{fault}; give {FORMS}") from None
    elif text.startswith("git:"):
        revision, _, path = text.removeprefix("git:").partition(":")
        with tempfile.TemporaryDirectory(prefix="belfry-") as folder:
            _extract_revision(revision, path or "api-models", Path(folder))
            yield Source(revision, Path(folder) / (path or "api-models"))
    elif Path(text).exists():
        yield Source(text, Path(text))
    else:
        raise UsageError(f"{text}: there is no such file or folder; give {FORMS}")


def is_release(text: str) -> bool:
    """Whether the text names a release of botocore, and not a file or folder that is there."""
    return _RELEASE.match(text) is not None and not Path(text).exists()


@contextmanager
def botocore_data(version: str | None) -> Iterator[Path]:
    """The data folder of a release of botocore, the newest one for None, which pip downloads.

    A release that is named is kept.
    """
    kept = cache_folder(f"botocore-{version}") / "botocore" if version is not None else None
    if kept is not None and (kept / "data").is_dir():
        yield kept / "data"
        return
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
    # Where it is kept, because a file cannot be moved to another file system.
    where = kept.parent if kept is not None else None
    with tempfile.TemporaryDirectory(prefix="belfry-", dir=where) as name:
        package = _extract_models(_download(version, Path(name)), Path(name))
        yield (_moved(package, kept) if kept is not None else package) / "data"


def _moved(package: Path, kept: Path) -> Path:
    try:
        return package.rename(kept)
    except OSError:
        # Another process was faster.
        return kept if (kept / "data").is_dir() else package


def _download(version: str | None, folder: Path) -> Path:
    wanted = f"botocore=={version}" if version else "botocore"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--dest", str(folder), wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = sorted(folder.glob("botocore-*.whl"))
    if done.returncode != 0 or not wheels:
        reason = (done.stderr.strip().splitlines() or ["pip downloaded no wheel"])[-1]
        raise DownloadError(f"{wanted} could not be downloaded ({reason})")
    return wheels[-1]


def _extract_models(wheel: Path, folder: Path) -> Path:
    """The package with its models and its version, without its code."""
    with zipfile.ZipFile(wheel) as archive:
        wanted = [
            name
            for name in archive.namelist()
            if name.startswith("botocore/data/") or name == "botocore/__init__.py"
        ]
        archive.extractall(folder, wanted)
    return folder / "botocore"


def _extract_revision(revision: str, path: str, folder: Path) -> None:
    if revision.startswith("-") or path.startswith(("/", "-")) or ".." in path.split("/"):
        raise UsageError(f"git:{revision}:{path}: give a revision, and a path inside of the repository")
    done = subprocess.run(
        ["git", "archive", "--format=tar", revision, "--", path], capture_output=True, check=False
    )
    if done.returncode != 0:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["git failed"])[-1]
        raise UsageError(f"git:{revision}:{path}: {reason}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            target = (folder / member.name).resolve()
            if not target.is_relative_to(folder.resolve()):
                continue
            if member.isdir():
                target.mkdir(parents=True, exist_ok=True)
            elif member.isfile():
                target.parent.mkdir(parents=True, exist_ok=True)
                content = archive.extractfile(member)
                target.write_bytes(content.read() if content is not None else b"")
