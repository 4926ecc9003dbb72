# SPDX-License-Identifier: Apache-2.0
"""The view of the header of a service's fake, which tests include."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import Cpp, name
from belfry_codegen.cpp.files import FileView
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.methods import MethodView
from belfry_codegen.cpp.plan import ServicePlan
from belfry_codegen.cpp.text import comment


@dataclass(frozen=True, slots=True)
class FakeMethodView:
    """A method that sets the handler of an operation."""

    name: Cpp
    comment: tuple[Cpp, ...]
    operation: Cpp
    rule: Cpp
    """The library's type of the operation's rule."""


@dataclass(frozen=True, slots=True)
class FakeFileView:
    """The header of the class `Fake`."""

    file: FileView
    comment: tuple[Cpp, ...]
    protocol: Cpp
    """The library's object for the service's side of the protocol."""
    names_deprecated: bool
    methods: tuple[FakeMethodView, ...]


_RULES = {"call": Cpp("Rule"), "call_with_events": Cpp("StreamRule"), "event_stream": Cpp("StreamRule")}
"""The library's type of an operation's rule, by the kind of the client's method."""


def fake_file(plan: ServicePlan, methods: Sequence[MethodView]) -> FakeFileView | None:
    """The view of the fake's header; None for a service that is a part of the library itself."""
    files = plan.files
    if naming.is_of_library(files.namespace):
        return None
    protocol = name(plan.service.protocol.cpp_name)
    includes = Includes(files.path(Cpp("fwd")), files.path(Cpp("service")))
    includes.add(Cpp("belfry/testing/{}.hpp").of(protocol))
    calls = [(method, _RULES[method.kind]) for method in methods if method.kind in _RULES]
    includes.use("Fake")
    if any(rule == "StreamRule" for _, rule in calls):
        includes.use("StreamRule")
    about = [
        f"A fake of {plan.service.full_name or plan.service.id} for tests: a transport that passes inputs to "
        "handlers. `belfry/testing/fake.hpp` says what it does.",
    ]
    return FakeFileView(
        file=files.view(files.path(Cpp("fake")), includes.paths),
        comment=comment(about, 0),
        protocol=protocol,
        names_deprecated=any(method.deprecated is not None for method in methods),
        methods=tuple(
            FakeMethodView(
                name=Cpp("on_{}").of(name(method.name.rstrip("_"))),
                comment=comment([f"Include `<{method.header}>` to call it."], 4),
                operation=method.operation,
                rule=rule,
            )
            for method, rule in calls
        ),
    )
