# SPDX-License-Identifier: Apache-2.0
"""CONTRIBUTING.md: each path that it names exists, and each source file belongs to a row of its tables."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable

import pytest
from pages import BACKQUOTED, ROOT, prose, read, section, table_rows

PAGE = "CONTRIBUTING.md"
QUESTIONS = "Where do I change …?"
# A name is a path if it has a slash or one of these ends. NAME and FOLDER are placeholders.
PATH = re.compile(r"\.?[\w.-]+(/[\w.-]+)*/?")
ENDS = (".py", ".hpp", ".ipp", ".cpp", ".md", ".txt", ".json", ".cmake", ".sh", ".yml")
# A row that names one of these folders covers only the files directly in it.
TOO_LARGE = ("include/belfry/", "codegen/", "codegen/belfry_codegen/", "tests/", "tools/")
SOURCES = ("include/belfry", "codegen", "tools", "tests")
# A folder's __init__.py describes the folder. The reference and the licence are not code.
OUTSIDE = re.compile(
    r"/__init__\.py$|\.md$|^include/belfry/chime_sdk_voice/|^include/belfry/identity/(s3|signin|sso|sso_oidc|sts)[/.]"
)


def is_path(name: str) -> bool:
    """Whether a name in backquotes is that of a file or folder."""
    written = name.startswith(("./", "-")) or re.search(r"(?<![A-Z])(NAME|FOLDER)", name)
    return PATH.fullmatch(name) is not None and not written and ("/" in name or name.endswith(ENDS))


def sections() -> list[str]:
    """The titles of the tables of questions."""
    return re.findall(r"^### (.+)$", section(PAGE, QUESTIONS), re.MULTILINE)


def paths_in(text: str) -> list[str]:
    return [name for name in BACKQUOTED.findall(text) if is_path(name)]


def row_paths() -> list[str]:
    """All paths in the second columns of the tables."""
    return [
        path for title in sections() for row in table_rows(section(PAGE, title)) for path in paths_in(row[1])
    ]


def uncovered(files: Iterable[str], paths: Iterable[str]) -> list[str]:
    """The files that no path names, itself or by a folder."""
    named = set(paths)
    small = tuple(path for path in named if path.endswith("/") and path not in TOO_LARGE)
    flat = {path.rstrip("/") for path in named if path in TOO_LARGE}

    def covered(file: str) -> bool:
        # The bodies of NAME.hpp are in impl/NAME.ipp.
        header = re.sub(r"impl/(\w+)\.ipp$", r"\1.hpp", file)
        return file in named or header in named or file.startswith(small) or file.rpartition("/")[0] in flat

    return [file for file in files if not covered(file)]


def tracked_sources() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", *SOURCES], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("this is not a checkout of the repository")
    return [file for file in done.stdout.splitlines() if not OUTSIDE.search(file)]


@pytest.mark.parametrize("title", sections())
def test_paths_in_tables_exist(title: str) -> None:
    rows = list(table_rows(section(PAGE, title)))
    assert len(rows) >= 5
    for question, places in rows:
        paths = paths_in(places)
        assert paths, f"{question}: no path"
        assert [path for path in paths if not (ROOT / path).exists()] == [], question
        assert [path for path in paths if (ROOT / path).is_dir() and not path.endswith("/")] == [], question


def test_questions_are_asked_once() -> None:
    questions = [row[0] for title in sections() for row in table_rows(section(PAGE, title))]
    assert len(questions) >= 90
    assert sorted(questions) == sorted(set(questions))


def test_paths_in_the_text_exist() -> None:
    text = prose(PAGE)
    for title in sections():
        text = text.replace(section(PAGE, title), "")
    paths = paths_in(text)
    assert len(paths) >= 30
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_each_source_file_belongs_to_a_row() -> None:
    sources = tracked_sources()
    assert len(sources) >= 600
    assert uncovered(sources, row_paths()) == []


def test_a_file_in_no_row_is_found() -> None:
    new = "include/belfry/call/new.hpp"
    paths = ["include/belfry/", "tests/", "include/belfry/call/call.hpp", "include/belfry/codec/"]
    assert uncovered([new], paths) == [new]
    assert uncovered([new], [*paths, "include/belfry/call/"]) == []
    assert uncovered(["include/belfry/call/impl/call.ipp", "include/belfry/codec/x/y.hpp"], paths) == []
    assert uncovered(["include/belfry/new.hpp", "tests/new.cmake"], paths) == []


def test_each_folder_of_tests_says_what_it_answers() -> None:
    listed = [
        path.removeprefix("tests/").strip("/")
        for row in table_rows(section(PAGE, "How the tests are organised"))
        for path in BACKQUOTED.findall(row[0])
    ]
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("*.*")) and path.is_dir()}
    # Code that the tests share.
    folders -= {"support", "__pycache__"}
    assert sorted(listed) == sorted(folders | {"unit", "golden"})


def test_the_page_names_each_table() -> None:
    anchors = re.findall(r"\]\(#([^)]+)\)", read(PAGE))
    assert anchors == [title.lower().replace(" ", "-") for title in sections()]
