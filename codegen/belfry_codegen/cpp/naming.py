# SPDX-License-Identifier: Apache-2.0
"""Makes valid C++ names from the model's names, always the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from belfry_codegen.model import ir
from belfry_codegen.model.protocols import PROTOCOLS

_PLURAL_ACRONYM = re.compile(r"(?P<stem>[A-Z]+)s\Z")
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=.)(?=[A-Z][a-z])")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_]")
_UNDERSCORES = re.compile(r"__+")

# On Windows a file with one of these names and any suffix is a device.
_DEVICES = {
    "aux",
    "con",
    "nul",
    "prn",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)),
}

_SYMBOLS = {
    "*": "star",
    "+": "plus",
    "-": "minus",
    "/": "slash",
    "%": "percent",
    "<": "less",
    ">": "greater",
    "=": "equal",
    "!": "not",
    "&": "and",
    "|": "or",
    "^": "caret",
    "~": "tilde",
    ".": "dot",
    ",": "comma",
    ":": "colon",
    ";": "semicolon",
    "?": "question",
    "#": "hash",
    "@": "at",
    "$": "dollar",
    " ": "space",
    "_": "underscore",
}


def _data_lines(file: str) -> list[str]:
    text = resources.files("belfry_codegen.cpp").joinpath(file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def reserved_words() -> frozenset[str]:
    """Keywords and macros, which must not be names."""
    lines = [line for line in _data_lines("reserved.txt") if not line.startswith("[")]
    return frozenset(word for line in lines for word in line.split())


@cache
def _irregular() -> Mapping[str, str]:
    return dict(line.split() for line in _data_lines("irregular_names.txt"))


def snake_case(name: str) -> str:
    """A name in boto3's spelling of operations: `E164PhoneNumbers` gives `e164_phone_numbers`."""
    if "_" in name:
        return name
    irregular = _irregular().get(name)
    if irregular is not None:
        return irregular
    plural = _PLURAL_ACRONYM.search(name)
    if plural and len(plural["stem"]) > 1:
        name = f"{name[: plural.start()]}_{plural.group().lower()}"
    return _BOUNDARY.sub("_", name).lower()


def escape(word: str) -> str:
    """The word, with a trailing `_` if it is reserved."""
    return word + "_" if word in reserved_words() else word


def legal(name: str) -> str:
    """The name without characters that are not valid in identifiers; may begin with a digit or be empty."""
    return _UNDERSCORES.sub("_", _ILLEGAL.sub("_", name)).lstrip("_")


def unique(wanted: Sequence[tuple[str, str]], taken: Iterable[str] = ()) -> dict[str, str]:
    """Gives each key its preferred name or, if that is taken, the next free one of `name_2`, `name_3`, ...

    Keys that equal their preferred name come first, the others in the given order.
    """
    used = set(taken)
    names: dict[str, str] = {}
    for exact in (True, False):
        for key, name in wanted:
            if key in names or (exact and key != name):
                continue
            free, number = name, 2
            while free in used:
                free = f"{name.rstrip('_')}_{number}"
                number += 1
            used.add(free)
            names[key] = free
    return {key: names[key] for key, _ in wanted}


def member_names(members: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The C++ name of each member of a structure."""
    return unique([(name, _member_name(name)) for name in members], taken)


def _member_name(name: str) -> str:
    return escape(plain_member_name(name))


def plain_member_name(name: str) -> str:
    """A member's or an operation's name, which may be reserved."""
    word = snake_case(name)
    if "_" in name:
        # boto3 leaves these unchanged; but a member must not have its type's name (iotwireless `AbpV1_1`).
        word = _BOUNDARY.sub("_", name).lower()
    word = legal(word)
    if not word or word[0].isdigit():
        word = f"_{word}" if word else "value"
    return word


def operation_names(operations: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The C++ name of each operation's function."""
    return unique([(name, _member_name(name)) for name in operations], taken)


def enumerator_names(values: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The C++ name of each constant; the wire's spelling if that is an identifier."""
    return unique([(value, _enumerator_name(value)) for value in values], taken)


def _enumerator_name(value: str) -> str:
    word = legal(value)
    if not word.strip("_"):
        word = "_".join(_SYMBOLS.get(symbol, f"u{ord(symbol):04x}") for symbol in value) or "empty"
    if word[0].isdigit():
        word = "_" + word
    return escape(word)


def type_name(name: str) -> str:
    """A shape's name in PascalCase: `__listOf__double` is `ListOfDouble`, `eventType` `EventType`."""
    words = [word for word in re.split("__+", _ILLEGAL.sub("_", name).strip("_")) if word]
    word = "".join(part[0].upper() + part[1:] for part in words)
    if not word or word[0].isdigit():
        word = f"Shape{word}"
    return escape(word)


def type_names(shapes: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """The C++ name of each shape; a name that is already in PascalCase takes precedence."""
    return unique([(name, type_name(name)) for name in sorted(shapes)], taken)


def file_names(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A file name (without suffix) for each type, distinct on file systems that ignore case too."""
    wanted = [(name, legal(snake_case(name)).lower().strip("_") or "shape") for name in sorted(names)]
    return unique(wanted, {*_DEVICES, *(name.lower() for name in taken)})


# The names in the namespace `belfry` and in its folder, which a service cannot have.
_LIBRARY = (
    *("async", "async_transport", "auth", "body", "body_sources", "call", "chrono", "client"),
    *("codec", "core", "coroutine", "credentials", "detail", "duplex_transport", "endpoint"),
    *("environment", "events", "format", "http", "impl", "interop", "jmespath", "nlohmann", "openssl"),
    *("operation", "ostream", "paginator", "paging", "presign", "print", "protocol", "retry", "schema"),
    *("transport", "util", "version", "visit_error", "waiter", "zlib"),
    *(protocol.cpp_name for protocol in PROTOCOLS),
    *("belfry", "decode", "encode", "std", "to_json", "to_string", "v0"),
)


def namespace(service_id: str) -> str:
    """The namespace and folder of the service with that id."""
    word = _UNDERSCORES.sub("_", _ILLEGAL.sub("_", service_id)).strip("_").lower()
    return word + "_" if word in _LIBRARY or word in _DEVICES else escape(word)


def namespace_of(service: ir.Service) -> str:
    """The namespace and folder of a service that was loaded from a folder of models."""
    return namespace(service.distinct_id or service.id)
