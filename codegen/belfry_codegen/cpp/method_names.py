# SPDX-License-Identifier: Apache-2.0
"""Names of the client's methods, which share one class, and of the constants that some of them use."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import Cpp
from belfry_codegen.cpp.reserved import escape
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass

_TAKEN = ("async", "caller", "caller_", "core", "core_", "options_")
"""The other members of the client and of the asynchronous client."""


@dataclass(frozen=True, slots=True)
class MethodNames:
    """The names of a service's methods."""

    calls: Mapping[str, Cpp]
    """The method that calls an operation, by the operation's name in the model."""
    pages: Mapping[str, Cpp]
    """The method that returns an operation's pages."""
    rules: Mapping[str, Cpp]
    """The constant of a waiter, by the waiter's name in the model."""
    waits: Mapping[str, Cpp]
    """The method of a waiter."""


def method_names(service: ir.Service) -> MethodNames:
    """The names of a service's methods; those that call operations take precedence."""
    calls = naming.operation_names(service.operations, _TAKEN)
    taken = {*_TAKEN, *calls.values()}
    pages = naming.unique(
        [
            (name, f"paginate_{calls[name].rstrip('_')}")
            for name, operation in service.operations.items()
            if operation.paginator is not None
        ],
        taken,
    )
    rules = naming.unique(
        [(name, escape(naming.plain_function_name(name), called=True)) for name in service.waiters]
    )
    taken |= set(pages.values())
    waits = naming.unique([(name, f"poll_until_{rule}") for name, rule in rules.items()], taken)
    return MethodNames(calls, pages, rules, waits)
