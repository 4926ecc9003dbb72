# SPDX-License-Identifier: Apache-2.0
"""Reads declarations in the library's headers, for tests that compare them with the generator's tables."""

from __future__ import annotations

import re

from support import ROOT

INCLUDE = ROOT / "include"


def header(path: str) -> str:
    """The text of a header, such as `belfry/core/error.hpp`, without its comments."""
    text = (INCLUDE / path).read_text(encoding="utf-8")
    return re.sub(r"//.*", "", text)


def _body(path: str, start: str) -> str:
    """The text between the braces after `start`."""
    text = header(path)
    found = re.search(start + r"[^{};]*\{", text)
    assert found is not None, f"{path} does not declare {start}"
    depth = 1
    for at in range(found.end(), len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[found.end() : at]
    raise AssertionError(f"{path}: {start} has no end")


def enumerators(path: str, name: str) -> dict[str, int]:
    """The constants of an enumeration, and their numbers."""
    found: dict[str, int] = {}
    for entry in _body(path, rf"\benum (?:class )?{name}\b").split(","):
        words = entry.replace("=", " ").split()
        if words:
            found[words[0]] = int(words[1]) if len(words) > 1 else len(found)
    return found


def constants(path: str, name: str) -> dict[str, int]:
    """The static constants of a structure."""
    pairs = re.findall(r"static constexpr [\w:]+ (\w+) = (\d+);", _body(path, rf"\bstruct {name}\b"))
    return {constant: int(value) for constant, value in pairs}


def constant(path: str, name: str) -> int:
    """A number that a header defines."""
    found = re.search(rf"\bconstexpr \w+ {name} = (\w+);", header(path))
    assert found is not None, f"{path} does not define {name}"
    return int(found[1], 0)


def fields(path: str, name: str) -> list[str]:
    """The data members of a structure or union, in the order of their declaration."""
    body = _body(path, rf"\b(?:struct|union) {name}\b")
    body = re.sub(r"^.*\b(?:static|friend|using)\b.*;$", "", body, flags=re.MULTILINE)
    while "{" in body.replace("{}", ""):
        # Bodies of functions, and default values.
        body = re.sub(r"(?: = )?\{[^{}]+\}", ";", body.replace("{}", ""))
    found = []
    for declaration in body.replace("{}", "").split(";"):
        pointer = re.search(r"\(\*(\w+)\)", declaration)
        plain = re.search(r"(\w+)\s*(?:\[\w+\]\s*)?(?:=.*)?$", declaration, re.DOTALL)
        if pointer is not None:
            found.append(pointer[1])
        elif "(" not in declaration.split("=")[0] and plain is not None:
            found.append(plain[1])
    return found
