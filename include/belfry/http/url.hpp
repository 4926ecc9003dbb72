// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// The parts of an absolute URL (RFC 3986 section 3): views into it, nothing decoded. All are empty when it
/// is not one.
struct Url {
    std::string_view scheme;
    /// User, host and port.
    std::string_view authority;
    /// With the brackets of an IPv6 address.
    std::string_view host;
    /// A number up to 65,535, or empty.
    std::string_view port;
    /// Empty, or with a leading `/`.
    std::string_view path;
    /// Its `data()` is null without a `?`.
    std::string_view query;

    [[nodiscard]] bool has_user() const noexcept { return host.data() != authority.data(); }
    /// The host without the brackets of an IPv6 address.
    [[nodiscard]] std::string_view address() const noexcept {
        return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    }
};

/// Cuts the characters in `set` off the front of `rest`.
BELFRY_COLD BELFRY_NOINLINE inline std::string_view cut_front(CharacterSet set,
                                                              std::string_view& rest) noexcept {
    const std::string_view front = rest.substr(0, count_front(set, rest));
    rest.remove_prefix(front.size());
    return front;
}

[[nodiscard]] BELFRY_COLD inline bool is_scheme(std::string_view text) noexcept {
    for (const char c : text)
        if (!is_letter_or_digit(c) && c != '+' && c != '-' && c != '.') return false;
    return !text.empty() && is_letter(text[0]);
}

[[nodiscard]] BELFRY_COLD inline bool is_port(std::string_view text) noexcept {
    unsigned number = 0;
    for (const char c : text) {
        number = number * 10 + static_cast<unsigned>(c - '0');
        if (!is_digit(c) || number > 65'535) return false;
    }
    return true;
}

/// Finds host and port in the authority; false when it is not one.
[[nodiscard]] BELFRY_COLD inline bool split_authority(Url& url) noexcept {
    std::string_view rest = url.authority;
    // The part before the last `@` is user information, even if it looks like a host.
    if (rest.find('@') != std::string_view::npos) rest.remove_prefix(rest.rfind('@') + 1);
    std::size_t end = 0;
    if (rest.starts_with('[')) {
        end = rest.find(']') + 1;
        if (end == 0) return false;
    } else {
        end = rest.find(':');
    }
    url.host = rest.substr(0, end);
    rest.remove_prefix(url.host.size());
    if (!rest.empty()) {
        if (rest[0] != ':') return false;
        rest.remove_prefix(1);
        url.port = rest;
    }
    return !url.host.empty() && is_port(rest);
}

/// The text in front of the first `delimiter`, or all of it.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline std::string_view before(std::string_view text,
                                                                         char delimiter) noexcept {
    // A view's own search is two calls where code is small.
    const void* const at = text.empty() ? nullptr : std::memchr(text.data(), delimiter, text.size());
    return at == nullptr
               ? text
               : text.substr(0, static_cast<std::size_t>(static_cast<const char*>(at) - text.data()));
}

/// Splits an absolute URL that has a host. The caller checks that its characters are valid in a URL.
[[nodiscard]] BELFRY_COLD inline Url parse_url(std::string_view text) noexcept {
    // The fragment, and what follows a NUL, are left out.
    text = before(before(text, '#'), '\0');
    Url url;
    const std::string_view before_query = before(text, '?');
    const std::string_view scheme = before(before_query, ':');
    std::string_view rest = before_query.substr(scheme.size());
    if (!is_scheme(scheme) || rest.size() < 3 || rest[1] != '/' || rest[2] != '/') return url;
    rest.remove_prefix(3);
    url.scheme = scheme;
    url.authority = before(rest, '/');
    url.path = rest.substr(url.authority.size());
    if (before_query.size() != text.size()) url.query = text.substr(before_query.size() + 1);
    if (!split_authority(url)) url = {};
    return url;
}

/// Whether a text that may be a URL has user information in its authority, so that it must not be quoted.
[[nodiscard]] BELFRY_COLD inline bool may_hold_password(std::string_view text) noexcept {
    const std::size_t scheme = text.find("://");
    if (scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
    return cut_front(CharacterSet::before_path, text).find('@') != std::string_view::npos;
}

/// Whether a text has only characters of URLs (RFC 3986 section 2).
[[nodiscard]] BELFRY_COLD inline bool has_only_url_characters(std::string_view text) noexcept {
    return are_all_in(CharacterSet::url, text);
}

/// Appends what the header `Host` says for a URL: host and port, without the scheme's own port.
BELFRY_COLD inline void append_host(std::string& out, const Url& url) {
    append_lower(out, url.host);
    if (url.port.empty() || (url.port == "443" && equals_ignoring_case(url.scheme, "https")) ||
        (url.port == "80" && equals_ignoring_case(url.scheme, "http")))
        return;
    append_char(out, ':');
    append_text(out, url.port);
}

/// Whether a host that `parse_url` found can have further labels in front: `localhost` and addresses cannot.
/// A name does not end in a number (RFC 1123 section 2.1).
[[nodiscard]] BELFRY_COLD inline bool is_host_name(std::string_view host) noexcept {
    if (host.ends_with('.')) host.remove_suffix(1);
    if (host.starts_with('[') || equals_ignoring_case(host, "localhost")) return false;
    for (const char c : host.substr(host.rfind('.') + 1))
        if (!is_digit(c)) return true;
    return false;
}

/// Whether `text` is a label of a host name (RFC 1123 section 2.1), or several between dots.
[[nodiscard]] BELFRY_COLD inline bool is_host_label(std::string_view text, bool allow_dots) noexcept {
    std::size_t length = 0;
    char before = '-';
    for (const char c : text) {
        if (c == '.') {
            if (!allow_dots || before == '-' || length == 0) return false;
            length = 0;
            before = '-';
            continue;
        }
        if (!is_letter_or_digit(c) && (c != '-' || length == 0)) return false;
        if (++length > 63) return false;
        before = c;
    }
    return length != 0 && before != '-';
}

} // namespace belfry::inline v0::detail
