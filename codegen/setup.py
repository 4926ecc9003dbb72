# SPDX-License-Identifier: Apache-2.0
"""Adds Belfry's headers and models to the package, so that an installed generator needs no clone.

They are in folders beside this one. A source distribution has copies of them in the package, as a wheel does.
The other facts about the package are in pyproject.toml.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
SHARE = Path("belfry_codegen", "share")
FOLDERS = {"include": ("*.hpp", "*.ipp"), "api-models": ("*.json",)}
FILES = ("LICENSE", "NOTICE")


def shared_files() -> Iterable[tuple[Path, Path]]:
    """Each file that is added: where it is, and where in `SHARE` it belongs."""
    root = HERE / SHARE if (HERE / SHARE).is_dir() else HERE.parent
    for name in FILES:
        yield root / name, Path(name)
    for folder, patterns in FOLDERS.items():
        found = sorted(path for pattern in patterns for path in (root / folder).rglob(pattern))
        if not found:
            raise SystemExit(
                f"{root / folder}: this folder has no {' or '.join(patterns)}, build from a checkout"
            )
        for path in found:
            yield path, path.relative_to(root)


def copy_shared_files(package_root: Path) -> None:
    """Copies them to the package in this folder."""
    for source, name in shared_files():
        target = package_root / SHARE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


class BuildPython(build_py):
    """Makes the contents of a wheel."""

    def run(self) -> None:
        super().run()
        # An editable installation uses the checkout's own folders.
        if not self.editable_mode:
            copy_shared_files(Path(self.build_lib))


class SourceDistribution(sdist):
    """Makes a source distribution."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> Any:
        super().make_release_tree(base_dir, files)
        copy_shared_files(Path(base_dir))


setup(cmdclass={"build_py": BuildPython, "sdist": SourceDistribution})
