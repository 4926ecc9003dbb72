// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/endpoint.hpp>
#include <belfry/http/url.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// An endpoint and what signatures say of it: all that a call needs to know of the endpoint rules.
struct ResolvedEndpoint {
    ResolvedEndpoint() = default;
    ResolvedEndpoint(const ResolvedEndpoint&) = delete;
    ResolvedEndpoint& operator=(const ResolvedEndpoint&) = delete;
    BELFRY_COLD BELFRY_NOINLINE ~ResolvedEndpoint() {} // NOLINT: a function, to be smaller

    /// Without a `/` at the end of the URL; scheme and host have no capital letters.
    Endpoint endpoint{};
    /// The value of the header `Host`.
    std::string host{};
    /// Whether the URL has a path.
    bool has_path = false;
    bool double_encode_path = true;
    /// A part of this endpoint, of the kept one that this is a copy of, or of the service's model.
    std::string_view signing_name{};
    /// The same, or the client's region.
    std::string_view signing_region{};

    /// The question that the rules were asked: see `KeptEndpoints::find`.
    const Service* service = nullptr;
    bool is_signed = false;
    std::string parameters{};
    /// The endpoint that was kept before this one, and how many are.
    ResolvedEndpoint* before = nullptr;
    std::size_t number = 0;
};

using OwnedEndpoint = Owned<ResolvedEndpoint>;

/// Sets `host` and `has_path`, and makes scheme and host of the URL lower case.
BELFRY_COLD inline void settle_host(ResolvedEndpoint& resolved) {
    std::string& url = resolved.endpoint.url;
    // Scheme and host have no case (RFC 3986 section 6.2.2.1), but transports compare the scheme.
    const Url parts = parse_url(url);
    for (const std::string_view part : {parts.scheme, parts.host}) {
        const auto at = static_cast<std::size_t>(part.data() - url.data());
        for (std::size_t i = at; i < at + part.size(); ++i) url[i] = ascii_lower(url[i]);
    }
    resolved.has_path = !parts.path.empty();
    resolved.host.clear();
    append_host(resolved.host, parts);
}

/// The same, after a `/` at the end of the URL is removed.
BELFRY_COLD inline void settle_url(ResolvedEndpoint& resolved) {
    std::string& url = resolved.endpoint.url;
    if (!url.empty() && url.back() == '/') url.pop_back();
    settle_host(resolved);
}

/// Makes `own` an endpoint whose URL may be changed: a copy of `found`, unless it has that already.
inline void own_endpoint(const ResolvedEndpoint& found, OwnedEndpoint& own) {
    if (&found == own.get()) return;
    own = OwnedEndpoint(new ResolvedEndpoint());
    own->endpoint.url = found.endpoint.url;
    own->endpoint.headers = found.endpoint.headers;
    own->double_encode_path = found.double_encode_path;
    own->signing_name = found.signing_name;
    own->signing_region = found.signing_region;
}

} // namespace belfry::inline v0::detail
