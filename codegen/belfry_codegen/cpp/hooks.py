# SPDX-License-Identifier: Apache-2.0
"""The view of `OperationHooks`: steps of a call that only few operations have, and their data.

An operation includes only the headers that it needs, so that other programs do not grow.
"""

from __future__ import annotations

from dataclasses import dataclass

from belfry_codegen.cpp.auth import authorization
from belfry_codegen.cpp.endpoint.view import NO_ENDPOINT, EndpointView, endpoint_view
from belfry_codegen.cpp.jmespath import ExpressionTables
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.text import literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError


@dataclass(frozen=True, slots=True)
class InputRuleView:
    """A change of an input's member before it is sent. Strings are literals; empty for none."""

    member: str
    fallback: str
    last_segment: bool


@dataclass(frozen=True, slots=True)
class RequestRulesView:
    """Parts of a request that the model does not describe."""

    function: str
    input: str
    """The type of the input that the rules change."""
    input_rules: tuple[InputRuleView, ...]
    headers: tuple[tuple[str, str], ...]
    """Names and values, as literals."""
    query_as_form: bool


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """The place of an API key. Strings are literals; empty for none."""

    name: str
    in_query: bool
    scheme: str


@dataclass(frozen=True, slots=True)
class PresignedParameterView:
    """A member that holds the URL of a presigned request."""

    name: str
    """A literal."""
    sends_regions: bool


@dataclass(frozen=True, slots=True)
class AuthorizationView:
    """How a request is authenticated, if not with Signature Version 4."""

    function: str
    api_key: ApiKeyView | None = None
    presigned_parameter: PresignedParameterView | None = None


@dataclass(frozen=True, slots=True)
class ChecksumView:
    """The checksums of an operation's bodies. Strings are literals, empty for none."""

    required: bool
    algorithm_member: str
    mode_member: str
    response_algorithms: tuple[str, ...]
    """Enumerators of `ChecksumAlgorithm`."""


@dataclass(frozen=True, slots=True)
class BodyView:
    """The handling of bodies that are not simply held in memory. Strings are functions; empty for none."""

    make: str
    streaming_output: bool
    compress: str
    add_checksums: str
    checksum: ChecksumView | None


@dataclass(frozen=True, slots=True)
class EventStreamView:
    """The events of an operation."""

    codec: str
    make_body: str
    input: bool
    output: bool
    initial_messages: bool


@dataclass(frozen=True, slots=True)
class HooksView:
    """The fields of `OperationHooks`. Strings are names of functions; empty for none."""

    rules: RequestRulesView | None
    encode_body: str
    host_prefix: str
    """A literal."""
    add_host_prefix: str
    endpoint: EndpointView
    authorize: AuthorizationView | None
    body: BodyView | None
    event_stream: EventStreamView | None
    presign_as_query: bool

    def __bool__(self) -> bool:
        """Whether the operation needs any of them."""
        return self != _NONE


_NONE = HooksView(None, "", "", "", NO_ENDPOINT, None, None, None, False)


def hooks_view(
    service: ir.Service,
    types: TypeTable,
    operation: ir.Operation,
    tables: ExpressionTables,
    includes: Includes,
) -> HooksView | None:
    """The hooks of an operation; None for most."""
    event_stream = _event_stream(service, operation, includes)
    body = _body(types, operation, includes)
    if event_stream is not None and body is not None:
        raise UsageError(
            f"{service.id}: operation '{operation.name}':"
            " an event stream cannot be compressed or have a checksum"
        )
    hooks = HooksView(
        rules=_request_rules(types, operation, includes),
        encode_body=_encode_body(types, operation, includes),
        host_prefix=_literal(operation.host_prefix),
        add_host_prefix=includes.use("add_host_prefix") if operation.host_prefix else "",
        endpoint=endpoint_view(service, operation, tables, includes),
        authorize=_authorization(service, operation, includes),
        body=body,
        event_stream=event_stream,
        presign_as_query=operation.presign_as_query,
    )
    if not hooks:
        return None
    includes.use("OperationHooks")
    return hooks


