# SPDX-License-Identifier: Apache-2.0
"""The tables of what few operations have: `OperationHooks` and what its functions take.

An operation includes only what it needs, so that programs without such operations do not grow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from belfry_codegen.cpp import naming
from belfry_codegen.cpp.auth import authorization
from belfry_codegen.cpp.endpoint.view import endpoint_view
from belfry_codegen.cpp.text import literal
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.protocols import Protocol


@dataclass(slots=True)
class Extras:
    """The hooks of one operation, while they are collected."""

    includes: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    """Lines of the constants that the fields refer to."""
    hooks: dict[str, str] = field(default_factory=dict)
    """The fields of `OperationHooks`, in any order; `table` knows the one that C++ wants."""
    body: dict[str, str] = field(default_factory=dict)
    """The fields of `BodyTraits`."""
    event_stream: str = ""
    """The name of the operation's `EventStreamTraits`; empty for most operations."""

    def lines(self, name: str) -> tuple[str, ...]:
        """The tables, and after them the `OperationHooks` of that name; none for an operation without."""
        if not self.hooks:
            return ()
        return (*self.tables, *table("OperationHooks", name, self.hooks, HOOK_FIELDS))


HOOK_FIELDS = (
    "encode",
    "encode_body",
    "host_prefix",
    "add_host_prefix",
    "endpoint_parameters",
    "find_endpoint",
    "authorize",
    "make_body",
    "presign_as_query",
)
"""The fields of `OperationHooks` as they are declared."""

BODY_FIELDS = ("streaming_output", "compress", "add_checksums", "checksum")
"""The fields of `BodyTraits` as they are declared."""

RULE_FIELDS = ("input", "copy_input", "destroy_input", "headers", "query_as_form")
"""The fields of `RequestRules` as they are declared."""


def table(kind: str, name: str, fields: Mapping[str, str], order: Sequence[str]) -> list[str]:
    """The lines of a constant, with its fields in the order in which the structure declares them."""
    entries = [f"    .{key} = {fields[key]}," for key in order if key in fields]
    assert len(entries) == len(fields), f"a field that {kind} does not have"
    return [f"inline constexpr ::belfry::{kind} {name}{{", *entries, "};"]


def collect_extras(service: ir.Service, operation: ir.Operation, given: str = "") -> Extras:
    """Everything that the operation has beside others; `given` is its input's type."""
    extras = Extras()
    _add_rules(extras, service, operation, given)
    _add_endpoint(extras, service, operation)
    _add_authorization(extras, service, operation)
    _add_presigned_parameter(extras, service, operation)
    _add_streaming(extras, service, operation)
    _add_compression(extras, operation)
    _add_checksums(extras, operation)
    if operation.tree_hash:
        extras.body["add_checksums"] = "&::belfry::detail::add_tree_hash"
        _handle_bodies(extras, operation, "tree_hash")
    _add_event_streams(extras, service, operation)
    if "make_body" in extras.hooks and not extras.event_stream:
        name = f"{naming.type_name(operation.name)}_body"
        extras.tables += table("BodyTraits", name, extras.body, BODY_FIELDS)
    if extras.hooks:
        extras.includes.append("belfry/call/operation_hooks.hpp")
    return extras


def _add_rules(extras: Extras, service: ir.Service, operation: ir.Operation, given: str) -> None:
    name = naming.type_name(operation.name)
    members = service.shapes[operation.input].members if operation.input else ()
    rules = [_input_rule(member) for member in members if member.fallback or member.last_segment]
    fields: dict[str, str] = {}
    if rules:
        extras.tables += [
            f"inline constexpr ::belfry::InputRule {name}_input_rules[] = {{",
            *(f"    {rule}," for rule in rules),
            "};",
        ]
        fields["input"] = f"{name}_input_rules"
        fields["copy_input"] = f"&::belfry::detail::copy_input<{given}>"
        fields["destroy_input"] = f"&::belfry::detail::destroy_input<{given}>"
    if operation.headers:
        entries = ", ".join(f"{{{literal(key)}, {literal(value)}}}" for key, value in operation.headers)
        extras.tables.append(f"inline constexpr ::belfry::ConstantHeader {name}_headers[] = {{{entries}}};")
        fields["headers"] = f"{name}_headers"
    if operation.query_as_form:
        fields["query_as_form"] = "true"
    if fields:
        extras.tables += table("RequestRules", f"{name}_request_rules", fields, RULE_FIELDS)
        extras.includes.append("belfry/protocol/request_rules.hpp")
        extras.hooks["encode"] = f"&::belfry::detail::encode_by_rules<{name}_request_rules>"
    if operation.presign_as_query:
        extras.hooks["presign_as_query"] = "true"


def _input_rule(member: ir.Member) -> str:
    parts = [f".member = {literal(member.name)}"]
    if member.fallback:
        parts.append(f".fallback = {literal(member.fallback)}")
    if member.last_segment:
        parts.append(".last_segment = true")
    return f"{{{', '.join(parts)}}}"


