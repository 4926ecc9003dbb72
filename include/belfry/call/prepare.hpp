// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/configured_endpoint.hpp>
#include <belfry/call/encode_request.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// From an input to a request that only lacks its signature.
namespace belfry::inline v0::detail {

/// Resolves the endpoint and puts it before the path and query in `request.url`.
[[nodiscard]] BELFRY_COLD inline bool apply_endpoint(const Operation& operation, const void* input,
                                                     const ClientConfig& config, PreparedRequest& prepared,
                                                     Error& error) {
    // Not `resolve_endpoint`, whose result would be one more type to move and destroy.
    Endpoint endpoint;
    if (operation.hooks != nullptr && operation.hooks->find_endpoint != nullptr) {
        if (!operation.hooks->find_endpoint(operation, input, config, endpoint, error)) return false;
    } else {
        EndpointParameters parameters;
        if (!find_configured_endpoint(operation, config, parameters, endpoint, error)) return false;
    }

    HttpRequest& request = prepared.request;
    std::string& url = endpoint.url;
    if (config.inject_host_prefix && operation.hooks != nullptr &&
        operation.hooks->add_host_prefix != nullptr &&
        !operation.hooks->add_host_prefix(operation, input, url, error))
        return false;
    if (!url.empty() && url.back() == '/') url.pop_back();
    // Scheme and host have no case (RFC 3986 section 6.2.2.1), but transports compare the scheme.
    const Url parts = parse_url(url);
    for (const std::string_view part : {parts.scheme, parts.host}) {
        const auto at = static_cast<std::size_t>(part.data() - url.data());
        for (std::size_t i = at; i < at + part.size(); ++i) url[i] = ascii_lower(url[i]);
    }
    std::string host;
    append_host(host, parts);
    request.headers.set("Host", host);
    // Where the endpoint has a path, nothing need follow it: S3's ends in the bucket.
    if ((request.url.empty() || request.url.front() != '/') && parts.path.empty()) append_char(url, '/');
    // The choice of a scheme may need the endpoint's URL.
    request.url.insert(0, url);

    prepared.signing_name = operation.service->signing_name;
    prepared.signing_region = config.region;
    SigningOptions& signing = prepared.signing;
    signing.normalize_path = !operation.service->sign_path_verbatim;
    signing.double_encode_path = !operation.service->sign_path_verbatim;
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
    const EndpointLibrary* const library = operation.service->endpoint_rules->library;
    if (library != nullptr && operation.signing != RequestSigning::none &&
        !library->choose_sigv4(endpoint, prepared.signing_name, prepared.signing_region,
                               signing.double_encode_path, error))
        return false;
    // The choice of a scheme may have added one.
    for (const Header& header : endpoint.headers) request.headers.set(header.name, header.value);
    signing.service = prepared.signing_name;
    signing.region = prepared.signing_region;
    return true;
}

/// Builds a call's request. Everything but `Authorization`, `X-Amz-Date` and the like is final after this.
[[nodiscard]] BELFRY_COLD inline bool prepare_request(const ClientConfig& config, const Operation& operation,
                                                      const void* input, std::string_view idempotency_token,
                                                      PreparedRequest& prepared, Error& error) {
    HttpRequest& request = prepared.request;
    request.timeouts = config.timeouts;
    if (!encode_request(operation, input, {.idempotency_token = idempotency_token}, request, error))
        return false;
    return apply_endpoint(operation, input, config, prepared, error);
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
