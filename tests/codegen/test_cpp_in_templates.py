# SPDX-License-Identifier: Apache-2.0
"""All text of C++ stands in templates. Python gives them names, numbers, flags and finished literals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from belfry_codegen import cpp

PACKAGE = Path(cpp.__file__).parent

CPP = re.compile(
    r"::"  # a qualified name
    r"|\{\."  # a designated initializer
    r"|\.\w+ = "  # a field of one
    r"|\};|;\s*$"  # the end of a declaration or a statement
    r"|\b(?:constexpr|static_cast|namespace|inline|template|return|struct|class|using|const|auto) "
    r"|#include|#pragma"
    r"|&\w+[<\[]|\w<\w.*>"  # the address of a function; a template's arguments
    r"|\[\] ?="  # an array
    r"|//"  # a comment
)
"""Text that is C++."""

QUOTED = re.compile(r"`[^`]*`")
"""Code that a comment or an error message quotes is prose."""

ALLOWED = {
    "naming.py": r"^(:|;|\(\?P<stem>)",
    # Regular expressions, and the spelling of symbols in names.
    "types.py": r"^(::(std|belfry)::|v)",
    "borrowed_types.py": r"^::(std|belfry)::",
    # A type is a name that other names are made of, like `List<Map<Part>>`. Views have it as one string, and
    # the length of a declaration, which decides on its line break, depends on it.
    "text.py": r"^///$",
    # Comments are filled to a width, and so the module must know how wide their marker is.
    "methods.py": r"^https://",
    # An address is not a comment.
    "endpoint/rules.py": r"^::$",
    # The name of a rule set's built-in, `AWS::Region`, has to have two colons in it.
}
"""Modules, and the texts that they may hold. Braces around a value are `v`."""


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of each string and f-string in a module, docstrings excepted."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = [part.value if isinstance(part, ast.Constant) else "v" for part in node.values]
            yield node.lineno, "".join(map(str, pieces))
        elif id(node) in docstrings | parts:
            continue
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def faults(module: str, source: str) -> list[str]:
    """Texts of C++ in a module's source."""
    allowed = re.compile(ALLOWED.get(module, r"(?!)"))
    return [
        f"{module}:{line}: {text}"
        for line, text in texts(ast.parse(source))
        if CPP.search(QUOTED.sub("", text)) and not allowed.search(text)
    ]


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(PACKAGE))) for path in sorted(PACKAGE.rglob("*.py"))]
)
def test_no_module_holds_text_of_cpp(path: Path) -> None:
    assert faults(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")) == []


def test_each_exception_is_needed() -> None:
    for module in ALLOWED:
        found = list(texts(ast.parse((PACKAGE / module).read_text(encoding="utf-8"))))
        assert any(CPP.search(text) for _, text in found), module


@pytest.mark.parametrize(
    "violation",
    [
        'x = "::belfry::Location::body"',
        "x = f'&::belfry::detail::{function}<{name}>'",
        'x = f"inline constexpr int {name} = 1;"',
        'x = f"    {field}," + "};"',
        "x = '{.code = ' + code",
        "x = f'.member = {name}'",
        'x = f"{name}_body;"',
        'x = "struct " + name',
        'x = f"static_cast<{kind}>({value})"',
        'x = "static constexpr bool"',
        'x = f"namespace {name} {{"',
        'x = "#include <belfry/core/error.hpp>"',
        'x = f"&{name}_namespaces[{number}]"',
        'x = f"Required<{name}>"',
        'x = f"const {name}& input"',
        'x = "// A comment"',
        'x = f"inline constexpr char {name}[] = "',
        'def f() -> str:\n    """Documentation may say `::belfry::x`."""\n    return f"return {name}"',
    ],
)
def test_text_of_cpp_is_found(violation: str) -> None:
    assert len(faults("shapes.py", f"# Comments may say ::belfry.\n{violation}\n")) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        'x = includes.use("add_checksums")',
        'x = "belfry/call/operation_hooks.hpp"',
        'x = f"Input of `Client::{function}`."',
        "x = f\"{service.id}: operation '{name}' must be a boolean, a string or a list of strings\"",
        'x = "Paths and first lines."',
    ],
)
def test_names_paths_and_prose_are_not_reported(harmless: str) -> None:
    assert faults("shapes.py", harmless) == []
