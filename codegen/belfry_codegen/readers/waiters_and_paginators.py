# SPDX-License-Identifier: Apache-2.0
"""Reads paginators, waiters and examples, which botocore keeps in files beside the service's."""

from __future__ import annotations

from collections.abc import Mapping

from belfry_codegen.model import ir
from belfry_codegen.model.errors import Place
from belfry_codegen.model.records import replace
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.node import Node

PAGINATOR_KEYS = (
    *("input_token", "output_token", "result_key", "limit_key", "more_results"),
    "non_aggregate_keys",
)
LARGEST_COUNT = 0x7FFFFFFF
"""The largest number of seconds or attempts of a waiter."""
LARGEST_INTEGER = 0x7FFFFFFFFFFFFFFF
WAITER_KEYS = ("operation", "delay", "maxAttempts", "acceptors", "documentation")
ACCEPTOR_KEYS = ("state", "matcher", "expected", "argument")
"""The keys that are read from each of these objects."""


def read_paginators(service: ir.Service, root: Node) -> ir.Service:
    """The service with the paginators that a `paginators-1` object describes."""
    operations = dict(service.operations)
    for name, node in root.children("pagination", "paginator"):
        require_operation(operations, name, node.place)
        paginator = read_paginator(name, node)
        check_paginator(service, paginator, node.place)
        operations[name] = replace(operations[name], paginator=paginator)
    return replace(service, operations=operations)


def read_examples(service: ir.Service, root: Node) -> ir.Service:
    """The service with the examples that an `examples-1` object has."""
    operations = dict(service.operations)
    examples = root.child("examples")
    for name in examples.data if examples else ():
        node = Node(root.file, f"examples '{name}'", examples.data if examples else {})
        operation = require_operation(operations, name, node.place)
        found = tuple(
            ir.Example(entry.text("title"), entry.text("description"), entry.data.get("input") or {})
            for entry in node.items(name)
        )
        operations[name] = replace(operation, examples=found)
    return replace(service, operations=operations)


def read_waiters(service: ir.Service, root: Node) -> dict[str, ir.Waiter]:
    """The waiters that a `waiters-2` object describes."""
    waiters = {}
    for name, node in root.children("waiters", "waiter"):
        require_operation(service.operations, node.required_text("operation"), node.place)
        waiters[name] = read_waiter(name, node)
    return waiters


def require_operation(operations: Mapping[str, ir.Operation], name: str, place: Place) -> ir.Operation:
    """The operation of that name; fails if it is not defined."""
    if name not in operations:
        place.fail(f"operation '{name}' is not defined{close_matches(name, operations)}")
    return operations[name]


def read_paginator(operation: str, node: Node) -> ir.Paginator:
    """The operation's paginator, from an object of `paginators-1`."""
    paginator = ir.Paginator(
        operation=operation,
        input_tokens=node.text_or_texts("input_token"),
        output_tokens=node.expressions("output_token"),
        result_keys=node.text_or_texts("result_key"),
        limit_key=node.optional_text("limit_key"),
        more_results=node.expression("more_results"),
        non_aggregate_keys=node.texts("non_aggregate_keys"),
    )
    if not paginator.input_tokens or len(paginator.input_tokens) != len(paginator.output_tokens):
        node.fail("'input_token' and 'output_token' must name the same number of members, at least one")
    return paginator


def check_paginator(service: ir.Service, paginator: ir.Paginator, place: Place) -> None:
    """Fails unless the operation's input has the members that the paginator sets."""
    operation = service.operations[paginator.operation]
    shape = service.shapes[operation.input] if operation.input else None
    limits = (paginator.limit_key,) if paginator.limit_key else ()
    for name in (*paginator.input_tokens, *limits):
        if shape is None or shape.member(name) is None:
            known = [member.name for member in shape.members] if shape else []
            place.fail(f"the input of '{operation.name}' has no member '{name}'{close_matches(name, known)}")


def read_waiter(name: str, node: Node) -> ir.Waiter:
    """The waiter of that name, from an object of `waiters-2`."""
    operation = node.required_text("operation")
    acceptors = tuple(_acceptor(child) for child in node.items("acceptors"))
    if not acceptors:
        node.fail("'acceptors' is missing or empty")
    waiter = ir.Waiter(
        name=name,
        operation=operation,
        delay_seconds=node.required_integer("delay"),
        max_attempts=node.required_integer("maxAttempts"),
        acceptors=acceptors,
        documentation=node.text("documentation"),
    )
    for key in ("delay", "maxAttempts"):
        node.integer_within(key, 1, LARGEST_COUNT)
    return waiter


def _acceptor(node: Node) -> ir.Acceptor:
    states = {state.value: state for state in ir.WaiterState}
    matchers = {matcher.value: matcher for matcher in ir.Matcher}
    state, matcher = node.required_text("state"), node.required_text("matcher")
    if state not in states:
        node.fail(f"unknown state '{state}'{close_matches(state, states)}")
    if matcher not in matchers:
        node.fail(f"unknown matcher '{matcher}'{close_matches(matcher, matchers)}")
    expected = node.data.get("expected")
    if not isinstance(expected, (str, int, bool)):
        node.fail("'expected' must be a string, an integer, or true or false")
    if isinstance(expected, int) and not -LARGEST_INTEGER <= expected <= LARGEST_INTEGER:
        node.fail(f"'expected' does not fit 64 bits: {expected}")
    if matcher == "status":
        node.http_status("expected")
    argument = node.expression("argument")
    if matcher.startswith("path") and argument is None:
        node.fail(f"'argument' is missing; the matcher '{matcher}' needs it")
    return ir.Acceptor(states[state], matchers[matcher], expected, argument)
