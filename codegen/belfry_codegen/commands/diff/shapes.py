# SPDX-License-Identifier: Apache-2.0
"""Compares the types of two versions of a service: what changed, and what that means on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from belfry_codegen.commands.diff.order import moved_members
from belfry_codegen.commands.diff.records import Change, Key
from belfry_codegen.commands.diff.uses import Uses
from belfry_codegen.model import ir

_NAMED = (ir.Kind.STRUCTURE, ir.Kind.UNION, ir.Kind.ENUM)
# A string and an enum have the same form in every protocol.
_FORMS = {ir.Kind.ENUM: ir.Kind.STRING, ir.Kind.INT_ENUM: ir.Kind.INTEGER}
_Bounds = tuple[ir.Limits, str | None]
_NO_LONGER_SENT = "requests of programs built before have values that the service does not read"
_NO_LONGER_RECEIVED = "responses no longer have it"


class ShapeChanges:
    """The changes of shapes and their members."""

    def __init__(self, old: ir.Service, new: ir.Service) -> None:
        self._old = old.shapes
        self._new = new.shapes
        self._was_used = Uses(old)
        self._is_used = Uses(new)
        self._xml = new.protocol.xml or new.protocol.form

    def all(self) -> Iterator[Change]:
        """Every change of a shape, in the order of the names."""
        for name in sorted(self._old.keys() | self._new.keys()):
            was, now = self._old.get(name), self._new.get(name)
            key = ("shape", name)
            if was is None and now is not None:
                if now.kind in _NAMED:
                    yield self._change(key, f"{now.kind.value} {name} added", is_new=True)
            elif now is None and was is not None:
                if was.kind in _NAMED:
                    yield self._change(key, f"{was.kind.value} {name} removed")
            elif was is not None and now is not None:
                yield from self._shape(was, now)

    def _change(self, key: Key, text: str, wire: str = "", is_new: bool = False) -> Change:
        used = self._was_used if key[1] in self._old else self._is_used
        return Change(key, text, wire=wire, is_new=is_new, operations=used.operations(key[1]))

    def _shape(self, was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
        name, key = was.name, ("shape", was.name)
        if was.kind is not now.kind:
            other = _form(was) is not _form(now)
            wire = "the value has another form" if other else ""
            yield self._change(key, f"shape {name}: was {was.kind.value}, is {now.kind.value}", wire)
            if other:
                return
        yield from self._error(was, now)
        yield from self._members(was, now)
        yield from self._values(was, now)
        yield from self._limits(key, f"shape {name}", _bounds_of(was), _bounds_of(now))
        for what, before, after in _formats(was, now, self._xml):
            yield self._change(key, f"shape {name}: {what} was {before}, is {after}", "the form changed")
        for trait, then, today in (
            ("deprecated", was.deprecated is not None, now.deprecated is not None),
            ("sensitive", was.sensitive, now.sensitive),
        ):
            if then != today:
                yield self._change(key, f"shape {name} is {'' if today else 'not '}{trait} now")

    def _error(self, was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
        key, before, after = ("shape", was.name), was.error, now.error
        if before is None or after is None:
            if before is not after:
                text = (
                    f"shape {was.name} is {'an' if after else 'no'} exception{'' if after else ' any more'}"
                )
                yield self._change(key, text, "errors are told from each other by it" if before else "")
            return
        if before.code != after.code:
            text = f"exception {was.name}: code was {before.code}, is {after.code}"
            yield self._change(key, text, "programs built before look for the old code")
        if before.http_status != after.http_status:
            statuses = f"was {before.http_status or 'not set'}, is {after.http_status or 'not set'}"
            yield self._change(key, f"exception {was.name}: status {statuses}")
        for what, then, today in (
            ("retryable", before.retryable, after.retryable),
            ("throttling", before.throttling, after.throttling),
        ):
            if then != today:
                yield self._change(key, f"exception {was.name} is {'' if today else 'not '}{what} now")

    def _members(self, was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
        before = {member.name: member for member in was.members}
        for member in was.members:
            if now.member(member.name) is None:
                wire = _NO_LONGER_SENT if self._was_used.is_sent(was.name) else _NO_LONGER_RECEIVED
                yield self._change(
                    ("member", was.name, member.name), f"member {_place(was, member)} removed", wire
                )
        for member in now.members:
            key, place = ("member", now.name, member.name), _place(now, member)
            old = before.get(member.name)
            if old is not None:
                yield from self._member(was, old, member)
                continue
            must = member.required and self._was_used.is_sent(was.name)
            wire = "requests without it are refused" if must else ""
            yield self._change(
                key, f"{'required ' if member.required else ''}member {place} added", wire, True
            )
        moved = moved_members([one.name for one in was.members], [one.name for one in now.members])
        if moved:
            text = f"members of {now.name} changed places: {', '.join(moved)}"
            yield self._change(("order", now.name), text)

    def _member(self, owner: ir.Shape, was: ir.Member, now: ir.Member) -> Iterator[Change]:
        key, place = ("member", owner.name, was.name), f"member {_place(owner, was)}"
        yield from self._target(key, place, was.target, now.target)
        if now.required and not was.required:
            wire = "requests without it are refused" if self._is_used.is_sent(owner.name) else ""
            yield self._change(key, f"{place} is required now", wire)
        if was.required and not now.required:
            also = "; responses may come without it" if self._is_used.is_received(owner.name) else ""
            yield self._change(key, f"{place} is optional now{also}")
        if _binding(was) != _binding(now):
            text = f"{place}: was {_binding(was)}, is {_binding(now)}"
            yield self._change(key, text, "the value is at another place")
        for what, before, after in _member_formats(was, now, self._xml):
            yield self._change(key, f"{place}: {what} was {before}, is {after}", "the form changed")
        for trait, then, today in (
            ("an idempotency token", was.idempotency_token, now.idempotency_token),
            ("sensitive", _is_sensitive(was, self._old), _is_sensitive(now, self._new)),
            ("deprecated", was.deprecated is not None, now.deprecated is not None),
            ("a stream", was.streaming, now.streaming),
        ):
            if then != today:
                yield self._change(key, f"{place} is {'' if today else 'not '}{trait} now")
        if was.default != now.default:
            yield self._change(
                key, f"{place}: default was {_or_none(was.default)}, is {_or_none(now.default)}"
            )
        # Those of a type that both have are changes of the type.
        if was.target != now.target or (was.limits, was.pattern) != (now.limits, now.pattern):
            yield from self._limits(key, place, _bounds(was, self._old), _bounds(now, self._new))

    def _target(self, key: Key, place: str, old: str, new: str) -> Iterator[Change]:
        """The change of a value's type. The name of one that has none in C++ does not matter."""
        if old == new:
            return
        was, now = self._old[old], self._new[new]
        named = was.kind in _NAMED or now.kind in _NAMED
        same = self._same_form(old, new)
        if named or not same:
            wire = "" if same else "the value has another form"
            yield self._change(key, f"{place}: was {_words(was)}, is {_words(now)}", wire)
            return
        for before, after in _references(was, now):
            yield from self._target(key, f"elements of {place}", before.target, after.target)
            if before.target != after.target:
                bounds = (self._old[before.target], self._new[after.target])
                yield from self._limits(key, f"elements of {place}", *map(_bounds_of, bounds))

    def _limits(self, key: Key, place: str, was: _Bounds, now: _Bounds) -> Iterator[Change]:
        sent = self._is_used.is_sent(key[1])
        (limits, pattern), (new_limits, new_pattern) = was, now
        if limits != new_limits:
            wire = "values that were valid are refused" if sent and _is_narrower(limits, new_limits) else ""
            text = f"{place}: limits were {_limits_text(limits)}, are {_limits_text(new_limits)}"
            yield self._change(key, text, wire)
        if pattern != new_pattern:
            # Whether each text of one pattern is also one of another is not decided.
            doubt = "; values that were valid may be refused" if sent and new_pattern is not None else ""
            text = f"{place}: pattern was {_or_none(pattern)}, is {_or_none(new_pattern)}{doubt}"
            yield self._change(key, text)

    def _values(self, was: ir.Shape, now: ir.Shape) -> Iterator[Change]:
        before = [value.value for value in was.enum_values]
        after = [value.value for value in now.enum_values]
        wire = "the service refuses it" if self._was_used.is_sent(was.name) else ""
        for value in before:
            if value not in after and now.kind is was.kind:
                yield self._change(("value", was.name, value), f"value {was.name} '{value}' removed", wire)
        for value in after:
            if value not in before and now.kind is was.kind:
                text = f"value {now.name} '{value}' added"
                yield self._change(("value", now.name, value), text, is_new=True)
        gone = {value.value for value in was.enum_values if value.deprecated is not None}
        for one in now.enum_values:
            if one.deprecated is not None and one.value in before and one.value not in gone:
                key = ("value", now.name, one.value)
                yield self._change(key, f"value {now.name} '{one.value}' is deprecated now")

    def _same_form(self, old: str, new: str, seen: frozenset[tuple[str, str]] = frozenset()) -> bool:
        """Whether values of two types look the same on the wire."""
        if (old, new) in seen:
            return True
        seen |= {(old, new)}
        was, now = self._old[old], self._new[new]
        if _form(was) is not _form(now) or list(_formats(was, now, self._xml)):
            return False
        if not all(self._same_form(one.target, other.target, seen) for one, other in _references(was, now)):
            return False
        for member in was.members:
            other = now.member(member.name)
            if other is None or _binding(member) != _binding(other):
                return False
            if list(_member_formats(member, other, self._xml)):
                return False
            if not self._same_form(member.target, other.target, seen):
                return False
        return True


