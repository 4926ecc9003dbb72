# SPDX-License-Identifier: Apache-2.0
"""Runs `belfry docs`, and reads the pages that it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

import bs4

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("BELFRY_SHARED", ROOT.parent / "shared"))
SERVICE = "chime-sdk-voice"


def run_docs(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "belfry_codegen.commands.docs", *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "codegen")},
        stdin=subprocess.DEVNULL,
    )


class Page:
    """A page of a site."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree: Any = bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")

    @cached_property
    def ids(self) -> set[str]:
        """The anchors of the page."""
        return {str(element["id"]) for element in self.tree.find_all(id=True)}

    @property
    def links(self) -> list[str]:
        """The addresses of links."""
        return [str(element["href"]) for element in self.tree.find_all("a", href=True)]

    @property
    def loaded(self) -> list[str]:
        """The addresses of everything that a browser loads with the page."""
        return [
            str(element[attribute])
            for tag, attribute in (
                ("script", "src"),
                ("img", "src"),
                ("iframe", "src"),
                ("link", "href"),
                ("source", "src"),
                ("object", "data"),
            )
            for element in self.tree.find_all(tag)
            if element.has_attr(attribute)
        ]

    def entry(self, anchor: str) -> Any:
        """The element with that anchor."""
        found = self.tree.find(id=anchor)
        assert found is not None, f"{self.path.name} has no #{anchor}"
        return found

    def names(self, prefix: str) -> set[str]:
        """The names of all members in the list whose anchors have that prefix."""
        return {
            str(element.find("code", class_="name").get_text())
            for element in self.tree.select("ul.entries > li")
            if str(element.get("id", "")).startswith(f"{prefix}-")
        }

    def section(self, anchor: str) -> str:
        """The text between a heading and the next one of its level."""
        parts = []
        for element in self.entry(anchor).find_next_siblings():
            if element.name == "h2":
                break
            parts.append(element.get_text(" "))
        return " ".join(" ".join(parts).split())

    def code(self, anchor: str) -> str:
        """The first code after a heading."""
        return str(self.entry(anchor).find_next("pre").get_text())

    @property
    def text(self) -> str:
        """All text of the page."""
        return " ".join(self.tree.get_text(" ").split())


class Site:
    """The folder of a site."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: dict[Path, Page] = {}

    def page(self, name: str) -> Page:
        """The page of that path, such as `chime-sdk-voice/index`."""
        return self.at(self.folder / f"{name}.html")

    def operation(self, method: str) -> Page:
        """The page of an operation of the service."""
        return self.page(f"{SERVICE}/{method}")

    def at(self, path: Path) -> Page:
        """The page in that file."""
        return self._pages.setdefault(path, Page(path)) if path not in self._pages else self._pages[path]
