# SPDX-License-Identifier: Apache-2.0
"""Finds the repository, for the defaults of command lines."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from pathlib import Path

from belfry_codegen.model.errors import UsageError


def repository_root(holds: str) -> Path:
    """The folder that has that part of the repository: its root, an installation's, or the current one."""
    folders = Path(__file__).resolve().parents
    # pip installs headers and models in the package, CMake installs headers beside the generator's share/.
    for root in (*folders[3:4], folders[1] / "share", *folders[5:6]):
        if (root / holds).is_dir():
            return root
    return Path()


def cache_folder(name: str) -> Path:
    """A folder for what a command keeps: in a checkout `.belfry`, otherwise the user's cache folder."""
    root = checkout()
    if root is not None:
        return root / ".belfry" / name
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if home.startswith("/") else Path.home() / ".cache") / "belfry" / name


def checkout() -> Path | None:
    """The root of the repository, if this generator is that of a checkout and not an installed one."""
    root = repository_root("api-models")
    return root if (root / "belfry").is_file() else None


def own_command(*arguments: str) -> str:
    """A command of `belfry-codegen` as it can be typed here: the checkout's, the package's, or Python's."""
    root = checkout()
    if root is not None:
        script = "./belfry" if root == Path.cwd() else str(root / "belfry")
        return shlex.join([script, *arguments])
    if shutil.which("belfry-codegen"):
        return shlex.join(["belfry-codegen", *arguments])
    # As CMake installs it: a folder that Python does not know.
    codegen = shlex.quote(str(Path(__file__).resolve().parents[2]))
    return f"PYTHONPATH={codegen} {shlex.join([sys.executable, '-m', 'belfry_codegen', *arguments])}"


def add_include_option(parser: argparse.ArgumentParser) -> None:
    """Adds the option `--include`, whose default is the folder of headers that belongs to this generator."""
    parser.add_argument(
        "--include",
        type=Path,
        default=repository_root("include/belfry") / "include",
        metavar="DIR",
        help="the folder with belfry's headers",
    )


def check_include(folder: Path) -> None:
    """Fails if `--include` names a folder without the library's headers."""
    if not (folder / "belfry" / "version.hpp").is_file():
        raise UsageError(f"{folder}: this folder does not hold belfry's headers; give theirs with --include")
