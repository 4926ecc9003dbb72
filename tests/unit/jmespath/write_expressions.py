# SPDX-License-Identifier: Apache-2.0
"""Compiles the expressions of tests, as the generator does, to tables in C++.

    python write_expressions.py OUT PATH_CASES CALL_CASES [SUITE]

Writes OUT/compiled_expressions.cpp, which defines what compiled.hpp declares: each expression of
path_cases.json and call_cases.json over a value of unknown type, and over a `Thing` unless its
shapes refuse that. SUITE is the folder `compliance` of JMESPath's own tests; its cases are in
OUT/compiled_suite.cpp. A case of the suite that is not compiled must be one that has an error or is always
null, or one of a feature that `UNSUPPORTED` names.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.jmespath import ExpressionTables
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.expressions import Expression
from belfry_codegen.passes.jmespath.compiler import ExpressionError, compile_expression
from belfry_codegen.passes.jmespath.types import ANY, Shapes, Types

UNSUPPORTED = re.compile(
    r"(a slice|an expression reference) is not supported"
    r"|the literal `[\[{].*`? is not supported"
    r"|the function '(abs|avg|ceil|floor|join|map|max|max_by|merge|min|min_by|reverse|sort|sort_by|sum"
    r"|to_array|to_number|to_string|type|unknown_function)' is not supported.*"
)
ALWAYS_NULL = re.compile(r"`\*` takes an object, not .*")

_SIMPLE = {
    "String": ir.Kind.STRING,
    "Integer": ir.Kind.INTEGER,
    "Long": ir.Kind.LONG,
    "Double": ir.Kind.DOUBLE,
    "Boolean": ir.Kind.BOOLEAN,
    "Color": ir.Kind.ENUM,
}
_LISTS = {
    "Strings": "String",
    "Integers": "Integer",
    "Booleans": "Boolean",
    "Matrix": "Strings",
    "Things": "Thing",
}
_MAPS = {"StringMap": "String", "IntegerMap": "Integer", "ThingMap": "Thing"}
# The members in the order of thing.hpp.
_THING = {
    "Name": "String",
    "Count": "Integer",
    "Size": "Long",
    "Ratio": "Double",
    "Flag": "Boolean",
    "Color": "Color",
    "Choice": "Choice",
    "Words": "Strings",
    "Numbers": "Integers",
    "Flags": "Booleans",
    "Matrix": "Matrix",
    "Sparse": "Strings",
    "Tags": "StringMap",
    "Counts": "IntegerMap",
    "Inner": "Thing",
    "Things": "Things",
    "Named": "ThingMap",
}
_CHOICE = {"Text": "String", "Number": "Integer", "List": "Strings"}


def thing_shapes() -> dict[str, ir.Shape]:
    """The shapes of thing.hpp."""

    def members(targets: dict[str, str]) -> tuple[ir.Member, ...]:
        return tuple(ir.Member(name, target) for name, target in targets.items())

    shapes = [
        *(ir.Shape(name, kind) for name, kind in _SIMPLE.items()),
        *(ir.Shape(name, ir.Kind.LIST, element=ir.Reference(target)) for name, target in _LISTS.items()),
        *(
            ir.Shape(name, ir.Kind.MAP, key=ir.Reference("String"), value=ir.Reference(target))
            for name, target in _MAPS.items()
        ),
        ir.Shape("Thing", ir.Kind.STRUCTURE, members=members(_THING)),
        ir.Shape("Choice", ir.Kind.UNION, members=members(_CHOICE)),
    ]
    return {shape.name: shape for shape in shapes}


class Tables:
    """The tables of a source, without those of equal expressions."""

    def __init__(self) -> None:
        self._tables = ExpressionTables(Cpp("test"))
        self._shapes = Shapes(thing_shapes())

    def compiled(self, text: str, root: Types) -> str:
        """The name of the expression's table; raises ExpressionError."""
        return self._tables.name(Expression(text, root=compile_expression(text, self._shapes, root).root))

    def of_thing(self, text: str) -> str:
        """The table of an expression over a `Thing`; `{}` where its shapes refuse it."""
        try:
            return self.compiled(text, self._shapes.of("Thing"))
        except ExpressionError:
            return "{}"

    def lines(self) -> Iterator[str]:
        """The definitions, by the generator's template."""
        macros: Any = templates_of("belfry_codegen.cpp").get_template("jmespath.j2").module
        for view in self._tables.views:
            yield str(macros.table(view))


