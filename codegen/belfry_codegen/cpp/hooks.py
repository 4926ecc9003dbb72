# SPDX-License-Identifier: Apache-2.0
"""The view of `OperationHooks`: steps of a call that only few operations have, and their data.

An operation includes only the headers that it needs, so that other programs do not grow.
"""

from __future__ import annotations

from collections import Counter

from belfry_codegen.cpp.auth import authorization
from belfry_codegen.cpp.code import EMPTY, Cpp, name
from belfry_codegen.cpp.endpoint.view import NO_ENDPOINT, EndpointView, endpoint_view
from belfry_codegen.cpp.jmespath import ExpressionTables
from belfry_codegen.cpp.library import Includes
from belfry_codegen.cpp.text import literal
from belfry_codegen.cpp.types import TypeTable
from belfry_codegen.model import ir
from belfry_codegen.model.errors import UsageError
from belfry_codegen.model.records import dataclass


@dataclass(frozen=True, slots=True)
class InputRuleView:
    """A change of an input's member before it is sent. Strings are literals; empty for none."""

    member: Cpp
    fallback: Cpp
    last_segment: bool


@dataclass(frozen=True, slots=True)
class RequestRulesView:
    """Parts of a request that the model does not describe."""

    function: Cpp
    input: Cpp
    """The type of the input that the rules change."""
    input_rules: tuple[InputRuleView, ...]
    headers: tuple[tuple[Cpp, Cpp], ...]
    """Names and values, as literals."""
    query_as_form: bool


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """The place of an API key. Strings are literals; empty for none."""

    name: Cpp
    in_query: bool
    scheme: Cpp


@dataclass(frozen=True, slots=True)
class PresignedParameterView:
    """A member that holds the URL of a presigned request."""

    name: Cpp
    """A literal."""
    sends_regions: bool


@dataclass(frozen=True, slots=True)
class AuthorizationView:
    """How a request is authenticated, if not with Signature Version 4."""

    function: Cpp
    signatures: Cpp = EMPTY
    """An enumerator of `ModelSignatures`; empty if the function does not choose a signature."""
    api_key: ApiKeyView | None = None
    presigned_parameter: PresignedParameterView | None = None


@dataclass(frozen=True, slots=True)
class ChecksumView:
    """The checksums of an operation's bodies. Strings are literals, empty for none."""

    required: bool
    algorithm_member: Cpp
    mode_member: Cpp
    response_algorithms: tuple[Cpp, ...]
    """Enumerators of `ChecksumAlgorithm`."""


@dataclass(frozen=True, slots=True)
class BodyView:
    """The handling of bodies that are not simply held in memory. Strings are functions; empty for none."""

    make: Cpp
    streaming_output: bool
    compress: Cpp
    add_checksums: Cpp
    checksum: ChecksumView | None


@dataclass(frozen=True, slots=True)
class EventStreamView:
    """The events of an operation."""

    codec: Cpp
    make_body: Cpp
    input: bool
    output: bool
    initial_messages: bool


@dataclass(frozen=True, slots=True)
class UrlListingView:
    """A listing whose members are percent-encoded on the wire."""

    make: Cpp
    members: tuple[Cpp, ...]
    """Paths, as literals."""


@dataclass(frozen=True, slots=True)
class StatusErrorsView:
    """The errors that their status alone tells apart, where responses never have a body."""

    function: Cpp
    errors: tuple[tuple[int, Cpp], ...]
    """Statuses and codes, as literals."""


@dataclass(frozen=True, slots=True)
class HooksView:
    """The fields of `OperationHooks`. Strings are names of functions; empty for none."""

    rules: RequestRulesView | None
    encode_body: Cpp
    host_prefix: Cpp
    """A literal."""
    add_host_prefix: Cpp
    endpoint: EndpointView
    authorize: AuthorizationView | None
    body: BodyView | None
    event_stream: EventStreamView | None
    presign_as_query: bool
    url_listing: UrlListingView | None
    response_check: Cpp
    status_errors: StatusErrorsView | None
    endpoint_discovery: Cpp
    """An enumerator of `EndpointDiscoveryUse`."""

    def __bool__(self) -> bool:
        """Whether the operation needs any of them."""
        return self != _NONE


_NONE = HooksView(None, EMPTY, EMPTY, EMPTY, NO_ENDPOINT, None, None, None, False, None, EMPTY, None, EMPTY)


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
    url_listing = _url_listing(operation, includes)
    response_check = _response_check(service, operation, includes)
    if sum((event_stream is not None, body is not None, url_listing is not None, bool(response_check))) > 1:
        raise UsageError(
            f"{service.id}: operation '{operation.name}': an event stream, a body that streams, is compressed"
            " or has a checksum, a listing and a digest in the response exclude each other"
        )
    hooks = HooksView(
        rules=_request_rules(service, types, operation, includes),
        encode_body=_encode_body(types, operation, includes),
        host_prefix=_literal(operation.host_prefix),
        add_host_prefix=includes.use("add_host_prefix") if operation.host_prefix else EMPTY,
        endpoint=endpoint_view(service, operation, tables, includes),
        authorize=_authorization(service, operation, includes),
        body=body,
        event_stream=event_stream,
        presign_as_query=operation.presign_as_query,
        url_listing=url_listing,
        response_check=response_check,
        status_errors=_status_errors(service, operation, includes),
        endpoint_discovery=_endpoint_discovery(operation),
    )
    if not hooks:
        return None
    includes.use("OperationHooks")
    return hooks


