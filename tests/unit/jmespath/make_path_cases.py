# SPDX-License-Identifier: Apache-2.0
"""Writes path_cases.json: random shapes and expressions with their values by the jmespath package.

Run it again only to change the cases:  python3 make_path_cases.py [SEED [COUNT [OUT]]]
It needs jmespath, and codegen/ on PYTHONPATH: an expression that the generator refuses is left out.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jmespath
from belfry_codegen.passes.jmespath.compiler import ExpressionError, compile_expression
from belfry_codegen.passes.jmespath.types import ANY, Shapes, Types
from jmespath.exceptions import JMESPathError
from write_expressions import thing_shapes

HERE = Path(__file__).parent
WORDS = ["", "a", "b", "RED", "GREEN", "x y", "grüße", "10"]
SCALARS = ["Name", "Count", "Size", "Ratio", "Flag", "Color"]
LISTS = ["Words", "Numbers", "Flags", "Matrix", "Sparse", "Things", "Missing"]
MAPS = ["Tags", "Counts", "Named", "Inner", "Choice"]
NAMES = SCALARS + LISTS + MAPS
UNIONS = ["Choice.Text", "Choice.Number", "Choice.List", "Inner.Choice.List[0]", "Things[].Choice.Text"]


def thing(rng: random.Random, depth: int) -> dict[str, Any]:
    """A random JSON value of the shape in thing.hpp."""

    def words() -> list[str]:
        return [rng.choice(WORDS) for _ in range(rng.randint(0, 3))]

    def number() -> int:
        return rng.choice([0, 1, 2, 10, -1])

    makers: dict[str, Callable[[], Any]] = {
        "Name": lambda: rng.choice(WORDS),
        "Count": number,
        "Size": lambda: rng.choice([0, 3, 2**53 + 1]),
        "Ratio": lambda: rng.choice([0.0, 0.5, 2.0, -1.25]),
        "Flag": lambda: rng.random() < 0.5,
        "Color": lambda: rng.choice(["RED", "GREEN", "BLUE"]),
        "Choice": lambda: rng.choice([{"Text": "a"}, {"Number": number()}, {"List": words()}]),
        "Words": words,
        "Numbers": lambda: [number() for _ in range(rng.randint(0, 3))],
        "Flags": lambda: [rng.random() < 0.5 for _ in range(rng.randint(0, 3))],
        "Matrix": lambda: [words() for _ in range(rng.randint(0, 3))],
        "Sparse": lambda: [rng.choice([None, "a", ""]) for _ in range(rng.randint(0, 3))],
        "Tags": lambda: {key: rng.choice(WORDS) for key in words()},
        "Counts": lambda: {key: number() for key in words()},
    }
    if depth > 0:
        makers["Inner"] = lambda: thing(rng, depth - 1)
        makers["Things"] = lambda: [thing(rng, depth - 1) for _ in range(rng.randint(0, 3))]
        makers["Named"] = lambda: {key: thing(rng, depth - 1) for key in words()}
    return {name: make() for name, make in makers.items() if rng.random() < 0.6}


def expression(rng: random.Random, depth: int) -> str:
    """A random expression of the grammar that belfry/jmespath/evaluate.hpp supports."""
    if depth <= 0:
        return rng.choice([rng.choice(NAMES), rng.choice(NAMES), rng.choice(UNIONS), "@", literal(rng)])
    inner = depth - 1

    def sub() -> str:
        return expression(rng, inner)

    kind = rng.randrange(19)
    if kind <= 2:
        return f"{sub()}.{rng.choice(NAMES)}"
    if kind == 3:
        return f"{rng.choice(LISTS)}[{rng.choice([0, 1, -1, 2, -9])}]"
    if kind == 4:
        return f"{rng.choice(LISTS)}[*].{rng.choice(NAMES)}"
    if kind == 5:
        return f"{rng.choice(['Things', 'Things[]', 'Matrix', '@', 'Inner'])}[].{rng.choice(NAMES)}"
    if kind == 6:
        return f"{rng.choice(LISTS)}[?{sub()}]{rng.choice(['', '.Name', '[]', '.Things[].Name', '[0]'])}"
    if kind == 7:
        return f"{rng.choice(MAPS)}.*{rng.choice(['', '.Name', '[]', '[0]'])}"
    if kind in (8, 9):
        return f"{sub()} {rng.choice(['==', '!=', '<', '<=', '>', '>='])} {sub()}"
    if kind == 10:
        return f"{sub()} || {sub()}"
    if kind == 11:
        return f"{sub()} && {sub()}"
    if kind == 12:
        return f"!{sub()}"
    if kind == 13:
        return f"({sub()})"
    if kind == 14:
        return f"{sub()} | {sub()}"
    if kind == 15:
        return f"{rng.choice(['length', 'keys', 'values', 'not_null'])}({sub()})"
    if kind == 16:
        return f"{rng.choice(['starts_with', 'ends_with'])}({sub()}, {sub()})"
    if kind == 17:
        subject = rng.choice(["Name", "Words", "Matrix[]", "Sparse"])
        return f"contains({subject}, {rng.choice(['Name', 'Color'])})"
    made = [f"[{sub()}, {sub()}]", f"Inner.[{sub()}]", f"{{a: {sub()}, b: {sub()}}}", f"@.{{a: {sub()}}}"]
    return rng.choice(made)


def literal(rng: random.Random) -> str:
    scalars = ["`0`", "`1`", "`0.5`", "`true`", "`false`", "`null`", '`"a"`', "`RED`"]
    return rng.choice(["'a'", "''", "'it\\'s'", *scalars])


def find(compiled: Any, document: Any) -> Any:
    try:
        return compiled.search(document)
    except JMESPathError:
        return "error"


def compiles(text: str, shapes: Shapes, root: Types) -> bool:
    """Whether the generator takes the expression."""
    try:
        compile_expression(text, shapes, root)
    except ExpressionError:
        return False
    return True


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 250
    out = Path(sys.argv[3]) if len(sys.argv) > 3 else HERE / "path_cases.json"
    rng = random.Random(seed)
    shapes = Shapes(thing_shapes())
    documents: list[dict[str, Any]] = [{}] + [thing(rng, 2) for _ in range(4)]
    cases: dict[str, list[Any]] = {}
    while len(cases) < count:
        text = expression(rng, rng.randint(1, 4))
        if not compiles(text, shapes, ANY):
            continue
        # Most random expressions are over members that the shapes do not have; keep fewer of them.
        if not compiles(text, shapes, shapes.of("Thing")) and rng.random() < 0.8:
            continue
        compiled = jmespath.compile(text)
        try:
            results = [find(compiled, document) for document in documents]
        except TypeError:
            # The package compares a string with a number as Python does; by the specification that is null.
            continue
        # Few expressions with only empty results are kept; large results only waste space.
        if all(result in (None, "error") for result in results) and rng.random() < 0.8:
            continue
        if len(json.dumps(results)) > 400:
            continue
        cases[text] = results
    lines = ",\n".join(
        "  " + json.dumps({"expression": text, "results": results}) for text, results in cases.items()
    )
    bodies = ",\n".join("  " + json.dumps(document) for document in documents)
    out.write_text(f'{{"documents": [\n{bodies}],\n"cases": [\n{lines}]}}\n')


if __name__ == "__main__":
    main()
