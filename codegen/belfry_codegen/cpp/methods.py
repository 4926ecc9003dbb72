# SPDX-License-Identifier: Apache-2.0
"""The client's methods: one that calls an operation, one for its pages, one for each of its waiters."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.code import EMPTY, Cpp
from belfry_codegen.cpp.examples import ExampleView, example_views
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan
from belfry_codegen.cpp.text import comment, deprecation_reason, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class NamedMemberView:
    """A member whose value is a structure, a union or an enum."""

    name: Cpp
    kind: str
    """`structure`, `union` or `enum`."""
    type: Cpp
    container: str
    """`list` or `map` if it holds such values; empty if it is one."""


_NAMED = {ir.Kind.STRUCTURE: "structure", ir.Kind.UNION: "union", ir.Kind.ENUM: "enum"}


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method. Its signature follows from `kind`."""

    kind: str
    """`call`, `call_with_events`, `event_stream`, `pages` or `wait`."""
    name: Cpp
    comment: tuple[Cpp, ...]
    examples: tuple[ExampleView, ...]
    deprecated: Cpp | None
    """The reason as a literal, empty if the model does not give one; None if not deprecated."""
    operation: Cpp
    input: Cpp
    output: Cpp
    output_events: Cpp
    """The type of the events that are received; empty for most operations."""
    rule: Cpp
    """The waiter's or paginator's constant; empty for a call."""
    header: Cpp
    """The path of the operation's header."""
    named_members: tuple[NamedMemberView, ...]
    """The members of the input whose values are not written without a type."""


_PAGES = "https://docs.aws.amazon.com/goto/WebAPI"
"""Leads to the page of an operation by the service's id and the operation's name, as boto3's pages do."""

_KINDS = {"open_event_stream": "event_stream", "invoke_with_events": "call_with_events", "invoke": "call"}
"""The kind of a method, by the function of the library that it calls."""


DECLARATIONS = {
    "call_with_events": "EventHandler",
    "event_stream": "EventHandler",
    "pages": "WaitOptions",
    "wait": "WaitOptions",
}
"""The library's name whose header a method's declaration needs, for each kind of method."""


ASYNC_CALLS = {
    "call_with_events": "call_with_events_async",
    "event_stream": "open_event_stream_async",
    "pages": "pages_async",
    "wait": "wait_async",
}
"""The function of the library that begins a method on an event loop, for kinds that need another header."""


def methods_of(plan: ServicePlan, planned: OperationPlan) -> tuple[MethodView, ...]:
    """The methods of an operation."""
    operation, function, types = planned.operation, planned.function, plan.types
    kind = _KINDS[planned.call]
    include = f"Include `<{planned.path}>` to call it."
    deprecated = deprecation_reason(operation.deprecated)
    named_members = tuple(_named_members(types, planned.input))

    def method(
        kind: str,
        name: Cpp,
        about: tuple[Cpp, ...],
        *,
        rule: Cpp = EMPTY,
        examples: tuple[ExampleView, ...] = (),
    ) -> MethodView:
        return MethodView(
            kind=kind,
            name=name,
            comment=about,
            examples=examples,
            deprecated=deprecated,
            operation=planned.tag,
            input=types.names[planned.input],
            output=types.names[planned.output],
            output_events=types.names[operation.output_events] if operation.output_events else EMPTY,
            rule=rule,
            header=planned.path,
            named_members=named_members,
        )

    about = [prose(operation.documentation), *_notes(plan, operation), include, _reference(plan, operation)]
    examples = example_views(types, operation, 4) if kind == "call" else ()
    found = [method(kind, function, comment(about, 4), examples=examples)]
    if planned.paginator is not None:
        pages = f"The pages of `{function}`, each fetched when it is needed."
        name = planned.paginator.method
        found.append(method("pages", name, comment([pages, include], 4), rule=planned.paginator.name))
    for view in planned.waiters:
        waits = comment([_waiter_comment(view.waiter, function), include], 4)
        found.append(method("wait", view.method, waits, rule=view.name))
    return tuple(found)


def _reference(plan: ServicePlan, operation: ir.Operation) -> str:
    """The address of the operation's page in AWS's API reference; empty for a service of others."""
    uid = plan.service.uid
    return f"{_PAGES}/{quote(uid, safe='')}/{quote(operation.name, safe='')}" if uid else ""


def _named_members(types: TypeTable, input_name: str) -> Iterator[NamedMemberView]:
    shape = types.shapes[input_name]
    names = naming.member_names([member.name for member in shape.members], (types.names[input_name],))
    for member in shape.members:
        target, container = types.shapes[member.target], ""
        if (reference := target.element or target.value) is not None:
            container = "list" if target.element else "map"
            target = types.shapes[reference.target]
        # Elements of lists and maps may be written without the names of structures.
        kind = _NAMED.get(target.kind)
        if kind is not None and not member.json_value and not (container and kind == "structure"):
            yield NamedMemberView(names[member.name], kind, types.names[target.name], container)


def _notes(plan: ServicePlan, operation: ir.Operation) -> Iterator[str]:
    if operation.input_events is not None:
        yield "Opens an event stream. The result sends events, receives events and returns the output."
    elif operation.output_events is not None:
        yield "`on_event` is called with each event of the response; the call ends if it returns false."
    if operation.endpoint_discovery_required:
        asked = [other for other in plan.operations if other.operation.is_endpoint_operation]
        whom = f"`{asked[0].function}` returns" if asked else "another operation of the service returns"
        yield (
            f"Needs an endpoint that {whom}: set `ClientConfig::interceptor` to an `EndpointDiscovery`"
            " (`belfry/endpoint_discovery.hpp`), or `ClientConfig::endpoint` to it."
        )


def _waiter_comment(waiter: ir.Waiter, function: str) -> str:
    about = prose(waiter.documentation) or f"Polls `{function}` until the waiter {waiter.name} ends."
    longest = waiter.max_delay_seconds or waiter.delay_seconds
    pause = f"{waiter.delay_seconds} to {longest}" if longest > waiter.delay_seconds else f"{longest}"
    limit = f", at most {waiter.max_attempts} times" if waiter.max_attempts else ""
    return f"{about} By default it polls every {pause} seconds{limit}."
