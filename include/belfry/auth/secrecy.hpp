// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

/// Whether a URL stays on this machine, or is encrypted on its way. Whoever sees a token or a key can use
/// it (RFC 6750 section 5.2).
[[nodiscard]] inline bool keeps_secrets(std::string_view url) noexcept {
    if (url.starts_with("https://")) return true;
    for (const std::string_view host : {"http://localhost", "http://127.0.0.1", "http://[::1]"}) {
        if (!url.starts_with(host)) continue;
        std::size_t end = host.size();
        // What follows the colon may also be a password, and another host behind that.
        if (end < url.size() && url[end] == ':')
            for (++end; end < url.size() && url[end] >= '0' && url[end] <= '9';) ++end;
        return end == url.size() || url[end] == '/';
    }
    return false;
}

} // namespace belfry::inline v0::detail
