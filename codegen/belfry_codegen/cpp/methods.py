# SPDX-License-Identifier: Apache-2.0
"""The client's methods: one that calls an operation, one for its pages, one for each of its waiters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.examples import example_lines
from belfry_codegen.cpp.paging import waiter_name
from belfry_codegen.cpp.text import comment, deprecation_reason, prose
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir


@dataclass(frozen=True, slots=True)
class MethodView:
    """A method. Its signature follows from `kind`."""

    kind: str
    """`call`, `call_with_events`, `event_stream`, `pages` or `wait`."""
    name: str
    comment: tuple[str, ...]
    deprecated: str | None
    """The reason as a literal, empty where the model gives none; None for what is not deprecated."""
    operation: str
    input: str
    output: str
    output_events: str
    """The type of the events that are received; empty for most operations."""
    rule: str
    """The waiter's or paginator's constant; empty for a call."""


@dataclass(frozen=True, slots=True)
class MethodNames:
    """What methods and their comments call things by."""

    namespace: str
    functions: Mapping[str, str]
    """An operation's method."""
    files: Mapping[str, str]
    """An operation's header, without folder and suffix."""


def methods_of(
    service: ir.Service, types: TypeTable, names: MethodNames, operation: ir.Operation
) -> tuple[MethodView, ...]:
    """The methods of an operation."""
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    assert operation.output is not None, "the synthesize pass gives every operation both messages"
    function = names.functions[operation.name]
    include = f"Include `<belfry/{names.namespace}/{names.files[operation.name]}.hpp>` to call it."
    deprecated = deprecation_reason(operation.deprecated)
    input_type, output_type = types.names[operation.input], types.names[operation.output]

    def method(kind: str, name: str, about: tuple[str, ...], rule: str = "") -> MethodView:
        return MethodView(
            kind=kind,
            name=name,
            comment=about,
            deprecated=deprecated,
            operation=naming.type_name(operation.name),
            input=input_type,
            output=output_type,
            output_events=types.names[operation.output_events] if operation.output_events else "",
            rule=rule,
        )

    about = [prose(operation.documentation), *_notes(service, operation, names), include]
    examples = (
        example_lines(types, names.namespace, operation, function, 4) if _kind(operation) == "call" else ()
    )
    found = [method(_kind(operation), function, (*comment(about, 4), *examples))]
    if operation.paginator is not None:
        pages = f"The pages of `{function}`, fetched as they are asked for."
        found.append(
            method("pages", f"paginate_{function.rstrip('_')}", comment([pages, include], 4), function)
        )
    for waiter in service.waiters.values():
        if waiter.operation == operation.name:
            rule = waiter_name(waiter)
            waits = comment([_waiter_comment(waiter, function), include], 4)
            found.append(method("wait", f"poll_until_{rule}", waits, rule))
    return tuple(found)


def _kind(operation: ir.Operation) -> str:
    if operation.input_events is not None:
        return "event_stream"
    return "call_with_events" if operation.output_events is not None else "call"


def _notes(service: ir.Service, operation: ir.Operation, names: MethodNames) -> Iterator[str]:
    if operation.input_events is not None:
        yield "Opens a stream of events; what it returns sends them, receives them and gives the output."
    elif operation.output_events is not None:
        yield "`on_event` is called with each event of the response; when it returns false, the call ends."
    # Where to send an operation whose service tells its endpoints is the caller's to ask for.
    if operation.endpoint_discovery_required:
        asked = [
            names.functions[other.name]
            for other in service.operations.values()
            if other.is_endpoint_operation
        ]
        whom = f"`{asked[0]}` tells it" if asked else "another operation of the service tells it"
        yield f"Goes to an endpoint of the caller's account: {whom}, for `ClientConfig::endpoint`."


def _waiter_comment(waiter: ir.Waiter, function: str) -> str:
    about = (
        prose(waiter.documentation) or f"Polls `{function}` until the waiter {waiter.name} has its answer."
    )
    longest = waiter.max_delay_seconds or waiter.delay_seconds
    pause = f"{waiter.delay_seconds} to {longest}" if longest > waiter.delay_seconds else f"{longest}"
    limit = f", at most {waiter.max_attempts} times" if waiter.max_attempts else ""
    return f"{about} Asks every {pause} seconds{limit}, by default."
