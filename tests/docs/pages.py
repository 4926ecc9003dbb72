# SPDX-License-Identifier: Apache-2.0
"""Reads the Markdown pages of the repository: code blocks, tables, links and names in backquotes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BACKQUOTED = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block; `line` is that of its first line of code."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def read(page: str) -> str:
    """The text of a page, by its path in the repository."""
    return (ROOT / page).read_text(encoding="utf-8")


def pages() -> list[str]:
    """Every page that is written by hand."""
    folders = [ROOT, ROOT / "docs", ROOT / "docs" / "adr", ROOT / "docs" / "guide", ROOT / "codegen"]
    return [path.relative_to(ROOT).as_posix() for folder in folders for path in sorted(folder.glob("*.md"))]


def code_blocks(page: str, language: str) -> list[Block]:
    """The page's blocks in that language, without the indentation that all lines of a block share."""
    text = read(page)
    return [
        Block(page, text[: match.start(3)].count("\n") + 1, language, textwrap.dedent(match[3]))
        for match in CODE.finditer(text)
        if match[2] == language
    ]


def prose(page: str) -> str:
    """The page without its code blocks."""
    return CODE.sub("", read(page))


def section(page: str, title: str) -> str:
    """The text below the heading of that title, up to the next heading that is not below it."""
    lines = read(page).splitlines()
    headings = [(i, line) for i, line in enumerate(lines) if re.match(r"#+ ", line)]
    for i, (start, heading) in enumerate(headings):
        if heading.lstrip("#").strip() == title:
            level = heading.index(" ")
            ends = [line for line, other in headings[i + 1 :] if other.index(" ") <= level]
            return "\n".join(lines[start + 1 : ends[0] if ends else None])
    raise AssertionError(f"{page} has no heading `{title}`")


def table_rows(text: str) -> Iterator[list[str]]:
    """The cells of each row of each table, headings left out."""
    for table in re.findall(r"(?:^ *\|.*\n?)+", text, re.MULTILINE):
        lines = table.strip().splitlines()
        for line in lines[2:]:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]
