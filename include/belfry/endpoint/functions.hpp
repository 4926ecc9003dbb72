// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/endpoint/region.hpp>
#include <belfry/http/url.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

// The functions of the rules language that depend only on their arguments
// (Smithy specification, "Rules engine standard library" and "AWS rules engine library functions").

namespace belfry::inline v0 {
namespace detail {

/// Whether `text` is four numbers of one to three digits between dots.
[[nodiscard]] BELFRY_COLD inline bool looks_like_ipv4(std::string_view text) noexcept {
    int parts = 0;
    int digits = 0;
    for (const char c : text) {
        if (is_digit(c)) {
            if (digits++ == 0) ++parts;
            if (digits > 3) return false;
        } else if (c == '.' && digits != 0) {
            digits = 0;
        } else {
            return false;
        }
    }
    return parts == 4 && digits != 0;
}

/// Whether `text` is an IPv6 address without a zone (RFC 4291 section 2.2).
[[nodiscard]] BELFRY_COLD inline bool looks_like_ipv6(std::string_view text) noexcept {
    int groups = 0;
    bool shortened = false;
    bool colon_due = false;
    while (!text.empty()) {
        if (text.substr(0, 2) == "::") {
            if (shortened) return false;
            shortened = true;
            colon_due = false;
            text.remove_prefix(2);
            continue;
        }
        if (colon_due && text[0] == ':') text.remove_prefix(1);
        colon_due = true;
        const std::string_view group = text.substr(0, text.find(':'));
        if (group.size() == text.size() && looks_like_ipv4(group)) {
            groups += 2;
            break;
        }
        if (group.empty() || group.size() > 4) return false;
        for (const char c : group)
            if (!is_hex_digit(c)) return false;
        ++groups;
        text.remove_prefix(group.size());
    }
    return shortened ? groups < 8 : groups == 8;
}

/// The parts of a URL that the rules know; `scheme` is empty when the URL is not one.
struct EndpointUrl {
    std::string_view scheme;
    std::string_view authority;
    std::string_view path;
    bool is_ip = false;
};

/// Reads an absolute URL of scheme http or https without query and fragment.
[[nodiscard]] BELFRY_COLD inline EndpointUrl parse_endpoint_url(std::string_view text) noexcept {
    const Url url = parse_url(text);
    const bool secure = equals_ignoring_case(url.scheme, "https");
    if ((!secure && !equals_ignoring_case(url.scheme, "http")) || !has_only_url_characters(text) ||
        text.find_first_of("?#") != std::string_view::npos)
        return {};
    const bool literal = url.host.front() == '[';
    const bool is_ip = literal ? looks_like_ipv6(url.address()) : looks_like_ipv4(url.host);
    if (literal && !is_ip) return {};
    return {secure ? "https" : "http", url.authority, url.path, is_ip};
}

/// The part of an ARN with that number: partition 0, service, region, account, resource 4.
[[nodiscard]] BELFRY_COLD inline std::string_view arn_part(std::string_view arn, int number) noexcept {
    (void)cut(arn, ':');
    for (int i = 0; i < number; ++i) (void)cut(arn, ':');
    return number < 4 ? cut(arn, ':') : arn;
}

/// Whether `text` is an ARN with partition, service and resource.
[[nodiscard]] BELFRY_COLD inline bool is_arn(std::string_view text) noexcept {
    if (text.substr(0, 4) != "arn:") return false;
    text.remove_prefix(4);
    const std::string_view partition = cut(text, ':');
    const std::string_view service = cut(text, ':');
    (void)cut(text, ':');
    (void)cut(text, ':');
    return !partition.empty() && !service.empty() && !text.empty();
}

/// Whether a bucket of that name can be a part of a host name.
[[nodiscard]] BELFRY_COLD inline bool is_virtual_hostable_bucket(std::string_view name,
                                                                 bool allow_dots) noexcept {
    if (name.size() < 3 || name.size() > 63 || looks_like_ipv4(name)) return false;
    for (const char c : name)
        if (c >= 'A' && c <= 'Z') return false;
    return is_host_label(name, allow_dots);
}

/// An element of a list in one string; false when it has fewer. Without a delimiter, `:` and `/` divide it.
/// `limit` is the most parts there are, 0 for any number; a negative index counts from the end.
[[nodiscard]] BELFRY_COLD inline bool list_element(std::string_view text, std::string_view delimiter,
                                                   std::int32_t limit, std::int32_t index,
                                                   std::string_view& out) noexcept {
    const bool arn = delimiter.empty();
    const auto next = [&](std::string_view rest, std::int32_t part) noexcept {
        if (limit > 0 && part + 1 >= limit) return std::string_view::npos;
        return arn ? rest.find_first_of(":/") : rest.find(delimiter);
    };
    if (index < 0) {
        std::string_view rest = text;
        std::int32_t count = 1;
        for (std::size_t at = next(rest, 0); at != std::string_view::npos; at = next(rest, count++))
            rest.remove_prefix(at + (arn ? 1 : delimiter.size()));
        index += count;
        if (index < 0) return false;
    }
    for (std::int32_t part = 0;; ++part) {
        const std::size_t at = next(text, part);
        if (part == index) {
            out = text.substr(0, at);
            return true;
        }
        if (at == std::string_view::npos) return false;
        text.remove_prefix(at + (arn ? 1 : delimiter.size()));
    }
}

} // namespace detail

} // namespace belfry::inline v0
