// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// A request's URL, taken apart at the places where a socket and a request line need it; nothing is decoded.
struct Url {
    bool tls = false;
    /// Without the brackets of an IPv6 address.
    std::string host;
    std::string port;
    /// What stands in the request line: path and query as they came, with a leading `/`.
    std::string target;

    /// The same for all URLs that can share a connection.
    [[nodiscard]] std::string key() const {
        std::string text(tls ? "https " : "http ");
        return text.append(host).append(" ").append(port);
    }
};

/// Takes apart `http[s]://host[:port][/path][?query]`; nothing for any other shape, also for one with a user
/// name.
[[nodiscard]] inline std::optional<Url> parse_url(std::string_view text) {
    Url url;
    if (text.starts_with("https://"))
        url.tls = true;
    else if (!text.starts_with("http://"))
        return std::nullopt;
    text.remove_prefix(url.tls ? 8 : 7);

    const std::size_t end = text.find_first_of("/?");
    std::string_view authority = text.substr(0, end);
    const std::string_view rest = end == std::string_view::npos ? std::string_view{} : text.substr(end);
    if (authority.find('@') != std::string_view::npos) return std::nullopt;

    std::string_view host = authority;
    std::string_view port;
    if (authority.starts_with('[')) {
        const std::size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) return std::nullopt;
        host = authority.substr(1, bracket - 1);
        authority.remove_prefix(bracket + 1);
        if (!authority.empty() && authority.front() != ':') return std::nullopt;
        port = authority.empty() ? authority : authority.substr(1);
    } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
    }
    unsigned number = 0;
    for (char c : port) {
        if (c < '0' || c > '9' || number > 65535) return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    if (host.empty() || number > 65535 || (number == 0 && !port.empty())) return std::nullopt;
    url.host = host;
    url.port = port.empty() ? (url.tls ? "443" : "80") : port;
    if (!rest.starts_with('/')) url.target = '/';
    url.target += rest;
    return url;
}

} // namespace belfry::inline v0::detail
