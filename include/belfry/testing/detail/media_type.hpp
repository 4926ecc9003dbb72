// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/protocol/http_payload.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// Media types of requests and of what clients accept (RFC 9110 sections 8.3 and 12.5.1).
namespace belfry::inline v0::testing::detail {

inline constexpr Refusal unsupported_media_type{"UnsupportedMediaTypeException", 415};
inline constexpr Refusal not_acceptable{"NotAcceptableException", 406};

/// Whether two media types are the same, without regard to their parameters.
[[nodiscard]] inline bool is_media_type(std::string_view text, std::string_view expected) noexcept {
    return belfry::detail::equals_ignoring_case(belfry::detail::trim_blanks(belfry::detail::cut(text, ';')),
                                                expected);
}
/// Checks the media type of a request; false, with the answer in `error`, if it is another one.
[[nodiscard]] inline bool check_media_type(const ReceivedRequest& request, std::string_view expected,
                                           Error& error) {
    const auto sent = request.headers.find("Content-Type");
    return (sent.has_value() && is_media_type(*sent, expected)) ||
           refuse(error, unsupported_media_type, std::string("the body must be ").append(expected));
}
/// Whether `Accept` allows a media type. Without the header it allows all.
[[nodiscard]] inline bool accepts(const Headers& headers, std::string_view media_type) noexcept {
    const auto accept = headers.find("Accept");
    if (!accept.has_value() || media_type.empty()) return true;
    std::string_view rest = *accept;
    while (!rest.empty()) {
        std::string_view item = belfry::detail::cut(rest, ',');
        const std::string_view range = belfry::detail::trim_blanks(belfry::detail::cut(item, ';'));
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
