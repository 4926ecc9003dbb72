# SPDX-License-Identifier: Apache-2.0
"""Compares the operations of two versions of a service, and what the service says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from belfry_codegen.commands.diff.records import Change, Key
from belfry_codegen.model import ir


def operation_changes(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    """Every change of an operation, its pages and its waiters, in the order of the names."""
    for name in sorted(old.operations.keys() | new.operations.keys()):
        was, now = old.operations.get(name), new.operations.get(name)
        key = ("operation", name)
        if was is None:
            yield Change(key, f"operation {name} added", is_new=True, operations=(name,))
        elif now is None:
            wire = "the service no longer answers it"
            yield Change(key, f"operation {name} removed", wire=wire, operations=(name,))
        else:
            yield from _operation(was, now, old, new)
    yield from _waiters(old, new)


def _operation(was: ir.Operation, now: ir.Operation, old: ir.Service, new: ir.Service) -> Iterator[Change]:
    name, key = was.name, ("operation", was.name)

    def change(text: str, wire: str = "", place: Key = key, is_new: bool = False) -> Change:
        return Change(place, f"operation {name}: {text}", wire=wire, is_new=is_new, operations=(name,))

    for noun, before, after in (
        ("input", was.input, now.input),
        ("output", was.output, now.output),
        ("events that it sends", was.input_events, now.input_events),
        ("events that it receives", was.output_events, now.output_events),
    ):
        if before != after:
            streams = noun.startswith("events") and (before is None or after is None)
            wire = "the body is a stream of events, or no longer one" if streams else ""
            yield change(f"{noun} was {before or 'none'}, is {after or 'none'}", wire, (*key, noun))
    if was.http != now.http:
        before, after = f"{was.http.method} {was.http.uri}", f"{now.http.method} {now.http.uri}"
        if before != after:
            wire = "requests go to another method or path" if new.protocol.http_bindings else ""
            yield change(f"{before} is {after}", wire)
        if was.http.status != now.http.status:
            yield change(f"status was {was.http.status or 200}, is {now.http.status or 200}")
    if was.wire_name != now.wire_name:
        yield change(
            f"name in requests was {was.wire_name}, is {now.wire_name}", "the service does not know it"
        )
    for error in now.errors:
        if error not in was.errors:
            yield change(f"error {error} added", place=("error", name, error), is_new=True)
    for error in was.errors:
        if error not in now.errors:
            yield change(f"error {error} removed", place=("error", name, error))
    yield from _authentication(was, now, old, new)
    if was.host_prefix != now.host_prefix:
        text = f"host prefix was {was.host_prefix or 'none'}, is {now.host_prefix or 'none'}"
        yield change(text, "requests go to another host")
    if now.checksum.required and not was.checksum.required:
        yield change("a checksum is required now", "requests without one are refused")
    elif was.checksum != now.checksum:
        yield change("checksums changed")
    if now.endpoint_discovery_required and not was.endpoint_discovery_required:
        yield change("endpoint discovery is required now", "requests go to another host")
    for what, before, after in _facts(was, now):
        yield change(f"{what} was {before}, is {after}")
    if (was.deprecated is None) != (now.deprecated is None):
        yield change(f"is {'' if now.deprecated else 'not '}deprecated now")
    yield from _pages(was, now)


def _facts(was: ir.Operation, now: ir.Operation) -> Iterator[tuple[str, str, str]]:
    """Facts on how clients call an operation. Their changes leave messages compatible."""
    for what, before, after in (
        ("idempotent", was.idempotent, now.idempotent),
        ("read-only", was.readonly, now.readonly),
        ("unsigned payload", was.unsigned_payload, now.unsigned_payload),
        ("endpoint discovery", was.endpoint_discovery, now.endpoint_discovery),
        ("long poll", was.long_poll, now.long_poll),
        ("compression", was.compression, now.compression),
        ("fixed headers", was.headers, now.headers),
        ("fixed endpoint parameters", was.static_context, now.static_context),
        (
            "endpoint parameters of the input",
            [(name, expression.text) for name, expression in was.operation_context],
            [(name, expression.text) for name, expression in now.operation_context],
        ),
    ):
        if before != after:
            yield what, _words(before), _words(after)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not value:
        return "none"
    return ", ".join(" ".join(map(str, item)) if isinstance(item, tuple) else str(item) for item in value)


def _authentication(
    was: ir.Operation, now: ir.Operation, old: ir.Service, new: ir.Service
) -> Iterator[Change]:
    if was.auth is None and now.auth is None:
        # The service's own, which is compared once.
        return
    before, after = was.auth or old.auth, now.auth or new.auth
    if before != after:
        text = f"authentication was {auth_words(before)}, is {auth_words(after)}"
        yield Change(
            ("operation", was.name),
            f"operation {was.name}: {text}",
            wire=_auth_wire(before, after),
            operations=(was.name,),
        )


def auth_words(schemes: tuple[ir.Auth, ...]) -> str:
    """The names of the schemes."""
    return ", ".join(scheme.value for scheme in schemes) or "none"


def _auth_wire(before: tuple[ir.Auth, ...], after: tuple[ir.Auth, ...]) -> str:
    gone = [scheme.value for scheme in before if scheme not in after]
    return f"requests authenticated by {', '.join(gone)} are refused" if gone else ""


def _pages(was: ir.Operation, now: ir.Operation) -> Iterator[Change]:
    key, before, after = ("paginator", was.name), was.paginator, now.paginator
    text = f"paginator of operation {was.name}"
    operations = (was.name,)
    if before is None and after is not None:
        yield Change(key, f"{text} added", is_new=True, operations=operations)
    elif before is not None and after is None:
        yield Change(key, f"{text} removed", operations=operations)
    elif before is not None and after is not None:
        for what, then, today in (
            ("input tokens", list(before.input_tokens), list(after.input_tokens)),
            (
                "output tokens",
                [token.text for token in before.output_tokens],
                [token.text for token in after.output_tokens],
            ),
            (
                "sign of more results",
                [before.more_results.text] if before.more_results else [],
                [after.more_results.text] if after.more_results else [],
            ),
            ("limit", [before.limit_key or ""], [after.limit_key or ""]),
            ("end at a repeated token", before.ends_on_repeated_token, after.ends_on_repeated_token),
        ):
            if then != today:
                yield Change(
                    key, f"{text}: {what} was {_words(then)}, is {_words(today)}", operations=operations
                )


def _waiters(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    for name in sorted(old.waiters.keys() | new.waiters.keys()):
        was, now, key = old.waiters.get(name), new.waiters.get(name), ("waiter", name)
        if was is None and now is not None:
            yield Change(key, f"waiter {name} added", is_new=True, operations=(now.operation,))
        elif was is not None and now is None:
            yield Change(key, f"waiter {name} removed", operations=(was.operation,))
        elif was is not None and now is not None:
            operations = (was.operation,)
            if was.operation != now.operation:
                text = f"waiter {name}: polls {now.operation}, not {was.operation}"
                yield Change(key, text, operations=operations)
            if _rules(was) != _rules(now):
                yield Change(key, f"waiter {name}: ends at other responses", operations=operations)
            before = (was.delay_seconds, was.max_delay_seconds, was.max_attempts)
            if before != (now.delay_seconds, now.max_delay_seconds, now.max_attempts):
                yield Change(key, f"waiter {name}: polls at other times", operations=operations)


def _rules(waiter: ir.Waiter) -> list[tuple[object, ...]]:
    return [
        (one.state, one.matcher, one.expected, one.argument.text if one.argument else "", one.with_input)
        for one in waiter.acceptors
    ]


def service_changes(old: ir.Service, new: ir.Service) -> Iterator[Change]:
    """The changes that concern every operation."""
    key = ("service",)
    was, now = old.protocol.name, new.protocol.name
    if was != now:
        wire = "" if was in new.protocols else "the service no longer speaks it"
        yield Change(key, f"protocol was {was}, is {now}", wire=wire)
    for protocol in new.protocols:
        if protocol not in old.protocols and protocol != now:
            yield Change(key, f"protocol {protocol} added", is_new=True)
    if old.auth != new.auth:
        text = f"authentication was {auth_words(old.auth)}, is {auth_words(new.auth)}"
        yield Change(key, text, wire=_auth_wire(old.auth, new.auth))
    for what, before, after, wire in (
        ("signing name", old.signing_name, new.signing_name, "signatures with the old name are refused"),
        ("target prefix", _target(old), _target(new), "the service does not know the old X-Amz-Target"),
        ("JSON version", old.json_version, new.json_version, "requests have the old media type"),
        ("XML namespace", _namespace(old), _namespace(new), "documents have the old namespace"),
        ("API version", old.api_version, new.api_version, _version_wire(old)),
        (
            "whether errors have codes of the query protocol",
            old.query_compatible,
            new.query_compatible,
            _CODES,
        ),
        ("SDK ID", old.id, new.id, ""),
        ("attempts of a call", old.max_attempts, new.max_attempts, ""),
    ):
        if before != after:
            yield Change(key, f"{what} was {before or 'none'}, is {after or 'none'}", wire=wire)


_CODES = "errors have other codes"


def _target(service: ir.Service) -> str:
    used = service.protocol.target_header or service.protocol.rpc_v2
    return service.shape_name if used else ""


def _namespace(service: ir.Service) -> str:
    """The namespace of the documents that requests have."""
    sends_xml = service.protocol.xml and not service.protocol.form
    return service.xml_namespace.uri if sends_xml and service.xml_namespace is not None else ""


def _version_wire(service: ir.Service) -> str:
    # Form data names the version of the API (`Version=2011-06-15`).
    return "requests name the old version" if service.protocol.form else ""
