# SPDX-License-Identifier: Apache-2.0
"""Renders source files that instantiate all of a service.

Generated functions and tables are templates, which a compiler checks only where they are used. These files
use each of them.
"""

from __future__ import annotations

from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.templating import templates_of
from belfry_codegen.cpp.view import ServiceView

# EC2's 800 operations in one file take a compiler 11 GB and three minutes; in files of 50, 0.6 GB and half
# the time.
_OPERATIONS_PER_FILE = 50


def sources_of(view: ServiceView) -> dict[str, str]:
    """A file for the umbrella header, and files that instantiate every call, paginator, waiter and table."""
    sources: dict[str, str] = {"umbrella.cpp": Cpp("#include <{}>\n").of(view.umbrella.path)}
    errors = set(view.errors.includes)
    exceptions = [
        shape.name
        for file in view.types
        if file.file.path in errors
        for shape in file.shapes
        if shape.kind != "enum"
    ]
    for start in range(0, max(len(view.operations), 1), _OPERATIONS_PER_FILE):
        part = view.operations[start : start + _OPERATIONS_PER_FILE]
        first = start == 0
        text = (
            templates_of("belfry_codegen.commands.catalogue")
            .get_template("part.cpp.j2")
            .render(
                banner=view.service.file.banner,
                namespace=view.service.file.namespace,
                includes=[file.file.path for file in part] + ([view.errors.path] if first else []),
                belfry=view.client.belfry,
                operations=[file.operation for file in part],
                # The others are reached from the operations' inputs and outputs.
                structures=exceptions if first else [],
            )
        )
        sources[f"part_{start // _OPERATIONS_PER_FILE}.cpp"] = text
    return sources
