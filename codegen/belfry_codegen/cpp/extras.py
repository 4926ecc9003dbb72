# SPDX-License-Identifier: Apache-2.0
"""What few operations have beside the others: `OperationExtras`, and the headers that define what it names.

An operation includes only what it needs, so that programs without such operations do not grow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.auth import authorization
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.protocols import Protocol


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
    "encode",
    "input_rules",
    "headers",
    "header_count",
    "query_as_form",
    "presign_as_query",
    "encode_streaming_payload",
    "authorize",
    "api_key",
    "presigned_parameter",
    "make_call_body",
    "compress_request",
    "add_checksums",
    "checksum",
    "event_stream",
)
"""The fields of `OperationExtras` as they are declared."""


def collect_extras(service: ir.Service, operation: ir.Operation, given: str = "") -> Extras:
    """Everything that the operation has beside others; `given` is its input's type."""
    extras = Extras()
    _add_rules(extras, service, operation, given)
    _add_authorization(extras, service, operation)
    _add_presigned_parameter(extras, service, operation)
    if operation.unwrapped_output and service.protocol.xml and service.protocol.http_bindings:
        extras.fields["unwrapped_output"] = "true"
    _add_streaming(extras, service, operation)
    _add_compression(extras, operation)
    _add_checksums(extras, operation)
    if operation.tree_hash:
        extras.fields["add_checksums"] = "&::belfry::detail::add_tree_hash"
        _handle_bodies(extras, "tree_hash")
    _add_event_streams(extras, service, operation)
    return extras


def _add_rules(extras: Extras, service: ir.Service, operation: ir.Operation, given: str) -> None:
    name = naming.type_name(operation.name)
    members = service.shapes[operation.input].members if operation.input else ()
    rules = [_input_rule(member) for member in members if member.fallback or member.last_segment]
    if rules:
        copying = f"&::belfry::detail::copy_input<{given}>, &::belfry::detail::destroy_input<{given}>"
        extras.tables += [
            f"inline constexpr ::belfry::InputRule {name}_input_rule_list[] = {{",
            *(f"    {rule}," for rule in rules),
            "};",
            f"inline constexpr ::belfry::InputRules {name}_input_rules{{",
            f"    {name}_input_rule_list, {len(rules)},",
            f"    {copying}}};",
        ]
        extras.fields["input_rules"] = f"&{name}_input_rules"
    if operation.headers:
        entries = ", ".join(f"{{{literal(key)}, {literal(value)}}}" for key, value in operation.headers)
        extras.tables.append(f"inline constexpr ::belfry::ConstantHeader {name}_headers[] = {{{entries}}};")
        extras.fields["headers"] = f"{name}_headers"
        extras.fields["header_count"] = str(len(operation.headers))
    if operation.presign_as_query:
        extras.fields["presign_as_query"] = "true"
    if operation.query_as_form:
        extras.fields["query_as_form"] = "true"
    if rules or operation.headers or operation.query_as_form:
        extras.includes.append("belfry/protocol/request_rules.hpp")
        extras.fields["encode"] = "&::belfry::detail::encode_by_rules"


def _input_rule(member: ir.Member) -> str:
    last = ", true" if member.last_segment else ""
    return f"{{{literal(member.name)}, {literal(member.fallback or '')}{last}}}"


def _add_authorization(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    found = authorization(service, operation)
    if found is None:
        return
    header, function = found
    extras.includes.append(header)
    extras.fields["authorize"] = f"&::belfry::detail::{function}"
    if header == "belfry/auth/api_key.hpp" and service.api_key is not None:
        key = service.api_key
        name = f"{naming.type_name(operation.name)}_api_key"
        place = "true" if key.in_query else "false"
        extras.tables.append(
            f"inline constexpr ::belfry::ApiKeyTraits {name}"
            f"{{{literal(key.name)}, {place}, {literal(key.scheme)}}};"
        )
        extras.fields["api_key"] = f"&{name}"


def _add_presigned_parameter(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    parameter = operation.presigned_parameter
    if parameter is None or not service.protocol.form:
        return
    name = f"{naming.type_name(operation.name)}_presigned_parameter"
    sends = ", true" if parameter.sends_regions else ""
    extras.tables.append(
        f"inline constexpr ::belfry::PresignedParameter {name}{{{literal(parameter.name)}{sends}}};"
    )
    extras.includes.append("belfry/auth/presigned_parameter.hpp")
    extras.fields["authorize"] = "&::belfry::detail::add_presigned_parameter"
    extras.fields["presigned_parameter"] = f"&{name}"


def is_streaming(shapes: Mapping[str, ir.Shape], protocol: Protocol, member: ir.Member) -> bool:
    """Whether a member's bytes can be sent and received piece by piece: only where it is the whole body."""
    return (
        member.streaming
        and member.location is ir.Location.PAYLOAD
        and shapes[member.target].kind is ir.Kind.BLOB
        and protocol.http_bindings
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


def _add_event_streams(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    given, returned = operation.input_events, operation.output_events
    if given is None and returned is None:
        return
    codec = service.protocol.event_codec
    where = f"{service.id}: operation '{operation.name}'"
    if codec is None:
        raise UsageError(f"{where}: the protocol {service.protocol.name} has no event streams")
    if "make_call_body" in extras.fields:
        raise UsageError(f"{where}: a stream of events can be neither compressed nor have a checksum")
    extras.includes += [
        f"belfry/events/{codec}.hpp",
        f"belfry/events/{'stream' if given is not None else 'calls'}.hpp",
    ]
    name = f"{naming.type_name(operation.name)}_event_stream"
    fields = [f".codec = &::belfry::{codec}_event_codec"]
    if given is not None:
        fields.append(".input = true")
    if given is not None or service.protocol.rpc_v2:
        extras.fields["encode_streaming_payload"] = "&::belfry::detail::encode_event_stream"
    if returned is not None:
        fields.append(".output = true")
    if service.protocol.initial_messages:
        fields.append(".initial_messages = true")
    extras.tables += [
        f"inline constexpr ::belfry::EventStreamTraits {name}{{",
        *(f"    {field}," for field in fields),
        "};",
    ]
    extras.fields["make_call_body"] = "&::belfry::detail::make_event_call_body"
    extras.fields["event_stream"] = f"&{name}"


def _handle_bodies(extras: Extras, header: str = "streaming") -> None:
    extras.includes.append(f"belfry/body/{header}.hpp")
    extras.fields["make_call_body"] = "&::belfry::detail::make_call_body"


def _add_compression(extras: Extras, operation: ir.Operation) -> None:
    # Smithy defines no other encoding.
    if "gzip" in operation.compression:
        extras.fields["compress_request"] = "&::belfry::detail::compress_request"
        _handle_bodies(extras, "compression")


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