def _source(tables: Tables, definition: list[str]) -> str:
    head = ["// Written by write_expressions.py.", "#include <belfry/jmespath/evaluate.hpp>", ""]
    head += ['#include "unit/jmespath/compiled.hpp"', "", "namespace {"]
    return "\n".join([*head, *tables.lines(), "} // namespace", "", *definition, ""])


def _array(kind: str, function: str, entries: list[str]) -> list[str]:
    lines = [
        f"std::span<const test::{kind}> test::{function}() {{",
        f"    static constexpr {kind} all[] = {{",
    ]
    return [*lines, *(f"        {entry}," for entry in entries), "    };", "    return all;", "}"]


def expressions(path_cases: Any, call_cases: Any) -> str:
    """The source of `compiled_expressions`."""
    texts = dict.fromkeys(case["expression"] for case in path_cases["cases"])
    for case in call_cases["waits"]:
        texts |= dict.fromkeys(one["argument"] for one in case["acceptors"] if "argument" in one)
    for case in call_cases["pages"]:
        texts |= dict.fromkeys([*case["tokens"].values(), *([case["more"]] if case["more"] else [])])
    tables = Tables()
    entries = [
        f"{{{literal(text)}, {tables.compiled(text, ANY)}, {tables.of_thing(text)}}}" for text in texts
    ]
    return _source(tables, _array("CompiledExpression", "compiled_expressions", entries))


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """A case of the suite, and where it is: file, block and number."""

    file: str
    block: int
    number: int
    data: dict[str, Any]

    def refused(self, reason: str) -> bool:
        """Whether the generator is right to refuse it for that reason."""
        if self.data.get("error") == "syntax":
            return reason.startswith("cannot be parsed: ")
        if UNSUPPORTED.fullmatch(reason):
            return True
        if "error" in self.data:
            return True
        return self.data.get("result", "") is None and ALWAYS_NULL.fullmatch(reason) is not None


def suite_cases(folder: Path) -> Iterator[SuiteCase]:
    """All cases that have an outcome."""
    for path in sorted(folder.glob("*.json")):
        for block, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            for number, case in enumerate(entry["cases"]):
                if "result" in case or "error" in case:
                    yield SuiteCase(path.name, block, number, case)


def suite(folder: Path) -> str:
    """The source of `compiled_suite`."""
    tables = Tables()
    entries = []
    counts = {"compiled": 0, "refused": 0, "unsupported": 0}
    for case in suite_cases(folder):
        try:
            name = tables.compiled(case.data["expression"], ANY)
        except ExpressionError as error:
            if not case.refused(str(error)):
                raise SystemExit(f"{case}: {error}") from error
            counts["unsupported" if UNSUPPORTED.fullmatch(str(error)) else "refused"] += 1
            continue
        counts["compiled"] += 1
        entries.append(f"{{{literal(case.file)}, {case.block}, {case.number}, {name}}}")
    print(f"JMESPath's compliance tests: {', '.join(f'{count} {what}' for what, count in counts.items())}")
    return _source(tables, _array("CompiledCase", "compiled_suite", entries))


def main(out: str, path_cases: str, call_cases: str, folder: str = "") -> None:
    loaded = [json.loads(Path(path).read_text(encoding="utf-8")) for path in (path_cases, call_cases)]
    (Path(out) / "compiled_expressions.cpp").write_text(expressions(*loaded), encoding="utf-8")
    if folder:
        (Path(out) / "compiled_suite.cpp").write_text(suite(Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
