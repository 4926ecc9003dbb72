# SPDX-License-Identifier: Apache-2.0
"""Pretty printers for gdb: `source belfry_gdb.py`. They read libstdc++'s types.

`print/r` shows values without them. A shape is printed with the members that are set. Credentials and headers
are printed without their secrets.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import gdb
import gdb.printing

_OWN = re.compile(r"^belfry::(?:v\d+::)?(?P<name>.*)$")
_SERVICE_TYPE = re.compile(r"^(?!detail::|jmespath::)[a-z]\w*(?:::[a-z]\w*)*::[A-Z]\w*$")
_SLOTS = ("Required", "Optional", "List", "Map", "Box", "StreamingBlob")
_SECRET_HEADERS = ("authorization", "x-amz-security-token", "x-amz-s3session-token")
_ABSENT = "absent"
_SHOWN_BYTES = 64


def _struct(value: gdb.Value) -> gdb.Value:
    """The value itself, for a reference what it refers to."""
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        return value.referenced_value()
    return value


def _plain_type(value: gdb.Value) -> gdb.Type:
    return value.type.strip_typedefs().unqualified()


def _own_name(kind: gdb.Type) -> str:
    """The name below the namespace `belfry`, with template arguments; empty for another type."""
    match = _OWN.match(kind.tag or kind.name or "")
    return match["name"] if match else ""


def _template(kind: gdb.Type) -> str:
    """`List` for `belfry::List<int>`, `std::optional` for that; empty for other types."""
    own = _own_name(kind)
    if own:
        return own.partition("<")[0]
    return "std::optional" if (kind.tag or "").startswith("std::optional<") else ""


def _text(value: gdb.Value) -> str:
    """The text of a std::string."""
    size = int(value["_M_string_length"])
    return str(value["_M_dataplus"]["_M_p"].string("utf-8", "replace", size)) if size else ""


def _bytes(value: gdb.Value) -> bytes:
    """The beginning of a std::string that holds any bytes."""
    size = min(int(value["_M_string_length"]), _SHOWN_BYTES)
    start = value["_M_dataplus"]["_M_p"]
    return bytes(gdb.selected_inferior().read_memory(int(start), size)) if size else b""


def _elements(vector: gdb.Value) -> Iterator[gdb.Value]:
    """The elements of a std::vector."""
    at, end = vector["_M_impl"]["_M_start"], vector["_M_impl"]["_M_finish"]
    while at != end:
        yield at.dereference()
        at += 1


def _count(vector: gdb.Value) -> int:
    return int(vector["_M_impl"]["_M_finish"] - vector["_M_impl"]["_M_start"])


def _held(value: gdb.Value) -> gdb.Value | None:
    """The value of a member, without what holds it; None if it is absent."""
    value = _struct(value)
    kind = _plain_type(value)
    template = _template(kind)
    if template == "Required":
        return _held(value.cast(kind.fields()[0].type))
    if template == "Optional":
        return _held(value["slot_"])
    if template == "std::optional":
        payload = value["_M_payload"]
        return payload["_M_payload"]["_M_value"] if payload["_M_engaged"] else None
    if template == "Box":
        return value["pointer_"].dereference() if int(value["pointer_"]) else None
    if template == "List":
        return value if value["present_"] or _count(value["items_"]) else None
    if template == "Map":
        return value if value["present_"] or _count(value["entries_"]) else None
    return value


class Printer:
    """Prints a value as its text."""

    def __init__(self, value: gdb.Value) -> None:
        self._value = value

    def to_string(self) -> Any:
        raise NotImplementedError


class SlotPrinter(Printer):
    """A required, an optional or a boxed value: as that value."""

    def to_string(self) -> Any:
        held = _held(self._value)
        return _ABSENT if held is None else held


class ListPrinter(Printer):
    """A list: its elements."""

    def to_string(self) -> Any:
        count = _count(self._value["items_"])
        return _ABSENT if _held(self._value) is None else f"{count} element{'' if count == 1 else 's'}"

    def children(self) -> Iterator[tuple[str, Any]]:
        for index, element in enumerate(_elements(self._value["items_"])):
            is_boolean = _own_name(_plain_type(element)) == "detail::Boolean"
            yield f"[{index}]", element["value"] if is_boolean else element

    def display_hint(self) -> str:
        return "array"


class MapPrinter(Printer):
    """A map: its entries in their order."""

    def to_string(self) -> Any:
        count = _count(self._value["entries_"])
        return _ABSENT if _held(self._value) is None else f"{count} entr{'y' if count == 1 else 'ies'}"

    def children(self) -> Iterator[tuple[str, Any]]:
        for index, entry in enumerate(_elements(self._value["entries_"])):
            yield f"key {index}", entry["key"]
            yield f"value {index}", entry["value"]

    def display_hint(self) -> str:
        return "map"


class BlobPrinter(Printer):
    """A blob: its size and its first bytes."""

    def to_string(self) -> Any:
        size = int(self._value["bytes_"]["_M_string_length"])
        rest = " ..." if size > _SHOWN_BYTES else ""
        return f"{size} byte{'' if size == 1 else 's'} {str(_bytes(self._value['bytes_']))[1:]}{rest}"


class StreamingBlobPrinter(Printer):
    """A blob that may come from a source."""

    def to_string(self) -> Any:
        if int(self._value["source_"]):
            return f"from a source at {self._value['source_']}"
        return self._value["blob_"]


class DocumentPrinter(Printer):
    """A document: its JSON."""

    def to_string(self) -> Any:
        return _text(self._value["json_"])


class TimestampPrinter(Printer):
    """A time, as RFC 3339 in UTC."""

    def to_string(self) -> Any:
        seconds, nanoseconds = int(self._value["seconds"]), int(self._value["nanoseconds"])
        fraction = f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
        try:
            start = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
        except OverflowError:
            return f"{seconds} s and {nanoseconds} ns since 1970"
        return f"{start.isoformat()}{fraction}Z"


class DurationPrinter(Printer):
    """A duration in seconds."""

    def to_string(self) -> Any:
        count = int(self._value["nanoseconds_"])
        seconds, rest = divmod(abs(count), 1_000_000_000)
        fraction = f".{rest:09}".rstrip("0") if rest else ""
        return f"{'-' if count < 0 else ''}{seconds}{fraction} s"


class EnumPrinter(Printer):
    """An enum: the name of its value, and the text of one that the model does not list."""

    def to_string(self) -> Any:
        number = int(self._value["number_"])
        if number == 0:
            unknown = self._value["unknown_"]
            return f'Unknown_ "{_text(unknown.dereference())}"' if int(unknown) else "Unknown_"
        values = gdb.lookup_type(f"{_plain_type(self._value).tag}::Value")
        return next((f.name.rpartition("::")[2] for f in values.fields() if f.enumval == number), str(number))


class ErrorPrinter(Printer):
    """An error: its kind, code and message, and what is known about the response."""

    def to_string(self) -> Any:
        error = self._value
        kind = str(error["kind"]).rpartition("::")[2]
        if kind == "none":
            return "no error"
        facts = [f"status {int(error['http_status'])}"] if int(error["http_status"]) else []
        facts += [f"request {_text(error['request_id'])}"] if _text(error["request_id"]) else []
        facts += [f"attempts {int(error['attempts'])}"] if int(error["attempts"]) else []
        facts += [name for name in ("retryable", "throttling") if error[name]]
        about = f" ({', '.join(facts)})" if facts else ""
        return f"{kind} error {_text(error['code'])}: {_text(error['message'])}{about}"


class ResultPrinter(Printer):
    """The result of a call: its value or its error."""

    def to_string(self) -> Any:
        return "success" if self._value["has_value_"] else "failure"

    def children(self) -> Iterator[tuple[str, Any]]:
        name = "value" if self._value["has_value_"] else "error"
        yield name, self._value[f"{name}_"]


class HeadersPrinter(Printer):
    """The fields of a request or a response, in their order."""

    def to_string(self) -> Any:
        return "headers"

    def children(self) -> Iterator[tuple[str, Any]]:
        at, size = int(self._value["text_"]), int(self._value["size_"])
        word = gdb.lookup_type("unsigned long").sizeof
        text = bytes(gdb.selected_inferior().read_memory(at, size)) if size else b""
        start = 0
        while start < len(text):
            sizes = [int.from_bytes(text[start + i * word :][:word], _byte_order()) for i in (0, 1)]
            start += 2 * word
            name = text[start : start + sizes[0]].decode("utf-8", "replace")
            start += sizes[0] + 1
            value = text[start : start + sizes[1]].decode("utf-8", "replace")
            start += sizes[1] + 1
            yield name, "hidden" if name.lower() in _SECRET_HEADERS else value


def _byte_order() -> Any:
    return "big" if "big" in gdb.execute("show endian", to_string=True) else "little"


class CredentialsPrinter(Printer):
    """Credentials without their secrets."""

    def to_string(self) -> Any:
        if self._value["anonymous"]:
            return "anonymous"
        if _text(self._value["bearer_token"]):
            return "bearer token, hidden"
        session = ", with a session token" if _text(self._value["session_token"]) else ""
        return f"access key {_text(self._value['access_key_id'])}{session}, secrets hidden"


class UnionPrinter(Printer):
    """A union: the value of the member that is set."""

    def to_string(self) -> Any:
        variant = self._value["storage_"]["value_"]
        index = int(variant["_M_index"])
        # An index of one byte is 255 if an exception left the variant without a value.
        if index in (0, 255):
            return "none"
        kind = variant.type.strip_typedefs().template_argument(index)
        value = variant.address.cast(kind.pointer()).dereference()
        held = _held(value)
        return _ABSENT if held is None else held


class UnknownVariantPrinter(Printer):
    """A member of a union that the model does not list."""

    def to_string(self) -> Any:
        return f"unknown member {_text(self._value['name'])}: {_text(self._value['json'])}"


class ShapePrinter(Printer):
    """A structure: its members that are set."""

    def to_string(self) -> Any:
        return (_plain_type(self._value).tag or "").rpartition("::")[2]

    def children(self) -> Iterator[tuple[str, Any]]:
        for field in _plain_type(self._value).fields():
            held = _held(self._value[field])
            if held is not None:
                yield field.name, held


_PRINTERS: dict[str, Callable[[gdb.Value], Printer]] = {
    "Blob": BlobPrinter,
    "Box": SlotPrinter,
    "Credentials": CredentialsPrinter,
    "Document": DocumentPrinter,
    "Duration": DurationPrinter,
    "Error": ErrorPrinter,
    "Headers": HeadersPrinter,
    "List": ListPrinter,
    "Map": MapPrinter,
    "Optional": SlotPrinter,
    "Required": SlotPrinter,
    "Result": ResultPrinter,
    "StreamingBlob": StreamingBlobPrinter,
    "Timestamp": TimestampPrinter,
    "UnknownVariant": UnknownVariantPrinter,
}
"""The printers of Belfry's own types. Shapes, enums and unions are told by their members and bases."""


