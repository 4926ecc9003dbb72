# SPDX-License-Identifier: Apache-2.0
"""CONTRIBUTING.md: each path that it names exists, and its lists are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import BACKQUOTED, ROOT, prose, read, section, table_rows

PAGE = "CONTRIBUTING.md"
# What looks like a path: it has a slash or one of these ends. NAME and ROOM are to be filled in.
PATH = re.compile(r"\.?[\w.-]+(/[\w.-]+)*/?")
ENDS = (".py", ".hpp", ".ipp", ".cpp", ".md", ".txt", ".json", ".cmake", ".sh", ".yml")


def is_path(name: str) -> bool:
    """Whether a name in backquotes is that of a file or folder."""
    written = name.startswith(("./", "-")) or re.search(r"(?<![A-Z])(NAME|ROOM)", name)
    return PATH.fullmatch(name) is not None and not written and ("/" in name or name.endswith(ENDS))


def sections() -> list[str]:
    """The tables of paths."""
    return re.findall(r"^### (.+)$", read(PAGE), re.MULTILINE)


def base_of(title: str) -> Path:
    """Where the paths of a table begin."""
    match = re.search(r"^Paths begin in `([^`]+)`\.$", section(PAGE, title), re.MULTILINE)
    return ROOT / match[1] if match else ROOT


@pytest.mark.parametrize("title", sections())
def test_paths_in_tables_exist(title: str) -> None:
    base = base_of(title)
    assert base.is_dir()
    rows = list(table_rows(section(PAGE, title)))
    assert len(rows) >= 5
    for question, places in rows:
        paths = [name for name in BACKQUOTED.findall(places) if is_path(name)]
        assert paths, f"{question}: no path"
        missing = [path for path in paths if not (base / path).exists() and not (ROOT / path).exists()]
        assert missing == [], question


def test_paths_in_the_text_exist() -> None:
    text = prose(PAGE)
    for title in sections():
        text = text.replace(section(PAGE, title), "")
    paths = [name for name in BACKQUOTED.findall(text) if is_path(name)]
    assert len(paths) >= 30
    bases = [ROOT, ROOT / "include" / "belfry", ROOT / "codegen" / "belfry_codegen", ROOT / "tests"]
    assert [path for path in paths if not any((base / path).exists() for base in bases)] == []


def test_each_folder_of_tests_says_what_it_answers() -> None:
    listed = [
        name.strip("/")
        for row in table_rows(section(PAGE, "How the tests are organised"))
        for name in BACKQUOTED.findall(row[0])
    ]
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("*.*")) and path.is_dir()}
    # What tests are made with.
    folders -= {"support", "__pycache__"}
    assert sorted(listed) == sorted(folders | {"unit", "golden"})
