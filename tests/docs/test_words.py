# SPDX-License-Identifier: Apache-2.0
"""The words that docs/style.md asks for, in comments, docstrings, pages, messages and names of tests."""

from __future__ import annotations

import re
import subprocess

import pytest
from pages import ROOT, section, table_rows
from words import fault_of, fault_of_name, names_of_tests, sentences

KINDS = re.compile(r"\.(py|md|hpp|cpp|ipp|cmake|sh|yml)$|(^|/)(CMakeLists|requirements\S*)\.txt$|^belfry$")
# The text of generated headers is the generator's. The style page and this test's module quote idioms.
OUTSIDE = re.compile(
    r"^include/belfry/(chime_sdk_voice|identity/(s3|signin|sso|sso_oidc|sts)[/.])|^tests/golden/expected/|^docs/style\.md$|^tests/docs/(test_)?words\.py$"
)
ALLOWED = {
    "A belfry is the room of the bells.": "the literal meaning, for the names in the example",
}
"""Sentences with a word of the list that are plain, each with the reason."""


def hand_written() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is not a checkout of the repository")
    return [file for file in done.stdout.splitlines() if KINDS.search(file) and not OUTSIDE.search(file)]


def test_sentences_have_their_subject_and_no_idioms() -> None:
    files = hand_written()
    assert len(files) >= 600
    found = [
        sentence
        for file in files
        for sentence in sentences(file, (ROOT / file).read_text(encoding="utf-8"))
        if fault_of(sentence.text) is not None
    ]
    faults = [f"{each} [{fault_of(each.text)}]" for each in found if each.text not in ALLOWED]
    assert faults == []
    assert {each.text for each in found} == set(ALLOWED), "an allowed sentence is not there"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", '"""Whoever calls this must wait."""\n'),
        ("a.py", "x = 1  # nobody takes them\n"),
        ("a.py", "def f() -> None:\n    # The first line.\n    # What came is lost.\n    pass\n"),
        ("a.hpp", "/// The list.\n/// Of these, the last counts.\n"),
        ("a.cpp", "    f(); // an error that is as good as none\n"),
        ("include/a.ipp", '    fail("this is no number");\n'),
        ("a.md", "A thread\nof its own waits.\n"),
        ("a.md", "- Nothing is sent.\n"),
        ("CMakeLists.txt", "# It begins anew.\n"),
    ],
)
def test_a_planted_sentence_is_found(file: str, text: str) -> None:
    [fault] = [each for each in sentences(file, text) if fault_of(each.text) is not None]
    assert fault.line == text[: text.find(fault.text.split()[0])].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.py", 'def f() -> str:\n    """The reason."""\n    return "nobody"\n'),
        ("a.hpp", "// There is no thread, and room for one.\n"),
        ("a.cpp", 'CHECK(text == "nobody is here");\n'),
        ("a.md", "What does it do? It is no longer `as good as`.\n"),
        ("a.md", "| What nobody says |\n|---|\n"),
        ("a.md", "```\nwhoever\n```\n"),
    ],
)
def test_plain_text_and_code_are_not_reported(file: str, text: str) -> None:
    assert [each for each in sentences(file, text) if fault_of(each.text) is not None] == []


def test_the_examples_of_the_style_page_are_judged_as_it_says() -> None:
    rows = list(table_rows(section("docs/style.md", "Sentences")))
    assert len(rows) >= 4
    assert [after for _, after in rows if fault_of(after) is not None] == []
    assert sum(fault_of(before) is not None for before, _ in rows) >= 2


def test_names_of_tests_are_plain_sentences() -> None:
    named = [
        (file, name)
        for file in hand_written()
        for name in names_of_tests(file, (ROOT / file).read_text(encoding="utf-8"))
    ]
    assert len(named) >= 1000
    assert [f"{file}: {name}" for file, name in named if fault_of_name(name) is not None] == []


@pytest.mark.parametrize(
    "name",
    [
        "A request is signed",
        "test 29 keys for encryption",
        "Who has nothing to sign with gets no URL",
        "what is no URL is refused",
        "of two handlers the first is called",
        "nobody can smuggle a header",
        "is the list empty?",
    ],
)
def test_a_planted_name_of_a_test_is_found(name: str) -> None:
    assert fault_of_name(name) is not None


@pytest.mark.parametrize(
    "name", ["JSON is read", "SHA-256 agrees with OpenSSL", "EC2's output", "a 404 is final"]
)
def test_a_plain_name_of_a_test_is_not_reported(name: str) -> None:
    assert fault_of_name(name) is None
