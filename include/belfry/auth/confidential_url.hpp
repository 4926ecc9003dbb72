// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/url.hpp>

#include <string_view>

namespace belfry::inline v0::detail {

/// Whether a URL stays on this machine or is encrypted in transit. Anyone who sees a token or a key can use
/// it (RFC 6750 section 5.2).
[[nodiscard]] inline bool is_confidential(std::string_view url) noexcept {
    const Url parts = parse_url(url);
    if (parts.scheme == "https") return true;
    // Userinfo may look like a host and a port.
    if (parts.scheme != "http" || parts.has_user()) return false;
    return parts.host == "localhost" || parts.host == "127.0.0.1" || parts.host == "[::1]";
}

} // namespace belfry::inline v0::detail
