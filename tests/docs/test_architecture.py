# SPDX-License-Identifier: Apache-2.0
"""docs/architecture.md: folders and arrows are those that the checkers allow, names are those in the code."""

from __future__ import annotations

import re
import runpy

import pytest
from pages import BACKQUOTED, ROOT, code_blocks, prose, section, table_rows

PAGE = "docs/architecture.md"
INCLUDE = ROOT / "include" / "belfry"
GENERATOR = ROOT / "codegen" / "belfry_codegen"

HEADERS = runpy.run_path(str(ROOT / "tools" / "check_includes.py"))
FOLDERS: dict[str, frozenset[str]] = HEADERS["BELOW"]
PACKAGES: dict[str, frozenset[str]] = runpy.run_path(str(ROOT / "tools" / "check_imports.py"))["BELOW"]
# Every other folder includes both of these, so that the page says it once.
GROUND = frozenset({"util", "core"})


def arrows(text: str, names: frozenset[str]) -> dict[str, frozenset[str]]:
    """The first and last cells of a table: who may include whom."""
    return {
        BACKQUOTED.findall(row[0])[0]: frozenset(
            name for name in BACKQUOTED.findall(row[-1]) if name in names
        )
        for row in table_rows(text)
    }


def test_table_of_folders_is_that_of_the_include_checker() -> None:
    drawn = arrows(section(PAGE, "The folders of the library"), frozenset(FOLDERS))
    assert set(drawn) == set(FOLDERS)
    for folder, below in FOLDERS.items():
        if folder == "impl":
            continue  # it includes every folder, and the page says so
        assert drawn[folder] | (below & GROUND) == below, folder
        assert below >= GROUND - {"util" if folder == "util" else "", "core" if folder in GROUND else ""}, (
            folder
        )


def test_table_of_packages_is_that_of_the_import_checker() -> None:
    drawn = arrows(section(PAGE, "Build time: from a model to headers"), frozenset(PACKAGES))
    assert drawn == {package: below - {package} for package, below in PACKAGES.items()}


@pytest.mark.parametrize("folder", sorted(set(FOLDERS) - {"impl"}))
def test_each_arrow_is_one_that_an_include_needs(folder: str) -> None:
    used = {
        name.split("/")[1]
        for header, names in HEADERS["graph_of"](ROOT / "include").items()
        if header.split("/")[1] == folder
        for name in names
        if name.count("/") > 1
    }
    assert FOLDERS[folder] - GROUND - used == frozenset()


def floors() -> list[list[str]]:
    """The folders in the drawing, from the top."""
    drawing = next(b.text for b in code_blocks(PAGE, "") if "on the wire" in b.text)
    lines = [re.findall(r"[a-z0-9]+", line) for line in drawing.splitlines()]
    return [floor for line in lines if (floor := [word for word in line if word in FOLDERS])]


def test_arrows_in_the_drawing_of_folders_point_down() -> None:
    drawn = floors()
    below: set[str] = set()
    for floor in reversed(drawn):
        for folder in floor:
            if folder not in ("transport", "interop"):
                assert FOLDERS[folder] <= below, folder
        below |= set(floor)
    assert sorted(name for floor in drawn for name in floor) == sorted(set(FOLDERS) - {"impl"})


NAMED = re.compile(r"`([\w:]+)` \(`([\w/.]+\.\w+)`\)")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)+/?")


def test_functions_and_types_are_where_the_page_says() -> None:
    named = NAMED.findall(" ".join(prose(PAGE).split()))
    assert len(named) >= 15
    for name, path in named:
        files = [base / path for base in (INCLUDE, GENERATOR, ROOT) if (base / path).is_file()]
        assert files, path
        text = files[0].read_text(encoding="utf-8")
        assert re.search(rf"\b{name.rpartition('::')[2]}\b", text), f"{name} is not in {path}"


def test_paths_exist() -> None:
    names = [name for name in BACKQUOTED.findall(prose(PAGE)) if PATH.fullmatch(name)]
    names = [
        name for name in names if not re.search(r"(?<![A-Z])(SERVICE|SHAPE|OPERATION|FOLDER|NAME)", name)
    ]
    assert len(names) >= 40
    bases = (INCLUDE, GENERATOR, ROOT)
    assert [name for name in names if not any((base / name).exists() for base in bases)] == []
