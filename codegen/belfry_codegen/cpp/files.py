# SPDX-License-Identifier: Apache-2.0
"""The common parts of generated headers: path, first line, namespace and includes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from belfry_codegen import MARKER
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.text import one_line
from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class FileView:
    """The common parts of a generated file."""

    path: str
    banner: str
    namespace: str
    includes: tuple[str, ...]


class Files:
    """The headers of one service."""

    def __init__(self, service: ir.Service, folder: str) -> None:
        self.namespace = naming.namespace_of(service)
        self.banner = one_line(f"{MARKER} from the model {folder} {service.api_version}. Do not edit.")
        self.umbrella = f"belfry/{self.namespace}.hpp"

    def path(self, name: str) -> str:
        """The path of a header in the service's folder."""
        return f"belfry/{self.namespace}/{name}.hpp"

    def view(self, path: str, includes: Iterable[str] = ()) -> FileView:
        """The view of a header with these includes."""
        return FileView(path, self.banner, self.namespace, tuple(sorted(includes)))
