# SPDX-License-Identifier: Apache-2.0
"""Summaries and children for lldb: `command script import belfry_lldb.py`.

They work with libstdc++ and libc++. `frame variable --raw` shows values without them. A shape shows the
members that are set. Credentials and headers are shown without their secrets.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

import lldb

_OWN = re.compile(r"^(?:const )?belfry::(?:v\d+::)?(?P<name>.*)$")
_SECRET_HEADERS = ("authorization", "x-amz-security-token", "x-amz-s3session-token")
_ABSENT = "absent"
_SHOWN_BYTES = 64


def _template(kind: Any) -> str:
    """`List` for `belfry::List<int>`, `std::optional` for that; empty for other types."""
    name = kind.GetCanonicalType().GetName() or ""
    match = _OWN.match(name)
    if match:
        return match["name"].partition("<")[0]
    return "std::optional" if re.match(r"(?:const )?std::(?:__\w+::)?optional<", name) else ""


def _member(value: Any, name: str) -> Any:
    """A member of a value as it is declared, whatever formatters show."""
    return value.GetNonSyntheticValue().GetChildMemberWithName(name)


def _number(value: Any, name: str) -> int:
    return int(_member(value, name).GetValueAsSigned())


def _bytes_of(string: Any) -> bytes:
    """The bytes of a std::string. lldb's own summary is cut where the string is long, or has a NUL."""
    data = _member(_member(string, "_M_dataplus"), "_M_p")
    if data.IsValid():
        return _read(
            string, data.GetValueAsUnsigned(), _member(string, "_M_string_length").GetValueAsUnsigned()
        )
    text = (string.GetSummary() or '""').removeprefix("u8")
    return (
        text[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1", "replace")
    )


def _read(value: Any, at: int, size: int) -> bytes:
    if not size:
        return b""
    error = lldb.SBError()
    found = value.GetProcess().ReadMemory(at, size, error)
    return bytes(found) if error.Success() else b""


def _text(value: Any, name: str) -> str:
    return _bytes_of(_member(value, name)).decode("utf-8", "replace")


def _elements(value: Any, name: str) -> Any:
    """A std::vector with the children that lldb's own formatter finds."""
    vector = _member(value, name)
    vector.SetPreferSyntheticValue(True)
    return vector


def _held(value: Any) -> Any | None:
    """The value of a member, without what holds it; None if it is absent."""
    template = _template(value.GetType())
    if template == "Required":
        return _held(value.GetNonSyntheticValue().GetChildAtIndex(0))
    if template == "Optional":
        return _held(_member(value, "slot_"))
    if template == "std::optional":
        value.SetPreferSyntheticValue(True)
        return value.GetChildAtIndex(0) if value.GetNumChildren() else None
    if template == "Box":
        pointer = _member(value, "pointer_")
        return pointer.Dereference() if pointer.GetValueAsUnsigned() else None
    if template in ("List", "Map"):
        elements = _elements(value, "items_" if template == "List" else "entries_")
        return value if _number(value, "present_") or elements.GetNumChildren() else None
    return value


def _shown(value: Any) -> str:
    """A value in one line."""
    value.SetPreferSyntheticValue(True)
    return value.GetSummary() or value.GetValue() or f"{{{', '.join(_children(value))}}}"


def _children(value: Any) -> list[str]:
    children = (value.GetChildAtIndex(index) for index in range(value.GetNumChildren()))
    return [f"{child.GetName()} = {_shown(child)}" for child in children]


def slot(value: Any, _: Any) -> str:
    """A required, an optional or a boxed value: as that value."""
    held = _held(value)
    return _ABSENT if held is None else _shown(held)


def list_summary(value: Any, _: Any) -> str:
    """The number of a list's elements."""
    count = _elements(value, "items_").GetNumChildren()
    return _ABSENT if _held(value) is None else f"{count} element{'' if count == 1 else 's'}"


def map_summary(value: Any, _: Any) -> str:
    """The number of a map's entries."""
    count = _elements(value, "entries_").GetNumChildren()
    return _ABSENT if _held(value) is None else f"{count} entr{'y' if count == 1 else 'ies'}"


def blob(value: Any, _: Any) -> str:
    """The size of a blob and its first bytes."""
    found = _bytes_of(_member(value, "bytes_"))
    rest = " ..." if len(found) > _SHOWN_BYTES else ""
    return f"{len(found)} byte{'' if len(found) == 1 else 's'} {str(found[:_SHOWN_BYTES])[1:]}{rest}"


def streaming_blob(value: Any, _: Any) -> str:
    """A blob that may come from a source."""
    source = _member(value, "source_").GetValueAsUnsigned()
    return f"from a source at {source:#x}" if source else blob(_member(value, "blob_"), None)


def document(value: Any, _: Any) -> str:
    """The JSON of a document."""
    return _text(value, "json_")


def timestamp(value: Any, _: Any) -> str:
    """A time, as RFC 3339 in UTC."""
    seconds, nanoseconds = _number(value, "seconds"), _number(value, "nanoseconds")
    fraction = f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
    try:
        start = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return f"{seconds} s and {nanoseconds} ns since 1970"
    return f"{start.isoformat()}{fraction}Z"


def duration(value: Any, _: Any) -> str:
    """A duration in seconds."""
    count = _number(value, "nanoseconds_")
    seconds, rest = divmod(abs(count), 1_000_000_000)
    fraction = f".{rest:09}".rstrip("0") if rest else ""
    return f"{'-' if count < 0 else ''}{seconds}{fraction} s"


def error(value: Any, _: Any) -> str:
    """An error: its kind, code and message, and what is known about the response."""
    kind = (_member(value, "kind").GetValue() or "").rpartition("::")[2]
    if kind == "none":
        return "no error"
    facts = [f"status {_number(value, 'http_status')}"] if _number(value, "http_status") else []
    facts += [f"request {_text(value, 'request_id')}"] if _text(value, "request_id") else []
    facts += [f"attempts {_number(value, 'attempts')}"] if _number(value, "attempts") else []
    facts += [name for name in ("retryable", "throttling") if _number(value, name)]
    about = f" ({', '.join(facts)})" if facts else ""
    return f"{kind} error {_text(value, 'code')}: {_text(value, 'message')}{about}"


def result(value: Any, _: Any) -> str:
    """Whether a call succeeded."""
    return "success" if _number(value, "has_value_") else "failure"


def headers(value: Any, _: Any) -> str:
    """The fields of a request or a response, in their order."""
    size = _member(value, "size_").GetValueAsUnsigned()
    text = _read(value, _member(value, "text_").GetValueAsUnsigned(), size)
    word = value.GetProcess().GetAddressByteSize()
    order: Any = "big" if value.GetProcess().GetByteOrder() == lldb.eByteOrderBig else "little"
    fields: list[str] = []
    start = 0
    while start < len(text):
        sizes = [int.from_bytes(text[start + i * word :][:word], order) for i in (0, 1)]
        start += 2 * word
        name = text[start : start + sizes[0]].decode("utf-8", "replace")
        start += sizes[0] + 1
        content = text[start : start + sizes[1]].decode("utf-8", "replace")
        start += sizes[1] + 1
        fields.append(f"{name}: {'hidden' if name.lower() in _SECRET_HEADERS else content}")
    return ", ".join(fields) or "none"


def credentials(value: Any, _: Any) -> str:
    """Credentials without their secrets."""
    if _number(value, "anonymous"):
        return "anonymous"
    if _text(value, "bearer_token"):
        return "bearer token, hidden"
    session = ", with a session token" if _text(value, "session_token") else ""
    return f"access key {_text(value, 'access_key_id')}{session}, secrets hidden"


def boolean(value: Any, _: Any) -> str:
    """An element of a list of booleans."""
    return "true" if _number(value, "value") else "false"


def unknown_variant(value: Any, _: Any) -> str:
    """A member of a union that the model does not list."""
    return f"unknown member {_text(value, 'name')}: {_text(value, 'json')}"


def service_type(value: Any, _: Any) -> str:
    """An enum: the name of its value. A union: the value that is set. Other types have no summary."""
    base = _base(value)
    if base == "OpenEnum":
        return _enum(value)
    if base == "Union":
        return _union(value)
    return ""


def _base(value: Any) -> str:
    kind = value.GetType().GetCanonicalType()
    if kind.GetNumberOfDirectBaseClasses() != 1:
        return ""
    return _template(kind.GetDirectBaseClassAtIndex(0).GetType())


def _enum(value: Any) -> str:
    base = value.GetNonSyntheticValue().GetChildAtIndex(0).GetChildAtIndex(0)
    number = _member(base, "number_").GetValueAsUnsigned()
    if number == 0:
        unknown = _member(base, "unknown_")
        text = (
            _bytes_of(unknown.Dereference()).decode("utf-8", "replace")
            if unknown.GetValueAsUnsigned()
            else None
        )
        return "Unknown_" if text is None else f'Unknown_ "{text}"'
    kind = value.GetTarget().FindFirstType(f"{value.GetType().GetCanonicalType().GetName()}::Value")
    for member in kind.GetEnumMembers():
        if member.GetValueAsUnsigned() == number:
            return str(member.GetName())
    return str(number)


def _union(value: Any) -> str:
    variant = _member(_member(value.GetNonSyntheticValue().GetChildAtIndex(0), "storage_"), "value_")
    variant.SetPreferSyntheticValue(True)
    if not variant.GetNumChildren() or "monostate" in (variant.GetChildAtIndex(0).GetType().GetName() or ""):
        return "none"
    held = _held(variant.GetChildAtIndex(0))
    return _ABSENT if held is None else _shown(held)


def _is_shape(value: Any) -> bool:
    kind = value.GetType().GetCanonicalType()
    slots = ("Required", "Optional", "std::optional", "List", "Map", "Box", "StreamingBlob")
    count = kind.GetNumberOfFields()
    return (
        count > 0
        and kind.GetNumberOfDirectBaseClasses() == 0
        and all(_template(kind.GetFieldAtIndex(index).GetType()) in slots for index in range(count))
    )


class Children:
    """The children that lldb shows for a value. `update` finds them each time the program stops."""

    def __init__(self, value: Any, _: Any) -> None:
        self._value = value
        self._found: list[Any] = []
        self.update()

    def update(self) -> bool:
        self._found = self.find(self._value)
        return False

    def find(self, value: Any) -> list[Any]:
        raise NotImplementedError

    def num_children(self) -> int:
        return len(self._found)

    def has_children(self) -> bool:
        return bool(self._found)

    def get_child_at_index(self, index: int) -> Any:
        return self._found[index] if 0 <= index < len(self._found) else None

    def get_child_index(self, name: str) -> int:
        return next((index for index, child in enumerate(self._found) if child.GetName() == name), -1)


class ListChildren(Children):
    """The elements of a list."""

    def find(self, value: Any) -> list[Any]:
        items = _elements(value, "items_")
        return [items.GetChildAtIndex(index) for index in range(items.GetNumChildren())]


class MapChildren(Children):
    """The entries of a map, each with its key as its name."""

    def find(self, value: Any) -> list[Any]:
        entries = _elements(value, "entries_")
        found = [entries.GetChildAtIndex(index) for index in range(entries.GetNumChildren())]
        return [_member(entry, "value").Clone(f"[{_text(entry, 'key')}]") for entry in found]


class ResultChildren(Children):
    """The value of a result, or its error."""

    def find(self, value: Any) -> list[Any]:
        name = "value" if _number(value, "has_value_") else "error"
        return [_member(value, f"{name}_").Clone(name)]


class SlotChildren(Children):
    """The members of what a required, an optional or a boxed value holds."""

    def find(self, value: Any) -> list[Any]:
        held = _held(value)
        if held is None or "basic_string" in (held.GetType().GetCanonicalType().GetName() or ""):
            return []
        held.SetPreferSyntheticValue(True)
        return [held.GetChildAtIndex(index) for index in range(held.GetNumChildren())]


class ServiceChildren(Children):
    """The members of a shape that are set; of another type, all of its members."""

    def find(self, value: Any) -> list[Any]:
        raw = value.GetNonSyntheticValue()
        members = [raw.GetChildAtIndex(index) for index in range(raw.GetNumChildren())]
        if not _is_shape(value):
            return [] if _base(value) in ("OpenEnum", "Union") else members
        pairs = [(member.GetName(), _held(member)) for member in members]
        return [held.Clone(name) for name, held in pairs if held is not None]


_SUMMARIES = {
    "Blob": "blob",
    "Credentials": "credentials",
    "Document": "document",
    "Duration": "duration",
    "Error": "error",
    "Headers": "headers",
    "List<.*>": "list_summary",
    "Map<.*>": "map_summary",
    "(Optional|Required|Box)<.*>": "slot",
    "Result<.*>": "result",
    "StreamingBlob": "streaming_blob",
    "Timestamp": "timestamp",
    "detail::Boolean": "boolean",
    "UnknownVariant": "unknown_variant",
}
_EXPANDED = ("List<.*>", "Map<.*>", "Result<.*>")
_CHILDREN = {
    "List<.*>": "ListChildren",
    "Map<.*>": "MapChildren",
    "(Optional|Required|Box)<.*>": "SlotChildren",
    "Result<.*>": "ResultChildren",
}
_SERVICE_TYPE = r"^belfry::(v[0-9]+::)?[a-z][a-z0-9_]*(::[a-z][a-z0-9_]*)*::[A-Z][A-Za-z0-9_]*$"


def __lldb_init_module(debugger: Any, _: Any) -> None:
    """lldb calls this when it imports the module."""

    def run(command: str) -> None:
        debugger.HandleCommand(f"type {command} -w belfry")

    # lldb asks the last one that fits first.
    run(f'summary add -e -x "{_SERVICE_TYPE}" -F {__name__}.service_type')
    run(f'synthetic add -x "{_SERVICE_TYPE}" -l {__name__}.ServiceChildren')
    for pattern, function in _SUMMARIES.items():
        expand = "-e " if pattern in _EXPANDED else ""
        run(f'summary add {expand}-x "^belfry::(v[0-9]+::)?{pattern}$" -F {__name__}.{function}')
    for pattern, children in _CHILDREN.items():
        run(f'synthetic add -x "^belfry::(v[0-9]+::)?{pattern}$" -l {__name__}.{children}')
    debugger.HandleCommand("type category enable belfry")
