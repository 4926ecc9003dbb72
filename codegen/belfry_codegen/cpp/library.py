# SPDX-License-Identifier: Apache-2.0
"""The library's names that generated headers use, and the header that declares each."""

from __future__ import annotations

DECLARED_IN = {
    "OperationHooks": "belfry/call/operation_hooks.hpp",
    "add_api_key": "belfry/auth/api_key.hpp",
    "add_api_key_if_any": "belfry/auth/api_key.hpp",
    "add_bearer_token": "belfry/auth/bearer_token.hpp",
    "add_bearer_token_if_any": "belfry/auth/bearer_token.hpp",
    "add_checksums": "belfry/body/checksum.hpp",
    "add_host_prefix": "belfry/call/host_prefix.hpp",
    "add_presigned_parameter": "belfry/auth/presigned_parameter.hpp",
    "add_signature_v2": "belfry/auth/signature_v2.hpp",
    "add_tree_hash": "belfry/body/tree_hash.hpp",
    "cbor_event_codec": "belfry/events/cbor.hpp",
    "compress_request": "belfry/body/compression.hpp",
    "encode_by_rules": "belfry/protocol/request_rules.hpp",
    "encode_event_stream": "belfry/events/body.hpp",
    "encode_query_and_headers": "belfry/protocol/query_and_headers.hpp",
    "encode_streaming_payload": "belfry/body/streaming.hpp",
    "find_endpoint_by_path": "belfry/call/endpoint_path.hpp",
    "find_operation_endpoint": "belfry/call/operation_endpoint.hpp",
    "invoke": "belfry/client/client.hpp",
    "invoke_with_events": "belfry/events/calls.hpp",
    "json_event_codec": "belfry/events/json.hpp",
    "make_streaming_body": "belfry/body/streaming.hpp",
    "open_event_stream": "belfry/events/stream.hpp",
    "refuse_call_without_events": "belfry/events/body.hpp",
    "xml_event_codec": "belfry/events/xml.hpp",
    # Types of the client's declarations.
    "EventHandler": "belfry/events/handler.hpp",
    "Paginator": "belfry/paging/paginator.hpp",
    "WaitOptions": "belfry/paging/wait_options.hpp",
    "WaiterRule": "belfry/paging/waiter.hpp",
    # The types of shapes.
    "OpenEnum": "belfry/core/open_enum.hpp",
    "StreamingBlob": "belfry/core/streaming_blob.hpp",
    "Union": "belfry/schema/union.hpp",
    "type_of": "belfry/schema/describe.hpp",
    # A service.
    "EndpointRules": "belfry/endpoint/program.hpp",
    "OauthErrorBody": "belfry/protocol/json_error_body.hpp",
    "Service": "belfry/operation/operation.hpp",
    "endpoint_library": "belfry/endpoint/builtins.hpp",
}
"""Names that a header uses only if an operation or a shape needs them; these headers include all others."""


class Includes:
    """The headers that a generated header includes, collected while its view is made."""

    def __init__(self, *paths: str) -> None:
        self._paths = set(paths)

    def add(self, path: str) -> None:
        """Includes a header."""
        self._paths.add(path)

    def use(self, name: str) -> str:
        """A name of the library; adds its header."""
        self._paths.add(DECLARED_IN[name])
        return name

    @property
    def paths(self) -> tuple[str, ...]:
        """The includes in the order in which they are written."""
        return tuple(sorted(self._paths))