def _is_slot(kind: gdb.Type) -> bool:
    return _template(kind.strip_typedefs()) in (*_SLOTS, "std::optional")


def _printer_of_service_type(kind: gdb.Type) -> Callable[[gdb.Value], Printer] | None:
    fields = kind.fields()
    if fields and fields[0].is_base_class:
        base = _template(fields[0].type.strip_typedefs())
        return {"OpenEnum": EnumPrinter, "Union": UnionPrinter}.get(base)
    members = [field for field in fields if hasattr(field, "bitpos")]
    if members and len(members) == len(fields) and all(_is_slot(field.type) for field in members):
        return ShapePrinter
    return None


class BelfryPrinters:
    """Finds the printer of a value. gdb lists it as `belfry` in `info pretty-printer`."""

    name = "belfry"
    enabled = True

    def __call__(self, value: gdb.Value) -> Printer | None:
        value = _struct(value)
        kind = _plain_type(value)
        if kind.code != gdb.TYPE_CODE_STRUCT:
            return None
        own = _own_name(kind)
        printer = _PRINTERS.get(own.partition("<")[0])
        if printer is None and _SERVICE_TYPE.match(own):
            printer = _printer_of_service_type(kind)
        return printer(value) if printer else None


gdb.printing.register_pretty_printer(None, BelfryPrinters(), replace=True)
