# SPDX-License-Identifier: Apache-2.0
"""Makes valid C++ names from the model's names, always the same ones.

Names that take regular expressions to make are kept: each is asked for several times, and services have many
in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from belfry_codegen.cpp.code import Cpp, name, word
from belfry_codegen.cpp.reserved import data_lines, escape, reserved_words
from belfry_codegen.model.protocols import PROTOCOLS

if TYPE_CHECKING:
    from belfry_codegen.model import ir

_PLURAL_ACRONYM = re.compile(r"(?P<stem>[A-Z]+)s\Z")
_VERSION = re.compile(r"(?<=[A-Z]{2})v(?=[0-9])")
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


@cache
def _irregular() -> Mapping[str, str]:
    return dict(line.split() for line in data_lines("irregular_names.txt"))


@cache
def _initialisms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """The spellings of `initialisms.txt`, as a pattern that finds them in a name, and the words of each."""
    words = dict(line.split() for line in data_lines("initialisms.txt"))
    anywhere = [spelling[1:] for spelling in words if spelling.startswith("*")]
    first = [spelling for spelling in words if spelling[0].islower()]
    later = [spelling for spelling in words if spelling[0].isupper() or spelling[0].isdigit()]

    def either(spellings: Iterable[str]) -> str:
        return "|".join(sorted(map(re.escape, spellings), key=len, reverse=True))

    begins = rf"\A(?:{either([*first, *anywhere, *later])})"
    follows = rf"(?<=[a-z0-9])(?:{either([*anywhere, *later])})"
    pattern = re.compile(rf"(?:{begins}|{follows})(?![a-z])")
    return pattern, {spelling.lstrip("*"): found for spelling, found in words.items()}


@cache
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


def legal(name: str) -> str:
    """The name without characters that are not valid in identifiers; may begin with a digit or be empty."""
    return _UNDERSCORES.sub("_", _ILLEGAL.sub("_", name)).lstrip("_")


def unique(wanted: Sequence[tuple[str, str]], taken: Iterable[str] = ()) -> dict[str, Cpp]:
    """Gives each key its preferred name or, if that is taken, the next free one of `name_2`, `name_3`, ...

    Keys that equal their preferred name come first, the others in the given order.
    """
    return {key: name(found) for key, found in _distinct(wanted, taken)}


def _distinct(wanted: Sequence[tuple[str, str]], taken: Iterable[str]) -> Iterator[tuple[str, str]]:
    used = set(taken)
    names: dict[str, str] = {}
    for exact in (True, False):
        for key, preferred in wanted:
            if key in names or (exact and key != preferred):
                continue
            free, number = preferred, 2
            while free in used or (free != preferred and free in reserved_words()):
                free = f"{preferred.rstrip('_')}_{number}"
                number += 1
            used.add(free)
            names[key] = free
    for key, _ in wanted:
        yield key, names[key]


def member_names(members: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Cpp]:
    """The C++ name of each member of a structure."""
    return unique([(name, escape(plain_member_name(name))) for name in members], taken)


@cache
def plain_member_name(name: str) -> str:
    """A member's name, which may be reserved: `SSEKMSKeyId` gives `sse_kms_key_id`.

    boto3 has no such names, because its members have the model's.
    """
    pattern, words = _initialisms()
    # A version belongs to the initials before it: `TLSv12` gives `tlsv12`.
    return plain_function_name(_VERSION.sub("V", pattern.sub(lambda match: words[match[0]], name)))


@cache
def plain_function_name(name: str) -> str:
    """An operation's or a waiter's name, which boto3 has, too; it may be reserved."""
    word = snake_case(name)
    if "_" in name:
        # boto3 leaves these unchanged; but a member must not have its type's name (iotwireless `AbpV1_1`).
        word = _BOUNDARY.sub("_", name).lower()
    word = legal(word)
    if not word or word[0].isdigit():
        word = f"_{word}" if word else "value"
    return word


TAG_MEMBERS = ("Input", "Output", "Errors", "InputEvents", "OutputEvents")
"""The types in an operation's tag."""
_TAKEN_TAG_NAMES = (*TAG_MEMBERS, "O")
"""Names that a tag cannot have: those of its members, and of a template parameter beside it."""


def tag_names(operations: Iterable[str]) -> dict[str, Cpp]:
    """The C++ name of each operation's type."""
    return unique([(name, type_name(name)) for name in operations], _TAKEN_TAG_NAMES)


def operation_names(operations: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Cpp]:
    """The C++ name of each operation's function."""
    return unique([(name, escape(plain_function_name(name), called=True)) for name in operations], taken)


def enumerator_names(values: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Cpp]:
    """The C++ name of each constant; the wire's spelling if that is an identifier."""
    return unique([(value, escape(plain_enumerator_name(value))) for value in values], taken)


def plain_enumerator_name(value: str) -> str:
    """A constant's name, which may be reserved."""
    word = legal(value)
    if not word.strip("_"):
        word = "_".join(_SYMBOLS.get(symbol, f"u{ord(symbol):04x}") for symbol in value) or "empty"
    if word[0].isdigit():
        word = "_" + word
    return word


def type_name(name: str) -> str:
    """The name of a shape's type, or of an operation's tag."""
    return escape(plain_type_name(name), called=True)


