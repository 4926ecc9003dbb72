# SPDX-License-Identifier: Apache-2.0
"""Writes a service's source files, and tells whether they must be compiled again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from belfry_codegen.commands.catalogue.source import sources_of
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.view import service_view
from belfry_codegen.model import ir
from belfry_codegen.output.fingerprint import digest
from belfry_codegen.passes.pipeline import load_service
from belfry_codegen.readers.models import Entry


@dataclass(frozen=True, slots=True)
class Facts:
    """The size and protocol of a service."""

    namespace: str
    protocol: str
    """The protocol's name."""
    needs_xml: bool
    operations: int
    shapes: int
    members: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A source file, the file for its result, and a digest of its inputs."""

    service: str
    source: Path
    result: Path
    key: str
    size: int
    """An estimate of the time to compile it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A service whose source files are written."""

    service: str
    facts: Facts
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """The task of preparing a service."""

    entry: Entry
    namespace: str
    out: Path
    generator: str
    """A digest of the generator."""
    compiled_with: str
    """A digest of the library's headers, the compiler and its flags."""
    suffix: str
    """The suffix of result files, different for each compiler."""
    umbrella_only: bool


def prepare(todo: Preparation) -> Prepared:
    """Writes the source files of a service, unless they are up to date."""
    folder = todo.out / "sources" / todo.entry.name
    generated = todo.out / "include" / "belfry"
    headers = digest([todo.generator], [generated / todo.namespace, generated / f"{todo.namespace}.hpp"])
    known = folder / "service.json"
    facts, sources = _read(known, headers)
    if facts is None:
        service = load_service(todo.entry.models, todo.entry.name, entry=todo.entry, misfits=[])
        view = service_view(service, todo.entry.name)
        facts = _facts(service)
        sources = sources_of(view)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.cpp"):
            if old.name not in sources:
                old.unlink()
        for name, text in sources.items():
            (folder / name).write_text(text, encoding="utf-8")
        _write(known, {"key": headers, "facts": asdict(facts), "sources": sorted(sources)})
    units = []
    for name in sorted(sources):
        source = folder / name
        if name != "umbrella.cpp" and todo.umbrella_only:
            continue
        size = facts.shapes if name == "umbrella.cpp" else source.stat().st_size // 50
        key = digest([todo.compiled_with, headers, sources[name]])
        units.append(Unit(todo.entry.name, source, source.with_suffix(f".{todo.suffix}"), key, size))
    return Prepared(todo.entry.name, facts, tuple(units))


def _read(path: Path, key: str) -> tuple[Facts | None, Mapping[str, str]]:
    """The facts and sources of the last run, if their digest is still `key`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["key"] != key:
            return None, {}
        sources = {name: (path.parent / name).read_text(encoding="utf-8") for name in found["sources"]}
        return Facts(**found["facts"]), sources
    except (OSError, ValueError, KeyError, TypeError):
        return None, {}


def _write(path: Path, content: Mapping[str, object]) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)


def _facts(service: ir.Service) -> Facts:
    shapes: Sequence[ir.Shape] = list(service.shapes.values())
    members = sum(len(shape.members) for shape in shapes)
    return Facts(
        namespace=naming.namespace_of(service),
        protocol=service.protocol.name,
        needs_xml=service.protocol.xml,
        operations=len(service.operations),
        shapes=len(shapes),
        members=members,
    )
