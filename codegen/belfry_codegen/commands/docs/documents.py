# SPDX-License-Identifier: Apache-2.0
"""The documents that sample inputs become: JSON, XML and forms, as the protocols name and write members."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from belfry_codegen.commands.docs.samples import TIME
from belfry_codegen.cpp.types import FORMATS, TypeTable
from belfry_codegen.model import ir

_MOMENT = datetime.fromisoformat(TIME).astimezone(UTC)
_BY_NAME = {name: kind for kind, name in FORMATS.items()}


def time_text(found: ir.TimestampFormat) -> str | int:
    """The time of all samples, in a format."""
    if found is ir.TimestampFormat.EPOCH_SECONDS:
        return int(_MOMENT.timestamp())
    if found is ir.TimestampFormat.HTTP_DATE:
        return format_datetime(_MOMENT, usegmt=True)
    return TIME


class Documents:
    """Writes inputs by the model of a service."""

    def __init__(self, types: TypeTable) -> None:
        self._types = types
        self._shapes = types.shapes

    def time(self, member: ir.Member, usual: ir.TimestampFormat) -> ir.TimestampFormat:
        """The format of a member's times; `usual` if the model does not give one."""
        named = self._types.timestamp_format(member)
        return _BY_NAME[named] if named else usual

    # --- JSON ---------------------------------------------------------------------------------------------

    def json(self, target: str, value: Any, usual: ir.TimestampFormat, only_body: bool = False) -> Any:
        """The value as JSON has it; with `only_body` without the members of other parts of the message."""
        return self._json(target, value, usual, only_body)

    def _json(self, target: str, value: Any, times: ir.TimestampFormat, only_body: bool = False) -> Any:
        shape = self._shapes[target]
        if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            return {
                member.wire_name: self._json(member.target, value[member.name], self._time_in(member, times))
                for member in shape.members
                if member.name in value and not (only_body and member.location is not ir.Location.BODY)
            }
        if shape.element is not None:
            return [self._json(shape.element.target, each, times) for each in value]
        if shape.value is not None:
            return {key: self._json(shape.value.target, held, times) for key, held in value.items()}
        if shape.kind is ir.Kind.TIMESTAMP:
            return time_text(times)
        if shape.kind is ir.Kind.BLOB:
            return base64.b64encode(str(value).encode()).decode()
        return value

    def _time_in(self, member: ir.Member, usual: ir.TimestampFormat) -> ir.TimestampFormat:
        return self.time(member, ir.TimestampFormat.EPOCH_SECONDS if usual is None else usual)

    # --- forms --------------------------------------------------------------------------------------------

    def form(self, target: str, value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """The parameters of a structure, in their order."""
        yield from self._form_members(target, value, "")

    def _form_members(self, target: str, value: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
        named = not self._types.protocol.element_names
        for member in self._shapes[target].members:
            if member.name not in value:
                continue
            name = member.wire_name
            if named:
                name = member.xml.query_name or name[:1].upper() + name[1:]
            flat = named or member.xml.flattened or self._shapes[member.target].xml.flattened
            times = self.time(member, ir.TimestampFormat.DATE_TIME)
            yield from self._form(member.target, value[member.name], prefix + name, flat, times)

    def _form(
        self, target: str, value: Any, name: str, flat: bool, times: ir.TimestampFormat
    ) -> Iterator[tuple[str, str]]:
        shape = self._shapes[target]
        if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            yield from self._form_members(target, value, f"{name}.")
        elif shape.element is not None:
            element = shape.element
            elements = not self._types.protocol.element_names
            base = name if flat else f"{name}.{element.xml.name or 'member'}"
            if flat and element.xml.name and not elements:
                base = ".".join([*name.split(".")[:-1], element.xml.name])
            if not value and not elements:
                yield name, ""
            for number, each in enumerate(value, 1):
                yield from self._form(element.target, each, f"{base}.{number}", elements, times)
        elif shape.value is not None:
            assert shape.key is not None, "a map has keys"
            base = name if flat else f"{name}.entry"
            for number, (key, held) in enumerate(value.items(), 1):
                yield f"{base}.{number}.{shape.key.xml.name or 'key'}", key
                inner = f"{base}.{number}.{shape.value.xml.name or 'value'}"
                yield from self._form(shape.value.target, held, inner, False, times)
        else:
            yield name, self.text(target, value, times)

    def text(self, target: str, value: Any, times: ir.TimestampFormat) -> str:
        """A simple value as text."""
        kind = self._shapes[target].kind
        if kind is ir.Kind.TIMESTAMP:
            return str(time_text(times))
        if kind is ir.Kind.BLOB:
            return base64.b64encode(str(value).encode()).decode()
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)

    # --- XML ----------------------------------------------------------------------------------------------

    def xml(self, target: str, value: Mapping[str, Any], root: str, space: ir.XmlNamespace | None) -> str:
        """A document whose root has that name."""
        return "\n".join(self._xml(target, value, root, space, "", ir.TimestampFormat.DATE_TIME))

    def _xml(
        self,
        target: str,
        value: Any,
        name: str,
        space: ir.XmlNamespace | None,
        indent: str,
        times: ir.TimestampFormat,
    ) -> Iterator[str]:
        shape = self._shapes[target]
        opening = name + _namespace(space)
        if shape.kind in (ir.Kind.STRUCTURE, ir.Kind.UNION):
            opening += "".join(
                f" {member.wire_name}={quoteattr(self.text(member.target, value[member.name], times))}"
                for member in shape.members
                if member.xml.attribute and member.name in value
            )
            inner = list(self._xml_members(shape, value, indent + "  "))
        elif shape.element is not None:
            reference = shape.element
            inner = [
                line
                for each in value
                for line in self._xml(
                    reference.target,
                    each,
                    reference.xml.name or "member",
                    reference.xml.namespace,
                    indent + "  ",
                    times,
                )
            ]
        elif shape.value is not None:
            inner = [line for entry in value.items() for line in self._entry(shape, entry, "entry", indent)]
        else:
            yield f"{indent}<{opening}>{escape(self.text(target, value, times))}</{name}>"
            return
        if not inner:
            yield f"{indent}<{opening}/>"
            return
        yield f"{indent}<{opening}>"
        yield from inner
        yield f"{indent}</{name}>"

    def _entry(self, shape: ir.Shape, entry: tuple[str, Any], name: str, indent: str) -> Iterator[str]:
        assert shape.key is not None, "a map has keys"
        assert shape.value is not None, "a map has values"
        key, held = entry
        yield f"{indent}  <{name}>"
        yield from self._xml(
            shape.key.target,
            key,
            shape.key.xml.name or "key",
            shape.key.xml.namespace,
            indent + "    ",
            ir.TimestampFormat.DATE_TIME,
        )
        yield from self._xml(
            shape.value.target,
            held,
            shape.value.xml.name or "value",
            shape.value.xml.namespace,
            indent + "    ",
            ir.TimestampFormat.DATE_TIME,
        )
        yield f"{indent}  </{name}>"

    def _xml_members(self, shape: ir.Shape, value: Mapping[str, Any], indent: str) -> Iterator[str]:
        for member in shape.members:
            if member.name not in value or member.xml.attribute or member.location is not ir.Location.BODY:
                continue
            times = self.time(member, ir.TimestampFormat.DATE_TIME)
            target, held = self._shapes[member.target], value[member.name]
            space = member.xml.namespace
            if space is None and target.xml.namespace is not None and target.xml.namespace.prefix:
                space = target.xml.namespace
            flat = member.xml.flattened or target.xml.flattened
            if flat and target.element is not None:
                for each in held:
                    yield from self._xml(target.element.target, each, member.wire_name, space, indent, times)
            elif flat and target.value is not None:
                for entry in held.items():
                    yield from self._entry(target, entry, member.wire_name, indent[2:])
            else:
                yield from self._xml(member.target, held, member.wire_name, space, indent, times)


def _namespace(space: ir.XmlNamespace | None) -> str:
    if space is None:
        return ""
    prefix = f":{space.prefix}" if space.prefix else ""
    return f" xmlns{prefix}={quoteattr(space.uri)}"
