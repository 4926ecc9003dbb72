# SPDX-License-Identifier: Apache-2.0
"""Reads paginators, waiters and examples, which are traits of operations in a Smithy model."""

from __future__ import annotations

from collections.abc import Iterator

from belfry_codegen.model import ir
from belfry_codegen.model.suggestions import close_matches
from belfry_codegen.readers.node import Node
from belfry_codegen.readers.smithy.json_ast import Traits
from belfry_codegen.readers.waiters_and_paginators import LARGEST_COUNT

_COMPARATORS = {
    "stringEquals": ir.Matcher.PATH,
    "booleanEquals": ir.Matcher.PATH,
    "allStringEquals": ir.Matcher.PATH_ALL,
    "anyStringEquals": ir.Matcher.PATH_ANY,
}
# The trait's defaults for `minDelay` and `maxDelay`, in seconds.
_MIN_DELAY = 2
_MAX_DELAY = 120


def read_paginator(operation: str, traits: Traits, common: Node | None) -> ir.Paginator | None:
    """The operation's paginator; `common` is the service's trait `paginated`, which gives defaults."""
    own = traits.child("paginated")
    if own is None:
        return None
    node = Node(own.file, f"{own.where}, 'paginated'", {**(common.data if common else {}), **own.data})
    given, returned = node.required_text("inputToken"), node.required_expression("outputToken")
    items = node.optional_text("items")
    return ir.Paginator(
        operation=operation,
        input_tokens=(given,),
        output_tokens=(returned,),
        result_keys=(items,) if items else (),
        limit_key=node.optional_text("pageSize"),
    )


def check_paginator(paginator: ir.Paginator, shape: ir.Shape | None, node: Node) -> None:
    """Fails unless the input has the members that the paginator sets."""
    limits = (paginator.limit_key,) if paginator.limit_key else ()
    for name in (*paginator.input_tokens, *limits):
        if shape is None or shape.member(name) is None:
            known = [member.name for member in shape.members] if shape else []
            node.fail(f"'paginated': the input has no member '{name}'{close_matches(name, known)}")


def read_examples(traits: Traits) -> tuple[ir.Example, ...]:
    """The operation's examples, except for those of errors."""
    return tuple(
        ir.Example(entry.text("title"), entry.text("documentation"), entry.data.get("input") or {})
        for entry in traits.node.items("smithy.api#examples")
        if not entry.has("error")
    )


def read_waiters(operation: str, traits: Traits) -> Iterator[ir.Waiter]:
    """The operation's waiters."""
    for name, node in traits.node.children("smithy.waiters#waitable", "waiter"):
        entries = list(node.items("acceptors"))
        if not entries:
            node.fail("'acceptors' is missing or empty")
        low = node.integer_within("minDelay", 0, LARGEST_COUNT) or _MIN_DELAY
        high = node.integer_within("maxDelay", 0, LARGEST_COUNT) or _MAX_DELAY
        if low < 1 or high < low:
            node.fail("'minDelay' must be 1 or more, and 'maxDelay' must not be less than 'minDelay'")
        yield ir.Waiter(
            name=name,
            operation=operation,
            delay_seconds=low,
            max_delay_seconds=high,
            max_attempts=0,
            acceptors=tuple(_acceptor(entry) for entry in entries),
            documentation=node.text("documentation"),
        )


def _acceptor(node: Node) -> ir.Acceptor:
    states = {state.value: state for state in ir.WaiterState}
    state = node.required_text("state")
    if state not in states:
        node.fail(f"unknown state '{state}'{close_matches(state, states)}")
    matcher = node.required_child("matcher")
    if matcher.has("success"):
        # The IR has botocore's form: the expected error, true for any error and false for none.
        return ir.Acceptor(states[state], ir.Matcher.ERROR, not matcher.flag("success"))
    if matcher.has("errorType"):
        name = matcher.required_text("errorType")
        return ir.Acceptor(states[state], ir.Matcher.ERROR, name.rpartition("#")[2], names_shape=True)
    output = matcher.child("output") or matcher.child("inputOutput")
    if output is None:
        known = ("success", "errorType", "output", "inputOutput")
        name = next(iter(matcher.data), "")
        node.fail(f"unknown matcher '{name}'{close_matches(name, known)}")
    comparator = output.required_text("comparator")
    if comparator not in _COMPARATORS:
        node.fail(f"unknown comparator '{comparator}'{close_matches(comparator, _COMPARATORS)}")
    expected: str | bool = output.text("expected")
    if comparator == "booleanEquals":
        if expected not in ("true", "false"):
            node.fail(f"'expected' must be 'true' or 'false', not '{expected}'")
        expected = expected == "true"
    return ir.Acceptor(
        states[state],
        _COMPARATORS[comparator],
        expected,
        output.required_expression("path"),
        with_input=matcher.has("inputOutput"),
    )
