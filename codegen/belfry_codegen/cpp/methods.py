# SPDX-License-Identifier: Apache-2.0
"""The client's methods: one that calls an operation, one for its pages, one for each of its waiters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from belfry_codegen.cpp.examples import ExampleView, example_views
from belfry_codegen.cpp.paging import waiter_name
from belfry_codegen.cpp.plan import OperationPlan, ServicePlan
from belfry_codegen.cpp.text import comment, deprecation_reason, prose
from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method. Its signature follows from `kind`."""

    kind: str
    """`call`, `call_with_events`, `event_stream`, `pages` or `wait`."""
    name: str
    comment: tuple[str, ...]
    examples: tuple[ExampleView, ...]
    deprecated: str | None
    """The reason as a literal, empty if the model does not give one; None if not deprecated."""
    operation: str
    input: str
    output: str
    output_events: str
    """The type of the events that are received; empty for most operations."""
    rule: str
    """The waiter's or paginator's constant; empty for a call."""


_KINDS = {"open_event_stream": "event_stream", "invoke_with_events": "call_with_events", "invoke": "call"}
"""The kind of a method, by the function of the library that it calls."""


DECLARATIONS = {
    "call_with_events": "EventHandler",
    "event_stream": "EventHandler",
    "pages": "WaitOptions",
    "wait": "WaitOptions",
}
"""The library's name whose header a method's declaration needs, for each kind of method."""


def methods_of(plan: ServicePlan, planned: OperationPlan) -> tuple[MethodView, ...]:
    """The methods of an operation."""
    operation, function, types = planned.operation, planned.function, plan.types
    kind = _KINDS[planned.call]
    include = f"Include `<{planned.path}>` to call it."
    deprecated = deprecation_reason(operation.deprecated)

    def method(
        kind: str,
        name: str,
        about: tuple[str, ...],
        *,
        rule: str = "",
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
            output_events=types.names[operation.output_events] if operation.output_events else "",
            rule=rule,
        )

    about = [prose(operation.documentation), *_notes(plan, operation), include]
    examples = example_views(types, operation, 4) if kind == "call" else ()
    found = [method(kind, function, comment(about, 4), examples=examples)]
    if operation.paginator is not None:
        pages = f"The pages of `{function}`, each fetched when it is needed."
        found.append(
            method("pages", f"paginate_{function.rstrip('_')}", comment([pages, include], 4), rule=function)
        )
    for waiter in plan.service.waiters.values():
        if waiter.operation == operation.name:
            rule = waiter_name(waiter)
            waits = comment([_waiter_comment(waiter, function), include], 4)
            found.append(method("wait", f"poll_until_{rule}", waits, rule=rule))
    return tuple(found)


def _notes(plan: ServicePlan, operation: ir.Operation) -> Iterator[str]:
    if operation.input_events is not None:
        yield "Opens an event stream. The result sends events, receives events and returns the output."
    elif operation.output_events is not None:
        yield "`on_event` is called with each event of the response; the call ends if it returns false."
    # The caller gets the endpoint of such an operation from the service.
    if operation.endpoint_discovery_required:
        asked = [other.function for other in plan.operations if other.operation.is_endpoint_operation]
        whom = f"`{asked[0]}` returns it" if asked else "another operation of the service returns it"
        yield f"Needs an endpoint of the caller's account: {whom}, for `ClientConfig::endpoint`."


def _waiter_comment(waiter: ir.Waiter, function: str) -> str:
    about = prose(waiter.documentation) or f"Polls `{function}` until the waiter {waiter.name} ends."
    longest = waiter.max_delay_seconds or waiter.delay_seconds
    pause = f"{waiter.delay_seconds} to {longest}" if longest > waiter.delay_seconds else f"{longest}"
    limit = f", at most {waiter.max_attempts} times" if waiter.max_attempts else ""
    return f"{about} By default it polls every {pause} seconds{limit}."