def _words(shape: ir.Shape) -> str:
    return shape.name if shape.kind in _NAMED else f"{shape.name} ({shape.kind.value})"


def _binding(member: ir.Member) -> str:
    """The name of a member in a message, and the part of the message that has it."""
    if member.location is ir.Location.PAYLOAD:
        return "the payload"
    return f"{member.wire_name} in the {member.location.value}"


def _bounds_of(shape: ir.Shape) -> _Bounds:
    return shape.limits, shape.pattern


def _bounds(member: ir.Member, shapes: Mapping[str, ir.Shape]) -> _Bounds:
    """The bounds of a member's values: its own replace those of its type."""
    limits, pattern = _bounds_of(shapes[member.target])
    return member.limits if member.limits != ir.Limits() else limits, member.pattern or pattern


def _is_sensitive(member: ir.Member, shapes: Mapping[str, ir.Shape]) -> bool:
    """Whether a member is sensitive and its type is not."""
    return member.sensitive and not shapes[member.target].sensitive


def _place(owner: ir.Shape, member: ir.Member) -> str:
    return f"{owner.name}.{member.name}"


def _form(shape: ir.Shape) -> ir.Kind:
    return _FORMS.get(shape.kind, shape.kind)


def _references(was: ir.Shape, now: ir.Shape) -> Iterator[tuple[ir.Reference, ir.Reference]]:
    for before, after in ((was.element, now.element), (was.key, now.key), (was.value, now.value)):
        if before is not None and after is not None:
            yield before, after


