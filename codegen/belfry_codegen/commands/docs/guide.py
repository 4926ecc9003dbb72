# SPDX-License-Identifier: Apache-2.0
"""The pages of the repository for users, as sources of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_PAGES = ("README.md", "docs/guide/*.md", "docs/settings.md", "docs/own-transport.md", "CHANGELOG.md")
_ALONGSIDE = ("examples/**/*.cpp", "examples/**/*.hpp")
"""Files to which pages link; the site has copies of them."""
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
_TITLES = {"README.md": "Getting started"}


def guide_files(root: Path) -> list[Path]:
    """The pages, in the order in which the site lists them."""
    return [path for pattern in _PAGES for path in sorted(root.glob(pattern))]


def guide_titles(root: Path) -> list[tuple[str, str]]:
    """The name of each page in the site, and its title."""
    return [
        (str(path.relative_to(root).with_suffix("")), _TITLES.get(path.name) or _title(path))
        for path in guide_files(root)
    ]


def copy_guide(root: Path, to: Path) -> None:
    """Copies the pages, and what they link to. Links to other files of the repository become plain text."""
    pages = guide_files(root)
    linked = [path for pattern in _ALONGSIDE for path in sorted(root.glob(pattern))]
    known = {path.resolve() for path in (*pages, *linked)}
    for path in linked:
        _target(root, path, to).write_bytes(path.read_bytes())
    for path in pages:
        text = path.read_text(encoding="utf-8")
        _target(root, path, to).write_text("".join(_with_links(text, path, known)), encoding="utf-8")


def _target(root: Path, path: Path, to: Path) -> Path:
    target = to / path.relative_to(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _title(path: Path) -> str:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            return line[2:].strip()
    return path.stem


def _with_links(text: str, page: Path, known: set[Path]) -> Iterator[str]:
    def link(found: re.Match[str]) -> str:
        address, _, _ = found[2].partition("#")
        if "://" in address or not address or (page.parent / address).resolve() in known:
            return found[0]
        return found[1]

    fenced = False
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        yield line if fenced else _LINK.sub(link, line)
