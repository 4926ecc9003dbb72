# SPDX-License-Identifier: Apache-2.0
"""Checks that the generator's packages import each other only in the direction that its design allows.

A package may import itself and the packages that `BELOW` lists for it. Packages inside one package, such as
`readers.botocore` and `readers.smithy`, may not import each other. Modules may not import each other in a
cycle. Also checked: each module lies in a package, and its first line is the licence line.
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# The packages that each package may import besides itself.
BELOW: dict[str, frozenset[str]] = {}
BELOW["model"] = frozenset()
BELOW["readers"] = frozenset({"model"})
BELOW["passes"] = frozenset({"model", "readers"})
BELOW["cpp"] = frozenset({"model", "passes"})
BELOW["output"] = frozenset({"model"})
BELOW["commands"] = frozenset(BELOW)

# Modules outside of these packages.
TOP = frozenset({"__init__", "__main__"})

LICENCE = "# SPDX-License-Identifier: Apache-2.0"


class Package:
    """The modules of a Python package, by their names without the package's own: `cpp.endpoint.rules`."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self.files = {
            ".".join(path.relative_to(folder).with_suffix("").parts): path
            for path in sorted(folder.rglob("*.py"))
        }

    def module(self, name: str) -> str | None:
        """The module of that name; for a package's name, its `__init__`."""
        if name in self.files:
            return name
        inside = f"{name}.__init__" if name else "__init__"
        return inside if inside in self.files else None

    def imports(self, module: str) -> Iterator[tuple[int, str]]:
        """Line number and name of each module of the package that `module` imports, functions included."""
        tree = ast.parse(self.files[module].read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._found(node.lineno, alias.name, None)
            elif isinstance(node, ast.ImportFrom):
                source = self._absolute(module, node)
                for alias in node.names:
                    yield from self._found(node.lineno, source, alias.name)

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        if node.level == 0:
            return node.module or ""
        here = [self.name, *module.split(".")]
        return ".".join([*here[: -node.level], *([node.module] if node.module else [])])

    def _found(self, line: int, source: str, name: str | None) -> Iterator[tuple[int, str]]:
        """`from source import name` may name a module, or something inside of one."""
        if source != self.name and not source.startswith(f"{self.name}."):
            return
        inner = source[len(self.name) :].lstrip(".")
        for wanted in (*([f"{inner}.{name}".lstrip(".")] if name else []), inner):
            found = self.module(wanted)
            if found is not None:
                yield line, found
                return


def faults_of_module(package: Package, module: str) -> Iterator[str]:
    """The faults of one module, each as `file:line: text`."""
    path = package.files[module]
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0] != LICENCE:
        yield f"{path}:1: the first line must be the licence line"
    owner, *inside = module.split(".")
    if not inside:
        if owner not in TOP:
            yield f"{path}:1: {module} must lie in one of the packages {', '.join(BELOW)}"
        return
    if owner not in BELOW:
        yield f"{path}:1: tools/check_imports.py does not say what the package {owner} may import"
        return
    for line, imported in package.imports(module):
        other, *deeper = imported.split(".")
        if not deeper:
            continue
        if other != owner and other not in BELOW[owner]:
            yield f"{path}:{line}: {owner} must not import {other} ({imported})"
        elif other == owner and len(inside) > 1 and len(deeper) > 1 and inside[0] != deeper[0]:
            yield f"{path}:{line}: {owner}.{inside[0]} must not import {owner}.{deeper[0]} ({imported})"


def circle(package: Package) -> list[str]:
    """A cycle of modules that import each other, or an empty list."""
    graph = {module: {name for _, name in package.imports(module)} - {module} for module in package.files}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def main() -> int:
    """Prints every fault. Returns 1 if there is one."""
    parser = argparse.ArgumentParser(description="Check the direction of the generator's imports.")
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("--package", type=Path, default=root / "codegen" / "belfry_codegen")
    folder: Path = parser.parse_args().package.resolve()
    package = Package(folder)
    if not package.files:
        print(f"no modules below {folder}")
        return 1
    faults = [fault for module in package.files for fault in faults_of_module(package, module)]
    if found := circle(package):
        # Each imports the one to the left.
        faults.append(f"{folder}: modules import each other: {' <- '.join(found)}")
    for fault in faults:
        print(fault)
    print(f"{len(package.files)} modules, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
