# SPDX-License-Identifier: Apache-2.0
"""Turns botocore's `partitions.json` into `include/belfry/endpoint/partitions.hpp`.

python -m belfry_codegen.cpp.endpoint.partitions PARTITIONS_JSON > include/belfry/endpoint/partitions.hpp
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.cpp.text import literal
from belfry_codegen.model.errors import BelfryError
from belfry_codegen.model.records import dataclass, replace

DEFAULT_PARTITION = "aws"
REGION = re.compile(r"[A-Za-z0-9-]+\Z")
# Literal letters and dashes and groups of alternatives, then a word and a number.
REGION_REGEX = re.compile(r"\^((?:[a-z0-9]|\\?-|\([a-z0-9|]+\))+)\\?-\\w\+\\?-\\d\+\$\Z")


class PartitionsError(BelfryError):
    """An error in the partitions, with its place."""

    def __init__(self, where: str, what: str) -> None:
        self.where = where
        self.what = what
        super().__init__(f"{where}: {what}")


@dataclass(frozen=True)
class Partition:
    """A row of the table; a region with its own outputs has a separate row."""

    name: str
    dns_suffix: str
    dual_stack_dns_suffix: str
    implicit_global_region: str
    supports_fips: bool
    supports_dual_stack: bool
    regions: tuple[str, ...]
    region_prefixes: tuple[str, ...]


def read_partitions(document: Any) -> list[Partition]:
    """Checks the document; the default partition comes first."""
    if not isinstance(document, dict) or not isinstance(document.get("partitions"), list):
        raise PartitionsError("partitions", "this must be a list")
    rows: list[Partition] = []
    for i, partition in enumerate(document["partitions"]):
        rows += _rows(partition, f"partitions[{i}]")
    names = [row.name for row in rows]
    if DEFAULT_PARTITION not in names:
        raise PartitionsError("partitions", f"the partition {DEFAULT_PARTITION!r} is missing")
    rows.insert(0, rows.pop(names.index(DEFAULT_PARTITION)))
    return rows


def region_prefixes(regex: Any, where: str) -> tuple[str, ...]:
    """The prefixes before `<word>-<number>`, so that matching a region does not need a regular expression."""
    match = REGION_REGEX.match(regex) if isinstance(regex, str) else None
    if match is None:
        raise PartitionsError(where, rf"{regex!r} does not look like '^(a|b)\-\w+\-\d+$'")
    choices = [
        part[1:-1].split("|") if part.startswith("(") else [part.removeprefix("\\")]
        for part in re.findall(r"[a-z0-9]|\\?-|\([a-z0-9|]+\)", match[1])
    ]
    return tuple("".join(parts) + "-" for parts in itertools.product(*choices))


def to_cpp(rows: list[Partition]) -> str:
    """The header."""
    template = templates_of("belfry_codegen.cpp").get_template("partitions.hpp.j2")
    return template.render(rows=rows, words=_words, literal=literal)


def main(arguments: list[str]) -> int:
    """Reads the file named by the only argument and writes the header to the standard output."""
    if len(arguments) != 1:
        print("usage: python -m belfry_codegen.cpp.endpoint.partitions PARTITIONS_JSON", file=sys.stderr)
        return 2
    try:
        rows = read_partitions(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    except (BelfryError, OSError, ValueError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 2
    sys.stdout.write(to_cpp(rows))
    return 0


def _rows(partition: Any, where: str) -> list[Partition]:
    if not isinstance(partition, dict) or not isinstance(partition.get("outputs"), dict):
        raise PartitionsError(where, "this must be an object with 'outputs'")
    regions = partition.get("regions", {})
    if not isinstance(regions, dict):
        raise PartitionsError(f"{where}.regions", "this must be an object")
    for region in regions:
        if not REGION.match(region):
            raise PartitionsError(f"{where}.regions", f"{region!r} is not the name of a region")
    defaults = partition["outputs"]
    prefixes = region_prefixes(partition.get("regionRegex"), f"{where}.regionRegex")
    special: list[Partition] = []
    name = partition.get("id")
    usual_row = _row(name, defaults, f"{where}.outputs")
    for region, overrides in regions.items():
        if not isinstance(overrides, dict):
            raise PartitionsError(f"{where}.regions.{region}", "this must be an object")
        row = _row(name, {**defaults, **overrides}, f"{where}.regions.{region}")
        if row != usual_row:
            special.append(replace(row, regions=(region,)))
    exceptions = {region for row in special for region in row.regions}
    usual = tuple(region for region in regions if region not in exceptions)
    return [
        replace(usual_row, regions=usual, region_prefixes=prefixes),
        *special,
    ]


def _row(name: Any, outputs: dict[str, Any], where: str) -> Partition:
    texts = [name, *(outputs.get(key) for key in ("dnsSuffix", "dualStackDnsSuffix", "implicitGlobalRegion"))]
    flags = [outputs.get(key) for key in ("supportsFIPS", "supportsDualStack")]
    for text in texts:
        if not isinstance(text, str) or not re.match(r"[A-Za-z0-9.-]+\Z", text):
            raise PartitionsError(where, f"{text!r} is neither a name nor a DNS suffix")
    for flag in flags:
        if not isinstance(flag, bool):
            raise PartitionsError(where, "supportsFIPS and supportsDualStack must be true or false")
    return Partition(texts[0], texts[1], texts[2], texts[3], bool(flags[0]), bool(flags[1]), (), ())


def _words(words: tuple[str, ...]) -> list[Cpp]:
    """Literals, one for each line, with the words separated by spaces."""
    lines = textwrap.wrap(" ".join(words), 90, break_on_hyphens=False) or [""]
    return [literal(line + " ") for line in lines[:-1]] + [literal(lines[-1])]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