def _add_endpoint(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    endpoint = endpoint_view(service, operation)
    if operation.host_prefix:
        extras.hooks["host_prefix"] = literal(operation.host_prefix)
        extras.hooks["add_host_prefix"] = "&::belfry::detail::add_host_prefix"
        extras.includes.append("belfry/call/host_prefix.hpp")
    if endpoint.entries:
        name = f"{naming.type_name(operation.name)}_endpoint_parameters"
        extras.tables += [
            *endpoint.lists,
            f"inline constexpr ::belfry::EndpointParameterBinding {name}[] = {{",
            *(f"    {entry}," for entry in endpoint.entries),
            "};",
        ]
        extras.hooks["endpoint_parameters"] = name
    if operation.operation_context:
        table_name = f"{naming.type_name(operation.name)}_endpoint_expressions"
        extras.hooks["find_endpoint"] = f"&::belfry::detail::find_endpoint_by_path<{table_name}>"
        extras.includes.append("belfry/call/endpoint_path.hpp")
    elif endpoint.entries or service.endpoint_options or service.endpoint_account:
        extras.hooks["find_endpoint"] = "&::belfry::detail::find_operation_endpoint"
        extras.includes.append("belfry/call/operation_endpoint.hpp")


def _add_authorization(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    found = authorization(service, operation)
    if found is None:
        return
    header, function = found
    extras.includes.append(header)
    if header == "belfry/auth/api_key.hpp" and service.api_key is not None:
        key = service.api_key
        name = f"{naming.type_name(operation.name)}_api_key"
        parts = [f".name = {literal(key.name)}"]
        if key.in_query:
            parts.append(".in_query = true")
        if key.scheme:
            parts.append(f".scheme = {literal(key.scheme)}")
        extras.tables.append(f"inline constexpr ::belfry::ApiKeyTraits {name}{{{', '.join(parts)}}};")
        function += f"<{name}>"
    extras.hooks["authorize"] = f"&::belfry::detail::{function}"


def _add_presigned_parameter(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    parameter = operation.presigned_parameter
    if parameter is None or not service.protocol.form:
        return
    name = f"{naming.type_name(operation.name)}_presigned_parameter"
    sends = ", .sends_regions = true" if parameter.sends_regions else ""
    extras.tables.append(
        f"inline constexpr ::belfry::PresignedParameter {name}{{.name = {literal(parameter.name)}{sends}}};"
    )
    extras.includes.append("belfry/auth/presigned_parameter.hpp")
    extras.hooks["authorize"] = f"&::belfry::detail::add_presigned_parameter<{name}>"


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
        extras.hooks["encode_body"] = "&::belfry::detail::encode_streaming_payload"
    if returned:
        extras.body["streaming_output"] = "true"
    if given or returned:
        _handle_bodies(extras, operation)


def _add_event_streams(extras: Extras, service: ir.Service, operation: ir.Operation) -> None:
    given, returned = operation.input_events, operation.output_events
    if given is None and returned is None:
        return
    codec = service.protocol.event_codec
    where = f"{service.id}: operation '{operation.name}'"
    if codec is None:
        raise UsageError(f"{where}: the protocol {service.protocol.name} has no event streams")
    if "make_body" in extras.hooks:
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
        extras.hooks["encode_body"] = f"&::belfry::detail::encode_event_stream<{name}>"
    if returned is not None:
        fields.append(".output = true")
    if service.protocol.initial_messages:
        fields.append(".initial_messages = true")
    extras.tables += [
        f"inline constexpr ::belfry::EventStreamTraits {name}{{",
        *(f"    {field}," for field in fields),
        "};",
    ]
    extras.hooks["make_body"] = "&::belfry::detail::refuse_call_without_events"
    extras.event_stream = name


def _handle_bodies(extras: Extras, operation: ir.Operation, header: str = "streaming") -> None:
    extras.includes.append(f"belfry/body/{header}.hpp")
    name = f"{naming.type_name(operation.name)}_body"
    extras.hooks["make_body"] = f"&::belfry::detail::make_streaming_body<{name}>"


def _add_compression(extras: Extras, operation: ir.Operation) -> None:
    # Smithy defines no other encoding.
    if "gzip" in operation.compression:
        extras.body["compress"] = "&::belfry::detail::compress_request"
        _handle_bodies(extras, operation, "compression")


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
        ]
    extras.tables += [
        f"inline constexpr ::belfry::ChecksumTraits {name}_checksum{{",
        *(f"    {field}," for field in fields),
        "};",
    ]
    extras.body["add_checksums"] = "&::belfry::detail::add_checksums"
    extras.body["checksum"] = f"&{name}_checksum"
    _handle_bodies(extras, operation, "checksum")