def _response_check(service: ir.Service, operation: ir.Operation, includes: Includes) -> Cpp:
    """The function that makes what compares a response with the digests in it; empty for none."""
    if operation.message_digests:
        return includes.use("make_message_digests")
    return includes.use("make_response_crc32") if service.response_crc32 else EMPTY


_USUAL_ERROR_STATUSES = (400, 500)
"""The statuses that Smithy gives to errors without one; a response may have them for any reason."""


def _status_errors(
    service: ir.Service, operation: ir.Operation, includes: Includes
) -> StatusErrorsView | None:
    if not service.protocol.http_bindings or operation.http.method != "HEAD":
        return None
    errors = [error for name in operation.errors if (error := service.shapes[name].error) is not None]
    counts = Counter(error.http_status for error in errors)
    found = tuple(
        (error.http_status, literal(error.code))
        for error in errors
        if error.http_status not in (None, *_USUAL_ERROR_STATUSES) and counts[error.http_status] == 1
    )
    return StatusErrorsView(includes.use("is_error_of_status"), found) if found else None


def _url_listing(operation: ir.Operation, includes: Includes) -> UrlListingView | None:
    if not operation.url_encoded_members:
        return None
    return UrlListingView(
        includes.use("make_url_listing"), tuple(literal(path) for path in operation.url_encoded_members)
    )


def _literal(text: str | None) -> Cpp:
    return literal(text) if text else EMPTY


def _endpoint_discovery(operation: ir.Operation) -> Cpp:
    if not operation.endpoint_discovery:
        return EMPTY
    return name("required" if operation.endpoint_discovery_required else "optional")


def _request_rules(
    service: ir.Service, types: TypeTable, operation: ir.Operation, includes: Includes
) -> RequestRulesView | None:
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
    headers = operation.headers
    # The SDKs send it, and models do not mention it.
    if operation.is_endpoint_operation and service.api_version:
        headers += (("x-amz-api-version", service.api_version),)
    if not (rules or headers or operation.query_as_form):
        return None
    return RequestRulesView(
        function=includes.use("encode_by_rules"),
        input=types.names[operation.input],
        input_rules=rules,
        headers=tuple((literal(header), literal(value)) for header, value in headers),
        query_as_form=operation.query_as_form,
    )


def _encode_body(types: TypeTable, operation: ir.Operation, includes: Includes) -> Cpp:
    streams = operation.output_events is not None and types.protocol.rpc_v2
    if operation.input_events is not None or streams:
        return includes.use("encode_event_stream")
    if _has_streaming_payload(types, operation.input):
        return includes.use("encode_streaming_payload")
    return EMPTY


def _has_streaming_payload(types: TypeTable, message: str | None) -> bool:
    return message is not None and any(map(types.is_streaming, types.shapes[message].members))


def _authorization(
    service: ir.Service, operation: ir.Operation, includes: Includes
) -> AuthorizationView | None:
    parameter = operation.presigned_parameter
    if parameter is not None and service.protocol.form:
        _refuse_choice(service, operation)
        return AuthorizationView(
            includes.use("add_presigned_parameter"),
            presigned_parameter=PresignedParameterView(literal(parameter.name), parameter.sends_regions),
        )
    found = authorization(service, operation)
    if found is None:
        return None
    if not found.signatures:
        _refuse_choice(service, operation)
    key = service.api_key if found.with_api_key else None
    view = ApiKeyView(literal(key.name), key.in_query, _literal(key.scheme)) if key is not None else None
    return AuthorizationView(includes.use(found.function), found.signatures, api_key=view)


def _refuse_choice(service: ir.Service, operation: ir.Operation) -> None:
    """Fails if the endpoint may ask for a signature that another way of authenticating does not make."""
    if service.sigv4a_endpoints or service.session_endpoints:
        raise UsageError(
            f"{service.id}: operation '{operation.name}': an API key, a bearer token, Signature Version 2 and"
            " a presigned parameter exclude endpoints with Signature Version 4a or sessions"
        )


def _body(types: TypeTable, operation: ir.Operation, includes: Includes) -> BodyView | None:
    given = _has_streaming_payload(types, operation.input)
    returned = _has_streaming_payload(types, operation.output)
    # Smithy does not define another encoding.
    compress = includes.use("compress_request") if "gzip" in operation.compression else EMPTY
    checksum = _checksum(operation)
    add_checksums = EMPTY
    if operation.tree_hash:
        add_checksums = includes.use("add_tree_hash")
    elif checksum is not None:
        add_checksums = includes.use("add_checksums")
    if not (given or returned or compress or add_checksums):
        return None
    return BodyView(includes.use("make_streaming_body"), returned, compress, add_checksums, checksum)


ALGORITHMS = (
    *("XXHASH128", "XXHASH3", "CRC64NVME", "XXHASH64", "CRC32C", "CRC32"),
    *("SHA1", "SHA256", "SHA512", "MD5"),
)
"""The supported algorithms, in the order of preference for responses, which is botocore's."""


def _checksum(operation: ir.Operation) -> ChecksumView | None:
    checksum = operation.checksum
    algorithms = [known for known in ALGORITHMS if known in checksum.response_algorithms]
    mode = checksum.validation_mode_member if algorithms else None
    if not (checksum.required or checksum.algorithm_member or mode is not None):
        return None
    return ChecksumView(
        required=checksum.required,
        algorithm_member=_literal(checksum.algorithm_member),
        mode_member=_literal(mode),
        response_algorithms=tuple(name(known.lower()) for known in algorithms) if mode is not None else (),
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
