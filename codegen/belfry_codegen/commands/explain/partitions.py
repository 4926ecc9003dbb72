# SPDX-License-Identifier: Apache-2.0
"""The partitions that `aws.partition` knows: those of the library's header, or of botocore's file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from belfry_codegen.commands.repository import repository_root
from belfry_codegen.cpp.endpoint.partitions import Partition, read_partitions
from belfry_codegen.model.errors import ModelError, UsageError
from belfry_codegen.readers.files import load_json

_HEADER = Path("include/belfry/endpoint/partitions.hpp")
_ROW = re.compile(r"^    \{(.*?)\},\n", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r'true|false|"[^"\n]*"(?:\s+"[^"\n]*")*')
_REGION = re.compile(r"(.*?)[A-Za-z0-9_]+-[0-9]+\Z")


def load_partitions(path: Path | None) -> list[Partition]:
    """The rows of botocore's `partitions.json`, or of this checkout's header for None."""
    if path is not None:
        return read_partitions(load_json(path))
    header = repository_root("include") / _HEADER
    if not header.is_file():
        raise UsageError("which partitions there are is not known here; give botocore's file: --partitions")
    return read_header(header)


def read_header(header: Path) -> list[Partition]:
    """The rows of a header that `belfry_codegen.cpp.endpoint.partitions` wrote."""
    rows = [_row(row[1], header) for row in _ROW.finditer(header.read_text(encoding="utf-8"))]
    if not rows:
        raise ModelError(str(header), "", "no partitions are in it")
    return rows


def find_partition(partitions: Sequence[Partition], region: str) -> Partition:
    """The partition that lists the region, else the one whose pattern it fits, else the first."""
    match = _REGION.match(region)
    similar = None
    for partition in partitions:
        if region in partition.regions:
            return partition
        if similar is None and match is not None and match[1] in partition.region_prefixes:
            similar = partition
    return similar or partitions[0]


def _row(text: str, header: Path) -> Partition:
    fields = [
        "".join(json.loads(part) for part in re.findall(r'"[^"\n]*"', field)) if '"' in field else field
        for field in _FIELD.findall(text)
    ]
    if len(fields) != 8:
        raise ModelError(str(header), "", f"a partition has 8 fields, not {len(fields)}")
    name, suffix, dual_stack_suffix, global_region, fips, dual_stack, regions, prefixes = fields
    return Partition(
        name,
        suffix,
        dual_stack_suffix,
        global_region,
        fips == "true",
        dual_stack == "true",
        tuple(regions.split()),
        tuple(prefixes.split()),
    )
