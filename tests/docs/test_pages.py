# SPDX-License-Identifier: Apache-2.0
"""Rules for every page: links lead somewhere, and C++ in them is compiled somewhere."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from pages import BACKQUOTED, LINK, ROOT, Block, code_blocks, pages, prose, read, table_rows

# Pages for people who write programs. Decision records show what was tried, too.
FOR_USERS = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/own-transport.md",
    "docs/architecture.md",
    "docs/settings.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "guide").glob("*.md")),
]
# Programs that every build compiles.
COMPILED = sorted(
    path
    for folder in ("examples", "tests/transport_kit", "tests/servers", "tests/docs", "tests/unit/testing")
    for path in (ROOT / folder).rglob("*.cpp")
)


@pytest.mark.parametrize("page", pages())
def test_links_lead_to_files_that_exist(page: str) -> None:
    folder = (ROOT / page).parent
    links = [link for link in LINK.findall(prose(page)) if "://" not in link and not link.startswith("#")]
    assert [link for link in links if not (folder / link.partition("#")[0]).exists()] == []


def is_quoted(block: Block, path: Path) -> bool:
    """Whether the block's lines stand one after the other in the file, at any indentation."""
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = block.text.rstrip("\n").splitlines()
    return any(
        textwrap.dedent("\n".join(lines[start : start + len(wanted)])).splitlines() == wanted
        for start, line in enumerate(lines)
        if line.strip() == wanted[0].strip()
    )


@pytest.mark.parametrize("block", [b for page in FOR_USERS for b in code_blocks(page, "cpp")], ids=str)
def test_samples_are_lines_of_a_program_that_is_compiled(block: Block) -> None:
    assert any(is_quoted(block, path) for path in COMPILED), (
        f"{block}: these lines stand in no program of examples/; copy them from one:\n{block.text}"
    )


def test_headers_that_moved_are_where_the_changelog_says() -> None:
    moved = [now for _, cell in table_rows(read("CHANGELOG.md")) for now in BACKQUOTED.findall(cell)]
    assert len(moved) >= 20
    assert [now for now in moved if not (ROOT / "include" / "belfry" / now).is_file()] == []
