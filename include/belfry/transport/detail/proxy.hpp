// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/transport/detail/http1.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#if defined(_WIN32)
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

namespace belfry::inline v0::detail {

/// The settings for proxies among the options of a transport.
struct ProxySettings {
    /// URL of the proxy; empty for what the environment says.
    std::string url{};
    /// Hosts reached without it; empty for what the environment says.
    std::string exceptions{};
    bool from_environment = true;
};

template <class Options> [[nodiscard]] ProxySettings proxy_settings(const Options& options) {
    return {options.proxy, options.no_proxy, options.proxy_from_environment};
}

/// A proxy, as found in the options or in the environment.
struct Proxy {
    /// Without user and password, as it may be quoted in errors; empty for no proxy.
    std::string url;
    /// In lower case; `http` if none was written.
    std::string scheme;
    /// Without the brackets of an IPv6 address.
    std::string host;
    std::string port;
    /// Decoded.
    std::string user;
    std::string password;
    /// The value of `Proxy-Authorization` (RFC 7617); empty without a user.
    std::string authorization;

    [[nodiscard]] bool none() const noexcept { return url.empty(); }
    /// Whether it is sent `http` requests with the whole URL (RFC 9112 section 3.2.2).
    [[nodiscard]] bool is_http() const noexcept { return scheme == "http" || scheme == "https"; }
};

/// An IP address in network order: 4 bytes, 16 bytes, or 0 if the text is not one.
struct IpAddress {
    explicit IpAddress(std::string_view text) {
        const std::string copy(text);
        if (::inet_pton(AF_INET, copy.c_str(), bytes) == 1)
            size = 4;
        else if (::inet_pton(AF_INET6, copy.c_str(), bytes) == 1)
            size = 16;
    }
    /// Whether both are in the same network of that many bits.
    [[nodiscard]] bool shares(const IpAddress& other, unsigned bits) const noexcept {
        if (size != other.size || bits > size * 8) return false;
        for (unsigned bit = 0; bit < bits; ++bit)
            if (((bytes[bit / 8] ^ other.bytes[bit / 8]) & (0x80U >> bit % 8)) != 0) return false;
        return true;
    }
    unsigned char bytes[16] = {};
    unsigned size = 0;
};

/// Whether an entry of `NO_PROXY` covers the host: a name covers itself and its subdomains, an address
/// itself, and a network in CIDR notation the addresses in it. Ports and brackets are not part of an entry.
[[nodiscard]] inline bool covers(std::string_view entry, std::string_view host) {
    const IpAddress address(host);
    if (address.size != 0) {
        const std::size_t slash = entry.find('/');
        const IpAddress network(entry.substr(0, slash));
        if (slash == std::string_view::npos) return network.shares(address, address.size * 8);
        unsigned bits = 0;
        const std::string_view digits = entry.substr(slash + 1);
        for (const char c : digits) {
            if (!is_digit(c) || bits > 128) return false;
            bits = bits * 10 + static_cast<unsigned>(c - '0');
        }
        return !digits.empty() && network.shares(address, bits);
    }
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.ends_with('.')) entry.remove_suffix(1);
    if (host.ends_with('.')) host.remove_suffix(1);
    if (entry.empty() || host.size() < entry.size()) return false;
    const std::size_t start = host.size() - entry.size();
    return equals_ignoring_case(host.substr(start), entry) && (start == 0 || host[start - 1] == '.');
}

/// Whether a host is among those that `NO_PROXY` lists, separated by commas or blanks. A `*` alone stands for
/// all hosts.
[[nodiscard]] inline bool is_exception(std::string_view exceptions, std::string_view host) {
    if (exceptions == "*") return true;
    while (!exceptions.empty()) {
        const std::size_t end = exceptions.find_first_of(", \t");
        const std::string_view entry = exceptions.substr(0, end);
        if (!entry.empty() && covers(entry, host)) return true;
        exceptions.remove_prefix(end == std::string_view::npos ? exceptions.size() : end + 1);
    }
    return false;
}

/// The first of two environment variables that is set and not empty.
[[nodiscard]] inline std::string environment_value(const char* name, const char* other) {
    for (const char* const each : {name, other})
        if (const char* const value = each == nullptr ? nullptr : std::getenv(each); // NOLINT(concurrency-*)
            value != nullptr && *value != '\0')
            return value;
    return {};
}

