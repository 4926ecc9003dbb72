# SPDX-License-Identifier: Apache-2.0
"""Finds sentences in comments, docstrings, pages and messages that docs/style.md does not allow."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

BEGINNINGS = re.compile(
    r"\W*(Who|Whoever|Whose|What|Whatever|Whichever|Of|Nobody|Nothing|No one|For who(?:ever)?)\b"
)
"""A sentence that begins in this way hides its subject, unless it is a question."""
PHRASES = {
    "is not a, does not have": r"(?<!there )\b(is|are|was|were) no\b(?! (longer|more|less|later|earlier)\b)",
    "name the subject": r"\b(nobody|somebody|whoever|no one)\b",
    "its own X": r"\bof (its|their|his|her|our|your|one's) own\b",
    "like": r"\bas good as\b",
    "nevertheless, equal": r"\ball the same\b",
    "again": r"\banew\b",
    "except for": r"\bsave for\b",
    "or": r"\bbe it\b",
    "discard": r"\bthrow(s|n)? away\b",
    "pass": r"\bhand(s|ed)? on\b",
    "named like": r"\bcalled like\b",
    "already, no longer": r"\bby now\b",
    "interface": r"\b(seams?|ropes?)\b",
    "folder": r"(?<!is )(?<!no )(?<!enough )\brooms?\b(?! for\b)",
}
"""Idioms, each with the plain words for it."""


@dataclass(frozen=True)
class Sentence:
    """A sentence and its place."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def fault_of(text: str) -> str | None:
    """The reason why a sentence is not plain; None if it is."""
    # A name in backquotes is not a word.
    words = re.sub(r"`[^`]*`", "`", text)
    if (match := BEGINNINGS.match(words)) and not words.rstrip().endswith("?"):
        return f"begins with '{match[1]}'"
    for plain, idiom in PHRASES.items():
        if match := re.search(idiom, words, re.IGNORECASE):
            return f"'{match[0]}'; say: {plain}"
    return None


def sentences(file: str, text: str) -> Iterator[Sentence]:
    """The sentences of a file that people read."""
    for line, block in _blocks(file, text):
        for part in re.split(r"(?<=[.!?:;])\s+|\n\s*\n|\n *[-*|] ", block):
            plain = " ".join(part.split())
            if plain:
                yield Sentence(file, line + block[: block.find(part)].count("\n"), plain)


def _blocks(file: str, text: str) -> Iterator[tuple[int, str]]:
    """Each comment, docstring, paragraph or message with the number of its first line."""
    if file.endswith(".py"):
        yield from _docstrings(text)
        yield from _python_comments(text)
    elif file.endswith(".md"):
        yield 1, _prose(text)
    elif file.endswith((".hpp", ".cpp", ".ipp")):
        yield from _comments(text, r"///?<?")
        if file.startswith("include/"):
            yield from _messages(text)
    else:
        yield from _comments(text, r"#+")


def _messages(text: str) -> Iterator[tuple[int, str]]:
    """Texts between quotes that have several words."""
    for number, line in enumerate(text.splitlines(), start=1):
        for message in re.findall(r'"((?:[^"\\]|\\.)* (?:[^"\\]|\\.)*)"', line):
            yield number, message


def _prose(page: str) -> str:
    """A page with blank lines in place of code, headings and tables, which consist of phrases."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n")

    page = re.sub(r"^( *)```.*?^ *```$", blank, page, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^ *[#|].*$", "", page, flags=re.MULTILINE)


def _docstrings(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(docstring))):
                yield node.lineno, docstring


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [
        (token.start[0], token.line.lstrip().startswith("#"), token.string.lstrip("# "))
        for token in tokens
        if token.type == tokenize.COMMENT
    ]
    yield from _joined(comments)


def _comments(text: str, mark: str) -> Iterator[tuple[int, str]]:
    comment = re.compile(rf"(^|\s){mark} (.*)")
    found = [
        (number, line[: match.start(2)].strip(" /<#") == "", match[2])
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := comment.search(line))
    ]
    yield from _joined(found)


def _joined(comments: list[tuple[int, bool, str]]) -> Iterator[tuple[int, str]]:
    """Comments on consecutive lines of their own belong together."""
    block: list[str] = []
    first = last = 0
    for number, alone, text in comments:
        if not (block and alone and number == last + 1):
            if block:
                yield first, "\n".join(block)
            block, first = [], number
        block.append(text)
        last = number
    if block:
        yield first, "\n".join(block)


PROPER = ("Base64", "Connection", "Glacier", "Smithy")
"""First words of names of tests that are not ordinary words, besides those with more capitals."""
CASES = re.compile(r'\b(?:TEST_CASE|TEST_CASE_METHOD|TEMPLATE_TEST_CASE)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')


def names_of_tests(file: str, text: str) -> Iterator[str]:
    """The names of the tests in a file, as sentences."""
    if file.endswith(".py"):
        for name in re.findall(r"^def test_(\w+)", text, re.MULTILINE):
            yield name.replace("_", " ")
    elif file.endswith(".cpp"):
        for literals in CASES.findall(text):
            yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def fault_of_name(name: str) -> str | None:
    """The reason why a test's name is not a plain sentence; None if it is."""
    first = re.match(r"[\w-]*", name)
    word = first[0] if first else ""
    if re.fullmatch(r"A|[A-Z][a-z]+(-[a-z]+)*", word) and word not in PROPER:
        return f"'{word}' is not a proper name"
    if re.match(r"(test )?\d", name):
        return "begins with a number"
    if name.endswith("?"):
        return "is a question"
    if re.match(r"(who|whoever|what|whatever|where|of|nobody|nothing|for)\b", name, re.IGNORECASE):
        return f"begins with '{word}'"
    return fault_of(name[:1].lower() + name[1:])
