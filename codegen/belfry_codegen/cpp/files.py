# SPDX-License-Identifier: Apache-2.0
"""The common parts of generated headers: path, first line, namespace and includes."""

from __future__ import annotations

from collections.abc import Iterable

from belfry_codegen import MARKER
from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.text import remark
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class FileView:
    """The common parts of a generated file."""

    path: Cpp
    banner: Cpp
    namespace: Cpp
    includes: tuple[Cpp, ...]


class Files:
    """The headers of one service."""

    def __init__(self, service: ir.Service, folder: str) -> None:
        self.namespace = naming.namespace_of(service)
        self.banner = remark(f"{MARKER} from the model {folder} {service.api_version}. Do not edit.")
        self._folder = Cpp("belfry/{}").of(naming.folder_of(self.namespace))
        self.umbrella = Cpp("{}.hpp").of(self._folder)

    def path(self, name: Cpp) -> Cpp:
        """The path of a header in the service's folder."""
        return Cpp("{}/{}.hpp").of(self._folder, name)

    def source_path(self, name: Cpp) -> Cpp:
        """The path of a source file for the library of the service."""
        return Cpp("{}/source/{}.cpp").of(self._folder, name)

    @property
    def module_path(self) -> Cpp:
        """The path of the interface of the service's module."""
        return Cpp("{}/source/module.cppm").of(self._folder)

    @property
    def module(self) -> Cpp:
        """The module's name."""
        return naming.module_of(self.namespace)

    def type_path(self, name: Cpp) -> Cpp:
        """The path of the header of a type."""
        return Cpp("{}/types/{}.hpp").of(self._folder, name)

    def borrowed(self, path: Cpp) -> Cpp:
        """The path of the header with outputs that view the response, beside another one of the service."""
        return Cpp("{}/borrowed/{}").of(self._folder, path.split(f"{self._folder}/", 1)[1])

    def view(self, path: Cpp, includes: Iterable[Cpp] = ()) -> FileView:
        """The view of a header with these includes."""
        return FileView(path, self.banner, self.namespace, tuple(sorted(includes)))
