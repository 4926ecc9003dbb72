// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/protocol/http_payload.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <string_view>

/// Media types of requests and of what clients accept (RFC 9110 sections 8.3 and 12.5.1).
namespace belfry::inline v0::testing::detail {

inline constexpr Refusal unsupported_media_type{"UnsupportedMediaTypeException", 415};
inline constexpr Refusal not_acceptable{"NotAcceptableException", 406};

[[nodiscard]] inline std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}
/// Whether two media types are the same, without regard to their parameters.
[[nodiscard]] inline bool is_media_type(std::string_view text, std::string_view expected) noexcept {
    return belfry::detail::equals_ignoring_case(trim(text.substr(0, text.find(';'))), expected);
}
/// Whether `Accept` allows a media type. Without the header it allows all.
[[nodiscard]] inline bool accepts(const Headers& headers, std::string_view media_type) noexcept {
    const auto accept = headers.find("Accept");
    if (!accept.has_value() || media_type.empty()) return true;
    std::string_view rest = *accept;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        std::string_view range = trim(rest.substr(0, comma));
        range = trim(range.substr(0, range.find(';')));
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        const std::string_view main = media_type.substr(0, media_type.find('/') + 1);
        if (range == "*/*" || is_media_type(range, media_type) ||
            (range.size() == main.size() + 1 && range.ends_with('*') && range.starts_with(main)))
            return true;
    }
    return false;
}

/// The media type of a payload that is the body as it is.
[[nodiscard]] inline std::string_view raw_media_type(const Type& payload,
                                                     std::string_view modelled) noexcept {
    return !modelled.empty()            ? modelled
           : payload.kind == Kind::blob ? std::string_view("application/octet-stream")
                                        : std::string_view("text/plain");
}

} // namespace belfry::inline v0::testing::detail