@cache
def plain_type_name(name: str) -> str:
    """A name in PascalCase, which may be reserved: `__listOf__double` is `ListOfDouble`."""
    words = [word for word in re.split("__+", _ILLEGAL.sub("_", name).strip("_")) if word]
    word = "".join(part[0].upper() + part[1:] for part in words)
    if not word or word[0].isdigit():
        word = f"Shape{word}"
    return word


def type_names(shapes: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Cpp]:
    """The C++ name of each shape; a name that is already in PascalCase takes precedence."""
    return unique([(name, type_name(name)) for name in sorted(shapes)], taken)


def file_names(names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, Cpp]:
    """A file name (without suffix) for each type, distinct on file systems that ignore case too."""
    wanted = [(name, legal(snake_case(name)).lower().strip("_") or "shape") for name in sorted(names)]
    taken = {*_DEVICES, *(other.lower() for other in taken)}
    return {key: word(found) for key, found in _distinct(wanted, taken)}


# The names in the namespace `belfry` and in its folder, which a service cannot have.
_LIBRARY = (
    *("async", "async_transport", "auth", "bearer_token", "body", "body_sinks", "body_sources", "borrowed"),
    *(
        "call",
        "chrono",
        "client",
        "codec",
        "core",
        "coroutine",
        "credentials",
        "default_credentials",
        "detail",
    ),
    *("async_duplex_transport", "duplex_transport", "endpoint", "environment", "events", "format"),
    *("http", "identity", "impl"),
    *("bucket_regions", "interop", "jmespath", "login_credentials", "nlohmann", "openssl", "openssl_ecdsa"),
    *("operation", "ostream", "paginator", "paging", "presign", "print", "protocol", "retry"),
    *("role_credentials", "s3_express", "schema", "service_credentials", "settings", "sigv4a"),
    *("sso_credentials",),
    *("transport", "unreadable_members", "util", "version", "visit_error", "waiter", "zlib"),
    *(
        "adaptive_retry",
        "async_credentials",
        "async_s3_express",
        "async_scope",
        "auth_tokens",
        "cloudfront_signer",
    ),
    *("checksum_provider", "credentials_observer", "endpoint_discovery", "explain", "interceptor"),
    *("log_observer", "observer", "open_telemetry", "opentelemetry"),
    *("openssl_checksums", "openssl_cloudfront_key", "presigned_post", "sdk_headers", "testing", "xxhash"),
    *(protocol.cpp_name for protocol in PROTOCOLS),
    *("belfry", "decode", "encode", "std", "to_json", "to_string", "v0"),
)


_FUNCTIONS = (
    *("add", "append", "apply", "check", "copy", "count", "decide", "decode", "describe", "drop", "element"),
    *("encode", "equal", "fetch", "find", "format", "get", "has", "is", "load", "make", "max", "min", "next"),
    *(
        "parse",
        "print",
        "put",
        "read",
        "refuse",
        "resolve",
        "run",
        "send",
        "set",
        "sign",
        "skip",
        "take",
        "to",
    ),
    *("trim", "valid", "visit", "wait", "with", "write"),
)
"""The words with which names of the library's functions and constants begin."""
_DECLARED = (
    *("anonymous_credentials", "asio", "async_call", "aws_partitions", "base64_size", "bearer_credentials"),
    *("beast", "belfry_describe", "belfry_describe_operation", "belfry_describe_service", "boost"),
    "cbor_event_codec",
    *("checksum_size", "crc32", "credentials_from_environment", "default_base_delay"),
    *("default_max_attempts", "description_of", "dsql_auth_token", "from_json"),
    *("eks_token", "evaluate", "event_stream_media_type", "fseeko", "ftello", "hmac_sha256"),
    *("instance_metadata_options", "invoke", "json_event_codec", "keep_error_facts", "off_t"),
    *("needs_provider", "operation_of", "pugi"),
    *("rds_auth_token", "region_from_environment", "replacement_character", "requested_delay", "sha256"),
    *("socket_readable", "socket_writable"),
    *("signed_events_payload", "structure_of", "type_of", "user_agent_of_application", "validate"),
    *("bearer_token_use", "variable_or_empty", "xml_event_codec", "xml_local_name"),
)
"""The library's other names that its headers use in the namespace `belfry`."""


def namespace(service_id: str) -> Cpp:
    """The namespace of the service with that id, which is also its folder."""
    plain = _UNDERSCORES.sub("_", _ILLEGAL.sub("_", service_id)).strip("_").lower()
    first, _, rest = plain.partition("_")
    is_declared = plain in _LIBRARY or plain in _DECLARED or (bool(rest) and first in _FUNCTIONS)
    return name(plain + "_" if is_declared or plain in _DEVICES else escape(plain))


def is_of_library(space: Cpp) -> bool:
    """Whether a service is generated into a folder of the library: `identity::sts`."""
    return space.split("::")[0] in _LIBRARY


def namespace_of(service: ir.Service) -> Cpp:
    """The namespace of a service that was loaded from a folder of models."""
    if service.chosen_namespace:
        return Cpp("::").joined(name(each) for each in service.chosen_namespace.split("::"))
    return namespace(service.distinct_id or service.id)


def folder_of(space: Cpp) -> Cpp:
    """The folder below `belfry/` of a namespace: `identity/sts` for `identity::sts`."""
    return Cpp("/").joined(space.split("::"))


def module_of(space: Cpp) -> Cpp:
    """The module of a namespace below `belfry`: `belfry.identity.sts` for `identity::sts`."""
    return Cpp("belfry.{}").of(Cpp(".").joined(space.split("::")))
