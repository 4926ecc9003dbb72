# SPDX-License-Identifier: Apache-2.0
"""Real models in which one text, or one key, has become a hostile one.

The generator must refuse such a model with an error that names it, or write headers in which the text stands
only in comments, literals and, as a name, in identifiers. Each day tries other texts. BELFRY_MUTATION_SEED
repeats a day's, and BELFRY_MUTATIONS sets how many are tried.
"""

from __future__ import annotations

import copy
import gzip
import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from belfry_codegen.commands.catalogue.sample import seed_of_today
from belfry_codegen.cpp.render import render_service
from belfry_codegen.model.errors import BelfryError
from belfry_codegen.passes.pipeline import load_service
from support import botocore_data

CANARY = "canary_of_belfry"
HOSTILE = (
    f"\n#error {CANARY}\n",
    f"\r#include <{CANARY}>\r",
    f"*/ {CANARY}() /*",
    f'"; {CANARY}(); //',
    f"\\\n{CANARY}",
    f'")x" {CANARY} R"x(',
    f"??/\n{CANARY}",
    f"\u2028{CANARY}\u2029",
    f"\x00{CANARY}\x1b[31m",
    f"\u202e{CANARY}\u2066",
    f"{{{{ {CANARY} }}}}",
    f"{{% {CANARY} %}}",
    f"../../{CANARY}",
    f"%s{CANARY}%n",
    f"\ud800{CANARY}",
    f"{CANARY} " * 2000,
    f"{CANARY}::{CANARY}<{CANARY}>",
    f"${{{CANARY}}} $({CANARY}) `{CANARY}`",
    "",
    "template",
    "__cplusplus",
)
# Generated headers do not have raw string literals, which would need their own rule.
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
FILES = ("service-2", "paginators-1", "waiters-2", "endpoint-rule-set-1")


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], bool]]:
    """The path of each text, and of each key, in a JSON value; true for keys."""
    if isinstance(value, str):
        yield path, False
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key), True
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def changed(value: Any, path: tuple[str | int, ...], is_key: bool, text: str) -> Any:
    """A copy of the value with the text, or as that key, at the path."""
    result = copy.deepcopy(value)
    holder = result
    for key in path[:-1]:
        holder = holder[key]
    if not is_key:
        holder[path[-1]] = text
        return result
    renamed = {text if key == path[-1] else key: inner for key, inner in holder.items()}
    holder.clear()
    holder.update(renamed)
    return result


def error_fault(error: BelfryError, words: tuple[str, ...]) -> str:
    """Why an error is not a clear one; empty if it is."""
    text = str(error)
    if not any(word in text for word in words):
        return f"the error does not name the model: {text[:300]}"
    # A text with several errors has a line for each.
    printable = text.replace("\n", "").isprintable()
    return "" if printable else f"the error has control characters: {text[:300]!r}"


def header_fault(path: str, text: str) -> str:
    """Where a hostile text has become part of the code; empty if it has not."""
    if not re.fullmatch(r"belfry(/\w+)+\.(hpp|json)", path, re.ASCII):
        return f"the text became a path: {path!r}"
    code = TOKEN.sub(" ", text)
    if "#error" in code or f"<{CANARY}>" in code:
        return f"{path}: the text became a directive"
    if re.search(r"[^\x09\x0a\x20-\x7e]", code):
        return f"{path}: the code has characters beyond ASCII"
    return ""


def compiler_fault(files: dict[str, str], folder: Path) -> str:
    """Why the compiler refuses the headers that have the text; empty if it does not."""
    compiler = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
    headers = [path for path, text in files.items() if path.endswith(".hpp") and CANARY in text][:4]
    if compiler is None or not headers:
        return ""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    source = folder / "all.cpp"
    source.write_text("".join(f"#include <{header}>\n" for header in headers))
    flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-deprecated-declarations", "-fsyntax-only"]
    include = Path(__file__).resolve().parents[2] / "include"
    done = subprocess.run(
        [*compiler.split(), *flags, f"-I{folder}", f"-I{include}", str(source)],
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else f"{headers}: {done.stderr[:600]}"


class Mutant:
    """A real model, in a folder of models, with one hostile text."""

    def __init__(self, origin: Path, folder: Path, dice: random.Random) -> None:
        self.folder = folder
        self.name = origin.parent.name
        files = {
            stem: json.loads(gzip.decompress((origin / f"{stem}.json.gz").read_bytes()))
            for stem in FILES
            if (origin / f"{stem}.json.gz").exists()
        }
        self.service_id = files["service-2"]["metadata"]["serviceId"]
        stem = dice.choices(list(files), weights=[6 if key == "service-2" else 1 for key in files])[0]
        path, is_key = dice.choice([*places(files[stem])])
        text = dice.choice(HOSTILE)
        self.place = f"{self.name}/{stem}: {'key' if is_key else 'text'} {path}: {text[:60]!r}"
        files[stem] = changed(files[stem], path, is_key, text)
        target = folder / self.name / origin.name
        target.mkdir(parents=True)
        for key, value in files.items():
            (target / f"{key}.json").write_text(json.dumps(value), encoding="utf-8")

    def headers(self) -> dict[str, str]:
        return render_service(load_service(self.folder, self.name, documentation=True), self.name)


def test_a_hostile_text_in_a_real_model_is_refused_or_harmless(tmp_path: Path) -> None:
    seed = int(os.environ.get("BELFRY_MUTATION_SEED") or seed_of_today())
    count = int(os.environ.get("BELFRY_MUTATIONS") or 120)
    dice = random.Random(seed)
    # Large models take long, and have the same kinds of texts.
    models = [
        path for path in sorted(botocore_data().glob("*/*/service-2.json.gz")) if path.stat().st_size < 60_000
    ]
    assert len(models) > 200
    faults = []
    to_compile = 3 + count // 40
    for number in range(count):
        mutant = Mutant(dice.choice(models).parent, tmp_path / str(number), dice)
        try:
            headers = mutant.headers()
            found = [header_fault(path, text) for path, text in headers.items()]
            if to_compile and any(CANARY in text for text in headers.values()):
                to_compile -= 1
                found.append(compiler_fault(headers, tmp_path / str(number)))
        except BelfryError as error:
            found = [error_fault(error, (str(mutant.folder), mutant.name, mutant.service_id))]
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        faults += [f"seed {seed}: {mutant.place}: {fault}" for fault in found if fault]
    assert not faults, f"{len(faults)} in {count} models:\n" + "\n".join(faults[:10])