def _literal(text: str | None) -> str:
    return literal(text) if text else ""


def _request_rules(types: TypeTable, operation: ir.Operation, includes: Includes) -> RequestRulesView | None:
    assert operation.input is not None, "the synthesize pass gives every operation both messages"
    rules = tuple(
        InputRuleView(
            member=literal(member.name),
            fallback=_literal(member.fallback),
            last_segment=member.last_segment,
        )
        for member in types.shapes[operation.input].members
        if member.fallback or member.last_segment
    )
    if not (rules or operation.headers or operation.query_as_form):
        return None
    return RequestRulesView(
        function=includes.use("encode_by_rules"),
        input=types.names[operation.input],
        input_rules=rules,
        headers=tuple((literal(name), literal(value)) for name, value in operation.headers),
        query_as_form=operation.query_as_form,
    )


def _encode_body(types: TypeTable, operation: ir.Operation, includes: Includes) -> str:
    streams = operation.output_events is not None and types.protocol.rpc_v2
    if operation.input_events is not None or streams:
        return includes.use("encode_event_stream")
    if _has_streaming_payload(types, operation.input):
        return includes.use("encode_streaming_payload")
    return ""


def _has_streaming_payload(types: TypeTable, message: str | None) -> bool:
    return message is not None and any(map(types.is_streaming, types.shapes[message].members))


def _authorization(
    service: ir.Service, operation: ir.Operation, includes: Includes
) -> AuthorizationView | None:
    parameter = operation.presigned_parameter
    if parameter is not None and service.protocol.form:
        return AuthorizationView(
            includes.use("add_presigned_parameter"),
            presigned_parameter=PresignedParameterView(literal(parameter.name), parameter.sends_regions),
        )
    found = authorization(service, operation)
    if found is None:
        return None
    key = service.api_key if found.with_api_key else None
    view = ApiKeyView(literal(key.name), key.in_query, _literal(key.scheme)) if key is not None else None
    return AuthorizationView(includes.use(found.function), api_key=view)


def _body(types: TypeTable, operation: ir.Operation, includes: Includes) -> BodyView | None:
    given = _has_streaming_payload(types, operation.input)
    returned = _has_streaming_payload(types, operation.output)
    # Smithy does not define another encoding.
    compress = includes.use("compress_request") if "gzip" in operation.compression else ""
    checksum = _checksum(operation)
    add_checksums = ""
    if operation.tree_hash:
        add_checksums = includes.use("add_tree_hash")
    elif checksum is not None:
        add_checksums = includes.use("add_checksums")
    if not (given or returned or compress or add_checksums):
        return None
    return BodyView(includes.use("make_streaming_body"), returned, compress, add_checksums, checksum)


ALGORITHMS = ("CRC64NVME", "CRC32C", "CRC32", "SHA1", "SHA256", "MD5")
"""The supported algorithms, in the order of preference for responses: CRCs are the fastest."""


def _checksum(operation: ir.Operation) -> ChecksumView | None:
    checksum = operation.checksum
    algorithms = [name for name in ALGORITHMS if name in checksum.response_algorithms]
    mode = checksum.validation_mode_member if algorithms else None
    if not (checksum.required or checksum.algorithm_member or mode is not None):
        return None
    return ChecksumView(
        required=checksum.required,
        algorithm_member=_literal(checksum.algorithm_member),
        mode_member=_literal(mode),
        response_algorithms=tuple(name.lower() for name in algorithms) if mode is not None else (),
    )


def _event_stream(service: ir.Service, operation: ir.Operation, includes: Includes) -> EventStreamView | None:
    given, returned = operation.input_events is not None, operation.output_events is not None
    if not (given or returned):
        return None
    codec = service.protocol.event_codec
    if codec is None:
        raise UsageError(
            f"{service.id}: operation '{operation.name}':"
            f" the protocol '{service.protocol.name}' does not support event streams"
        )
    return EventStreamView(
        codec=includes.use(f"{codec}_event_codec"),
        make_body=includes.use("refuse_call_without_events"),
        input=given,
        output=returned,
        initial_messages=service.protocol.initial_messages,
    )
