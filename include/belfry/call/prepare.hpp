// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/encode_request.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/call/resolved_endpoint.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

/// From an input to a request that only lacks its signature.
namespace belfry::inline v0::detail {

/// Resolves the endpoint and puts it before the path and query in `request.url`.
[[nodiscard]] BELFRY_COLD inline bool apply_endpoint(const Operation& operation, const void* input,
                                                     const ClientCore& core, PreparedRequest& prepared,
                                                     Error& error) {
    const OperationHooks* const hooks = operation.hooks;
    const ClientConfig& config = core.config();
    OwnedEndpoint& own = prepared.own_endpoint;
    const auto find =
        hooks != nullptr && hooks->find_endpoint != nullptr ? hooks->find_endpoint : &find_endpoint_of_client;
    const ResolvedEndpoint* found = find(operation, input, core, prepared, error);
    if (found != nullptr && config.inject_host_prefix && hooks != nullptr &&
        hooks->add_host_prefix != nullptr)
        found = hooks->add_host_prefix(operation, input, *found, own, error);
    if (found == nullptr) return false;

    HttpRequest& request = prepared.request;
    request.headers.set("Host", found->host);
    // Where the endpoint has a path, nothing need follow it: S3's ends in the bucket.
    const bool lacks_slash = !request.url.starts_with('/') && !found->has_path;
    prepend_text(request.url, lacks_slash ? "/" : "");
    prepend_text(request.url, found->endpoint.url);

    SigningOptions& signing = prepared.signing;
    signing.normalize_path = !operation.service->sign_path_verbatim;
    signing.double_encode_path = found->double_encode_path;
    // S3, which signs the path as it is, wants to know from a header, too, what the signature says of the
    // body.
    signing.content_sha256_header = operation.service->sign_path_verbatim;
    signing.crypto = config.crypto;
    // Without TLS, the signature protects the body.
    if (operation.signing == RequestSigning::unsigned_payload && request.url.starts_with("https:")) {
        signing.payload = PayloadHash::unsigned_payload;
        // Without it the service takes the body for a signed one.
        signing.content_sha256_header = true;
    }
    for (const Header& header : found->endpoint.headers) request.headers.set(header.name, header.value);
    signing.service = found->signing_name;
    signing.region = found->signing_region;
    return true;
}

/// Builds a call's request. Everything but `Authorization`, `X-Amz-Date` and the like is final after this.
[[nodiscard]] BELFRY_COLD inline bool prepare_request(const ClientCore& core, const Operation& operation,
                                                      const void* input, std::string_view idempotency_token,
                                                      PreparedRequest& prepared, Error& error) {
    HttpRequest& request = prepared.request;
    request.timeouts = core.config().timeouts;
    if (!encode_request(operation, input, {.idempotency_token = idempotency_token}, request, error))
        return false;
    return apply_endpoint(operation, input, core, prepared, error);
}

/// Whether the input leaves out a token that makes a repeated request harmless.
[[nodiscard]] BELFRY_COLD inline bool lacks_idempotency_token(const Structure& input, const void* object) {
    for (std::size_t i = 0; i < input.count; ++i)
        if (input.members[i].has(MemberFlags::idempotency_token) &&
            slot_value(*input.members[i].type, input.members[i].slot(object)) == nullptr)
            return true;
    return false;
}

} // namespace belfry::inline v0::detail
