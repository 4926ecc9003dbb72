# SPDX-License-Identifier: Apache-2.0
"""Writes the generated part of a service's program: headers, and tables of operations and exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from belfry_codegen.commands.wire.parts import parts_of
from belfry_codegen.cpp.borrowed import BorrowedView
from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.render import render_view
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.cpp.text import literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.cpp.view import OperationFileView, service_view
from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class _Entry:
    """An operation in a table."""

    name: Cpp
    """A literal: the name that people use."""
    type: Cpp
    stream: Cpp
    """A literal: the output's member that holds the events; empty for none."""
    borrows: bool
    """Whether outputs are read as views of the response first."""


def write_program(service: ir.Service, folder: str, out: Path, borrowed: bool = False) -> list[Path]:
    """Writes headers to `out`/include and tables to `out`; returns the tables' source files."""
    view = service_view(service, folder, borrowed)
    for path, text in render_view(view).items():
        _write(out / "include" / path, text)
    # The views are in the model's order.
    views = dict(zip(service.operations, view.operations, strict=True))
    chunks = [tuple((name, views[name]) for name in part) for part in parts_of(service)]
    types = TypeTable(service.shapes, service.protocol)
    exceptions = [types.names[name] for name, shape in service.shapes.items() if shape.error is not None]
    common = {"banner": view.service.file.banner, "namespace": view.service.file.namespace}
    environment = templates_of("belfry_codegen.commands.wire")
    sources = [
        _write(
            out / f"operations_{number}.cpp",
            environment.get_template("operations.cpp.j2").render(
                common | _chunk(service, number, chunk, view.borrowed)
            ),
        )
        for number, chunk in enumerate(chunks)
    ]
    index = {
        "includes": [view.errors.path, view.client.file.path],
        "counts": [len(chunk) for chunk in chunks],
        "exceptions": exceptions,
        "endpoint_options": view.client.client.options,
    }
    tables = environment.get_template("tables.cpp.j2").render(common | index)
    return [*sources, _write(out / "tables.cpp", tables)]


def _chunk(
    service: ir.Service,
    number: int,
    chunk: tuple[tuple[str, OperationFileView], ...],
    borrowed: BorrowedView | None,
) -> dict[str, object]:
    borrowing = {one.tag: one.file.path for one in borrowed.operations} if borrowed is not None else {}
    return {
        "number": number,
        "borrows": bool(borrowing),
        "includes": [borrowing.get(view.operation.name, view.file.path) for _, view in chunk],
        "operations": [
            _Entry(
                literal(name),
                view.operation.name,
                literal(service.operations[name].output_stream),
                view.operation.name in borrowing,
            )
            for name, view in chunk
        ],
    }


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