/// Decodes percent escapes; one that is malformed stays as it is.
[[nodiscard]] inline std::string without_escapes(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit_value(text[i + 1]) >= 0 &&
            hex_digit_value(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit_value(text[i + 1]) * 16 + hex_digit_value(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// The message if `find_proxy` returns false. It quotes nothing, as the URL may hold a password.
inline constexpr const char* malformed_proxy =
    "the proxy's URL is malformed, or its scheme is unknown; expected a URL such as http://proxy:3128";

/// Whether libcurl knows proxies of that scheme, which is in lower case.
[[nodiscard]] inline bool is_proxy_scheme(std::string_view scheme) noexcept {
    for (const std::string_view known : {"http", "https", "socks", "socks4", "socks4a", "socks5", "socks5h"})
        if (scheme == known) return true;
    return false;
}

/// Whether a text has a control character, which user and password do not have (RFC 7617 section 2).
[[nodiscard]] inline bool has_control_character(std::string_view text) noexcept {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return true;
    return false;
}

/// Takes user and password from what stands before the `@` of a URL; false if it is malformed. Like libcurl
/// it takes characters that a URL would have to escape, except blanks.
[[nodiscard]] inline bool parse_proxy_user(std::string_view text, Proxy& proxy) {
    const std::size_t colon = text.find(':');
    proxy.user = without_escapes(text.substr(0, colon));
    if (colon != std::string_view::npos) proxy.password = without_escapes(text.substr(colon + 1));
    if (text.find(' ') != std::string_view::npos || has_control_character(proxy.user) ||
        has_control_character(proxy.password))
        return false;
    proxy.authorization = "Basic ";
    append_base64(proxy.authorization, proxy.user + ":" + proxy.password);
    return true;
}

/// Reads a proxy's URL, such as `http://user:password@proxy:3128` or `proxy:3128`. Returns false if it is
/// malformed or of an unknown scheme.
[[nodiscard]] inline bool parse_proxy(const std::string& text, Proxy& proxy) {
    const std::string whole = text.find("://") == std::string::npos ? "http://" + text : text;
    const Url url = parse_url(whole);
    proxy = {};
    if (url.address().empty()) return false;
    // An `@` behind the authority is that of a password with an unescaped `/`, `?` or `#`, whose first part
    // would be taken for the port.
    const std::string_view rest =
        std::string_view(whole).substr(static_cast<std::size_t>(url.host.data() - whole.data()));
    if (!has_only_url_characters(rest) || rest.find('@') != std::string_view::npos) return false;
    for (const char c : url.scheme) proxy.scheme += ascii_lower(c);
    if (!is_proxy_scheme(proxy.scheme)) return false;
    if (url.has_user() && !parse_proxy_user(url.authority.substr(0, url.authority.rfind('@')), proxy))
        return false;
    proxy.host = url.address();
    // 1080 is what libcurl takes for an http proxy whose port is not given.
    proxy.port = !url.port.empty() ? std::string(url.port) : proxy.scheme == "https" ? "443" : "1080";
    // A path is that of a socket in the file system, which libcurl takes for SOCKS.
    proxy.url.append(proxy.scheme).append("://").append(url.host).append(":").append(proxy.port);
    proxy.url.append(url.path);
    return true;
}

/// The proxy for an origin. The environment counts as for libcurl: `https_proxy` or `HTTPS_PROXY`,
/// `http_proxy` only in lower case (in CGI programs `HTTP_PROXY` is a header of the request), `all_proxy` or
/// `ALL_PROXY`, and `no_proxy` or `NO_PROXY`. Returns false if the proxy's URL is malformed or of an unknown
/// scheme.
[[nodiscard]] inline bool find_proxy(const ProxySettings& settings, const Origin& origin, Proxy& proxy) {
    proxy = {};
    std::string text = settings.url;
    if (text.empty() && settings.from_environment) {
        text = origin.tls ? environment_value("https_proxy", "HTTPS_PROXY")
                          : environment_value("http_proxy", nullptr);
        if (text.empty()) text = environment_value("all_proxy", "ALL_PROXY");
    }
    if (text.empty()) return true;
    std::string exceptions = settings.exceptions;
    if (exceptions.empty() && settings.from_environment)
        exceptions = environment_value("no_proxy", "NO_PROXY");
    if (is_exception(exceptions, origin.host)) return true;
    return parse_proxy(text, proxy);
}

/// How a connection without libcurl reaches an origin.
struct Route {
    /// Where the connection goes: the origin or the proxy.
    std::string host;
    std::string port;
    /// Whether requests hold the whole URL, for a proxy.
    bool whole_url = false;
    /// Whether the proxy is asked for a tunnel first (RFC 9110 section 9.3.6).
    bool tunnel = false;
    /// The value of `Proxy-Authorization`; empty for none.
    std::string authorization;
};

/// The form of a request on a connection over the route.
[[nodiscard]] inline Http1Form http1_form(const Route& route, const HttpRequest& request,
                                          const Origin& origin) noexcept {
    if (route.whole_url) return {request.url, route.authorization};
    return {origin.target};
}

/// Finds the route to an origin. Returns why there is none; null if it was found.
[[nodiscard]] inline const char* find_route(const ProxySettings& settings, const Origin& origin,
                                            Route& route) {
    Proxy proxy;
    if (!find_proxy(settings, origin, proxy)) return malformed_proxy;
    if (proxy.none()) {
        route = {origin.host, origin.port, false, false, {}};
        return nullptr;
    }
    if (proxy.scheme != "http")
        return "this transport goes through proxies whose URL begins with http:// only: use CurlTransport";
    route = {proxy.host, proxy.port, !origin.tls, origin.tls, proxy.authorization};
    return nullptr;
}

} // namespace belfry::inline v0::detail
