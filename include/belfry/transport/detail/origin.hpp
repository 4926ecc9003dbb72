// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/url.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Where a request goes: its URL's origin (RFC 9110 section 4.3.1) as sockets and TLS take it, and the target
/// in its request line (section 7.1).
struct Origin {
    bool tls = false;
    /// Without the brackets of an IPv6 address.
    std::string host;
    /// The scheme's own port where the URL gives none.
    std::string port;
    /// Path and query as they are in the URL, with a leading `/`.
    std::string target;

    /// The same for all URLs that can share a connection.
    [[nodiscard]] std::string key() const {
        std::string text(tls ? "https " : "http ");
        return text.append(host).append(" ").append(port);
    }
};

/// The origin of an http or https URL, whose scheme is in lower case; nothing for other URLs, and for those
/// with a user.
[[nodiscard]] inline std::optional<Origin> find_origin(std::string_view text) {
    const Url url = parse_url(text);
    Origin origin;
    origin.tls = url.scheme == "https";
    if ((!origin.tls && url.scheme != "http") || url.has_user() || url.address().empty() ||
        (!url.port.empty() && url.port.find_first_not_of('0') == std::string_view::npos))
        return std::nullopt;
    origin.host = url.address();
    origin.port = !url.port.empty() ? url.port : origin.tls ? "443" : "80";
    if (url.path.empty()) origin.target = '/';
    origin.target += url.path;
    if (url.query.data() != nullptr) origin.target.append("?").append(url.query);
    return origin;
}

} // namespace belfry::inline v0::detail
