# SPDX-License-Identifier: Apache-2.0
"""What few operations have beside the others: `OperationExtras`, and the headers that define what it names.

An operation includes only what it needs, so that programs without such operations do not grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from belfry_codegen import ir, naming
from belfry_codegen.cpp_text import literal


@dataclass(slots=True)
class Extras:
    """The extras of one operation, while they are collected."""

    includes: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    """Lines of the constants that the fields point to."""
    fields: dict[str, str] = field(default_factory=dict)
    """In any order; `initializer` knows the one that C++ wants."""

    def lines(self, name: str) -> tuple[str, ...]:
        """The tables, and after them the `OperationExtras` of that name; none for an operation without."""
        if not self.fields:
            return ()
        entries = [f"    .{key} = {self.fields[key]}," for key in _ORDER if key in self.fields]
        assert len(entries) == len(self.fields), "a field that OperationExtras does not have"
        return (*self.tables, f"inline constexpr ::belfry::OperationExtras {name}{{", *entries, "};")


_ORDER = (
    "unwrapped_output",
    "streaming_output",
    "encode_streaming_payload",
    "make_call_body",
    "compress_request",
    "add_checksums",
    "checksum",
)
"""The fields of `OperationExtras` as they are declared."""


def collect_extras(service: ir.Service, operation: ir.Operation) -> Extras:
    """Everything that the operation has beside others."""
    extras = Extras()
    if operation.unwrapped_output and service.protocol == "rest-xml":
        extras.fields["unwrapped_output"] = "true"
    _add_streaming(extras, service, operation)
    _add_compression(extras, operation)
    _add_checksums(extras, operation)
    if (service.id, operation.name) in _TREE_HASHED:
        extras.fields["add_checksums"] = "&::belfry::detail::add_tree_hash"
        _handle_bodies(extras, "tree_hash")
    return extras


def is_streaming(shapes: Mapping[str, ir.Shape], protocol: str, member: ir.Member) -> bool:
    """Whether a member's bytes can be sent and received piece by piece: only where it is the whole body."""
    return (
        member.streaming
        and member.location is ir.Location.PAYLOAD
        and shapes[member.target].kind is ir.Kind.BLOB
        and protocol.startswith("rest-")
    )


def _streaming_payload(service: ir.Service, message: str | None) -> bool:
    return message is not None and any(
        is_streaming(service.shapes, service.protocol, member) for member in service.shapes[message].members
    )


def _add_streaming(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    given = _streaming_payload(service, operation.input)
    returned = _streaming_payload(service, operation.output)
    if given:
        extras.fields["encode_streaming_payload"] = "&::belfry::detail::encode_streaming_payload"
    if returned:
        extras.fields["streaming_output"] = "true"
    if given or returned:
        _handle_bodies(extras)


def _handle_bodies(extras: Extras, header: str = "streaming") -> None:
    extras.includes.append(f"belfry/client/{header}.hpp")
    extras.fields["make_call_body"] = "&::belfry::detail::make_call_body"


def _add_compression(extras: Extras, operation: ir.Operation) -> None:
    # Smithy defines no other encoding.
    if "gzip" in operation.compression:
        extras.fields["compress_request"] = "&::belfry::detail::compress_request"
        _handle_bodies(extras, "compression")


_TREE_HASHED = {("Glacier", "UploadArchive"), ("Glacier", "UploadMultipartPart")}
"""Operations whose bodies need a tree hash, which no trait says."""

_ALGORITHMS = ("CRC64NVME", "CRC32C", "CRC32", "SHA1", "SHA256", "MD5")
"""What can be computed, what is preferred in a response first: CRCs are the fastest."""


def _add_checksums(extras: Extras, operation: ir.Operation) -> None:
    checksum = operation.checksum
    algorithms = [name for name in _ALGORITHMS if name in checksum.response_algorithms]
    asks = checksum.validation_mode_member is not None and algorithms
    if not (checksum.required or checksum.algorithm_member or asks):
        return
    name = naming.type_name(operation.name)
    fields = []
    if checksum.required:
        fields.append(".required = true")
    if checksum.algorithm_member:
        fields.append(f".algorithm_member = {literal(checksum.algorithm_member)}")
    if asks:
        values = ", ".join(f"::belfry::ChecksumAlgorithm::{algorithm.lower()}" for algorithm in algorithms)
        extras.tables.append(
            f"inline constexpr ::belfry::ChecksumAlgorithm {name}_response_checksums[] = {{{values}}};"
        )
        fields += [
            f".mode_member = {literal(str(checksum.validation_mode_member))}",
            f".response_algorithms = {name}_response_checksums",
            f".response_algorithm_count = {len(algorithms)}",
        ]
    extras.tables += [
        f"inline constexpr ::belfry::ChecksumTraits {name}_checksum{{",
        *(f"    {field}," for field in fields),
        "};",
    ]
    extras.fields["add_checksums"] = "&::belfry::detail::add_checksums"
    extras.fields["checksum"] = f"&{name}_checksum"
    _handle_bodies(extras, "checksum")