def _formats(was: ir.Shape, now: ir.Shape, xml: bool) -> Iterator[tuple[str, str, str]]:
    """The parts of a shape's form that changed, each with its old and its new value."""
    if was.timestamp_format != now.timestamp_format:
        yield "timestamp format", _format(was.timestamp_format), _format(now.timestamp_format)
    if was.sparse != now.sparse:
        yield "whether elements may be null", _yes(was.sparse), _yes(now.sparse)
    for noun, before, after in (
        ("element", was.element, now.element),
        ("key", was.key, now.key),
        ("value", was.value, now.value),
    ):
        if before is None or after is None:
            continue
        if before.timestamp_format != after.timestamp_format:
            yield (
                f"{noun}'s timestamp format",
                _format(before.timestamp_format),
                _format(after.timestamp_format),
            )
        if xml and before.xml != after.xml:
            yield f"{noun}'s XML", _xml_words(before.xml), _xml_words(after.xml)
    if xml and was.xml != now.xml:
        yield "XML", _xml_words(was.xml), _xml_words(now.xml)


def _member_formats(was: ir.Member, now: ir.Member, xml: bool) -> Iterator[tuple[str, str, str]]:
    if was.timestamp_format != now.timestamp_format:
        yield "timestamp format", _format(was.timestamp_format), _format(now.timestamp_format)
    if xml and was.xml != now.xml:
        yield "XML", _xml_words(was.xml), _xml_words(now.xml)
    for what, before, after in (
        ("the payload of its event", was.event_payload, now.event_payload),
        ("a header of its event", was.event_header, now.event_header),
        ("a part of the host name", was.host_label, now.host_label),
        ("JSON in a string", was.json_value, now.json_value),
    ):
        if before != after:
            yield f"whether it is {what}", _yes(before), _yes(after)


def _xml_words(traits: ir.XmlTraits) -> str:
    namespace = traits.namespace
    said = [
        f"element {traits.name}" if traits.name else "",
        f"key {traits.query_name}" if traits.query_name else "",
        f"namespace {namespace.prefix or 'default'}={namespace.uri}" if namespace else "",
        "attribute" if traits.attribute else "",
        "flattened" if traits.flattened else "",
    ]
    return ", ".join(filter(None, said)) or "as the name"


def _format(found: ir.TimestampFormat | None) -> str:
    return found.value if found is not None else "the protocol's"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _or_none(value: object) -> str:
    return "none" if value is None else repr(value) if isinstance(value, str) else str(value)


def _is_narrower(was: ir.Limits, now: ir.Limits) -> bool:
    low = now.minimum is not None and (was.minimum is None or now.minimum > was.minimum)
    high = now.maximum is not None and (was.maximum is None or now.maximum < was.maximum)
    return low or high


def _limits_text(limits: ir.Limits) -> str:
    if limits.minimum is None and limits.maximum is None:
        return "none"
    if limits.maximum is None:
        return f"{limits.minimum} or more"
    return f"{limits.minimum if limits.minimum is not None else 'any'} to {limits.maximum}"
