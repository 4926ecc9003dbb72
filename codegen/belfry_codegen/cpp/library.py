# SPDX-License-Identifier: Apache-2.0
"""The library's names that generated headers use, and the header that declares each."""

from __future__ import annotations

from belfry_codegen.cpp.code import Cpp, fixed, name

DECLARED_IN = fixed(
    {
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
        "choose_signature": "belfry/auth/choose_signature.hpp",
        "choose_signature_or_session": "belfry/auth/choose_session.hpp",
        "call_async": "belfry/async/pending.hpp",
        "call_with_events_async": "belfry/events/async_calls.hpp",
        "cbor_event_codec": "belfry/events/cbor.hpp",
        "compress_request": "belfry/body/compression.hpp",
        "encode_by_rules": "belfry/protocol/request_rules.hpp",
        "encode_event_stream": "belfry/events/body.hpp",
        "encode_query_and_headers": "belfry/protocol/query_and_headers.hpp",
        "encode_streaming_payload": "belfry/body/streaming.hpp",
        "find_discovered_endpoint": "belfry/call/discovered_endpoint.hpp",
        "find_endpoint_by_path": "belfry/call/endpoint_path.hpp",
        "find_operation_endpoint": "belfry/call/operation_endpoint.hpp",
        "invoke": "belfry/client/client.hpp",
        "invoke_with_events": "belfry/events/calls.hpp",
        "is_error_of_status": "belfry/call/status_error.hpp",
        "json_event_codec": "belfry/events/json.hpp",
        "make_message_digests": "belfry/body/message_digests.hpp",
        "make_response_crc32": "belfry/body/response_crc32.hpp",
        "make_streaming_body": "belfry/body/streaming.hpp",
        "make_url_listing": "belfry/body/url_listing.hpp",
        "pages_async": "belfry/paging/async_paginator.hpp",
        "wait_async": "belfry/paging/async_waiter.hpp",
        "open_event_stream": "belfry/events/stream.hpp",
        "open_event_stream_async": "belfry/events/async_stream.hpp",
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
        # A service, and its fake.
        "Fake": "belfry/testing/fake.hpp",
        "StreamRule": "belfry/testing/events.hpp",
        "EndpointRules": "belfry/endpoint/program.hpp",
        "OauthErrorBody": "belfry/protocol/json_error_body.hpp",
        "Service": "belfry/operation/operation.hpp",
        "endpoint_library": "belfry/endpoint/builtins.hpp",
        "endpoint_library_with_sessions": "belfry/endpoint/session_schemes.hpp",
        "endpoint_library_with_sigv4a": "belfry/endpoint/auth_schemes.hpp",
        "walk_diagram": "belfry/endpoint/diagram.hpp",
    }
)
"""Names that a header uses only if an operation or a shape needs them; these headers include all others."""


COMPILED_TABLES = Cpp("belfry/operation/compiled_tables.hpp")
"""Defines the templates whose instances the library of a service has."""


class Includes:
    """The headers that a generated header includes, collected while its view is made."""

    def __init__(self, *paths: Cpp) -> None:
        self._paths = set(paths)

    def add(self, path: Cpp) -> None:
        """Includes a header."""
        self._paths.add(path)

    def use(self, used: str) -> Cpp:
        """A name of the library; adds its header."""
        self._paths.add(DECLARED_IN[used])
        return name(used)

    @property
    def paths(self) -> tuple[Cpp, ...]:
        """The includes in the order in which they are written."""
        return tuple(sorted(self._paths))
