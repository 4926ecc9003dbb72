# SPDX-License-Identifier: Apache-2.0
"""The C++ types of shapes that view a response (`belfry/borrowed.hpp`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir


class BorrowedTypes(TypeTable):
    """The C++ types of shapes that view a response."""

    simple: ClassVar[Mapping[ir.Kind, Cpp]] = {
        **TypeTable.simple,
        ir.Kind.STRING: Cpp("::std::string_view"),
        ir.Kind.BLOB: Cpp("::belfry::borrowed::Blob"),
        ir.Kind.DOCUMENT: Cpp("::belfry::borrowed::Document"),
        ir.Kind.BIG_INTEGER: Cpp("::belfry::borrowed::Document"),
        ir.Kind.BIG_DECIMAL: Cpp("::belfry::borrowed::Document"),
    }
    list = Cpp("::belfry::borrowed::List<{}>")
    map = Cpp("::belfry::borrowed::Map<{}>")
    box = Cpp("::belfry::borrowed::Box<{}>")

    def __init__(self, types: TypeTable) -> None:
        """The table for the shapes of another one, with the same names."""
        self.__dict__.update(types.__dict__)

    def plain(self, target: str) -> Cpp:
        """The type of a value of that shape. An enum is the one that owns its text, as a view."""
        if self.shapes[target].kind is ir.Kind.ENUM:
            return Cpp("::belfry::borrowed::Enum<::belfry::{}::{}>").of(self.namespace, self.names[target])
        return super().plain(target)

    def qualified(self, shape: str) -> Cpp:
        """A named shape's type, in a scope in which its name may be hidden."""
        return Cpp("::belfry::{}::borrowed::{}").of(self.namespace, self.names[shape])
