// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::inline v0::detail {

/// Whether the text can stand as a method or a header name (RFC 9110 section 5.6.2).
[[nodiscard]] inline bool is_token(std::string_view text) noexcept {
    return !text.empty() && are_all_in(CharacterSet::token, text);
}
/// Whether a header value keeps to its line (RFC 9110 section 5.5: no CR, LF or NUL).
[[nodiscard]] inline bool is_field_value(std::string_view value) noexcept {
    return are_all_in(CharacterSet::line, value);
}
[[nodiscard]] constexpr std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// The reason why a request cannot be sent; null if it can. Transports call this first, so that a name, value
/// or URL cannot add lines to the header section.
[[nodiscard]] inline const char* refuse_request(const HttpRequest& request) noexcept {
    if (!is_token(request.method)) return "the request's method is not a token";
    const std::string_view url = request.url;
    if (!url.starts_with("http://") && !url.starts_with("https://"))
        return "the request's URL begins with neither http:// nor https://";
    if (!are_all_in(CharacterSet::visible, url) || url.find('#') != std::string_view::npos)
        return "the request's URL holds a character that should be percent-encoded";
    for (const Header& header : request.headers) {
        if (!is_token(header.name)) return "a request header's name is not a token";
        if (!is_field_value(header.value)) return "a request header's value holds a line break or NUL";
        if (equals_ignoring_case(header.name, "content-length") ||
            equals_ignoring_case(header.name, "transfer-encoding"))
            return "Content-Length and Transfer-Encoding are not allowed among the headers: set "
                   "content_length";
    }
    if (request.source != nullptr) {
        if (!request.body.empty()) return "the request has both a body and a body source";
        if (request.content_length < -1) return "the request's content_length is below -1";
    } else if (request.content_length < 0 ||
               static_cast<std::uint64_t>(request.content_length) != request.body.size()) {
        return "the request's content_length is not the size of its body";
    }
    return nullptr;
}

/// Whether a request says how long its body is even if it is empty (RFC 9110 section 8.6).
[[nodiscard]] inline bool announces_length(const HttpRequest& request) noexcept {
    return request.content_length > 0 || request.source != nullptr || request.method == "POST" ||
           request.method == "PUT" || request.method == "PATCH";
}

/// Whether a Content-Length is a number that a count of bytes can hold (RFC 9110 section 8.6).
[[nodiscard]] constexpr bool is_content_length(std::string_view value) noexcept {
    if (value.empty() || value.size() > 18) return false;
    for (char c : value)
        if (c < '0' || c > '9') return false;
    return true;
}

/// How many interim responses may precede a final one. No standard names a number; servers that work on a
/// request send one every few seconds at most (RFC 9110 section 15.2).
inline constexpr int most_interim_responses = 100;

/// The reason why an interim response ends the exchange; null if the final response is still to come. `count`
/// is how many there were, this one included.
[[nodiscard]] constexpr const char* refuse_interim(int status, int count) noexcept {
    // RFC 9110 section 7.8: a server must not switch to a protocol that the client did not ask for.
    if (status == 101) return "the server switched to another protocol (status 101), which was not requested";
    if (count > most_interim_responses) return "the server sent too many interim responses (1xx)";
    return nullptr;
}

/// The reason why a response's header section is invalid; null if it is valid (RFC 9112 section 6.3: a length
/// that is not a number, or two different ones; RFC 9110 section 5.5: a line break or NUL in a value).
[[nodiscard]] inline const char* refuse_head(int status, const Headers& headers) noexcept {
    if (status < 200 || status > 999) return "the response's status code is out of range";
    std::optional<std::string_view> length;
    for (const Header& header : headers) {
        if (!is_field_value(header.value)) return "a response header's value holds a line break or NUL";
        if (!equals_ignoring_case(header.name, "content-length")) continue;
        if (!is_content_length(header.value)) return "the response's Content-Length is not a number of bytes";
        if (length.value_or(header.value) != header.value) return "the response has two different lengths";
        length = header.value;
    }
    return nullptr;
}

} // namespace belfry::inline v0::detail
