// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/headers.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// The parts of a signature in a request
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
namespace belfry::inline v0::testing::detail {

inline constexpr std::string_view sigv4_name = "AWS4-HMAC-SHA256";
inline constexpr std::string_view sigv4a_name = "AWS4-ECDSA-P256-SHA256";

/// The parts of a signature, in a header or in the query.
struct SignatureParts {
    /// Signature Version 4a in place of 4.
    bool asymmetric = false;
    std::string access_key_id{};
    /// Eight digits.
    std::string day{};
    /// The set of regions, with commas between, for Signature Version 4a.
    std::string region{};
    std::string service{};
    std::string signed_headers{};
    std::string signature{};
    /// As `20150830T123600Z`.
    std::string date{};
    std::string token{};
    /// Seconds, of a presigned URL; empty in headers.
    std::string expires{};
    bool presigned = false;

    [[nodiscard]] std::string_view algorithm() const noexcept {
        return asymmetric ? sigv4a_name : sigv4_name;
    }
    /// Such as `20150830/us-east-1/service/aws4_request`; of Signature Version 4a without a region.
    [[nodiscard]] std::string scope() const {
        return day + '/' + (asymmetric ? std::string() : region + '/') + service + "/aws4_request";
    }
};

/// Whether two texts are equal, in a time that depends only on their lengths.
[[nodiscard]] inline bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |=
            static_cast<unsigned char>(a[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(b[i]));
    return difference == 0;
}

/// The text between `name=` and the next comma.
[[nodiscard]] inline std::string_view authorization_part(std::string_view text, std::string_view name) {
    const std::size_t start = text.find(std::string(name).append("="));
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start + name.size() + 1);
    text = text.substr(0, text.find(','));
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// Splits `AKID/20150830/us-east-1/service/aws4_request`; of Signature Version 4a without the region.
[[nodiscard]] inline bool read_scope(std::string_view text, SignatureParts& parts) {
    std::string* const fields[] = {&parts.access_key_id, &parts.day, &parts.region, &parts.service};
    for (std::string* const field : fields) {
        if (parts.asymmetric && field == &parts.region) continue;
        const std::size_t slash = text.find('/');
        if (slash == std::string_view::npos || slash == 0) return false;
        field->assign(text.substr(0, slash));
        text.remove_prefix(slash + 1);
    }
    return text == "aws4_request";
}

[[nodiscard]] inline std::string header_or_empty(const Headers& headers, std::string_view name) {
    const auto value = headers.find(name);
    return std::string(value.value_or(""));
}

/// Reads the signature; false if a part is missing.
[[nodiscard]] inline bool read_signature(const ReceivedRequest& request, const Parameters& query,
                                         SignatureParts& parts) {
    if (const auto header = request.headers.find("Authorization")) {
        const std::string_view text = *header;
        const std::string_view algorithm = text.substr(0, text.find(' '));
        if (algorithm != sigv4_name && algorithm != sigv4a_name) return false;
        parts.asymmetric = algorithm == sigv4a_name;
        if (parts.asymmetric) parts.region = header_or_empty(request.headers, "X-Amz-Region-Set");
        parts.signed_headers = authorization_part(text, "SignedHeaders");
        parts.signature = authorization_part(text, "Signature");
        parts.date = header_or_empty(request.headers, "X-Amz-Date");
        parts.token = header_or_empty(request.headers, "X-Amz-Security-Token");
        if (!read_scope(authorization_part(text, "Credential"), parts)) return false;
    } else {
        const auto value = [&](std::string_view name) {
            const std::string* const there = find_parameter(query, name);
            return there != nullptr ? *there : std::string();
        };
        const std::string algorithm = value("X-Amz-Algorithm");
        if (algorithm != sigv4_name && algorithm != sigv4a_name) return false;
        parts.presigned = true;
        parts.asymmetric = algorithm == sigv4a_name;
        if (parts.asymmetric) parts.region = value("X-Amz-Region-Set");
        parts.signed_headers = value("X-Amz-SignedHeaders");
        parts.signature = value("X-Amz-Signature");
        parts.date = value("X-Amz-Date");
        parts.token = value("X-Amz-Security-Token");
        parts.expires = value("X-Amz-Expires");
        if (parts.expires.empty() || !read_scope(value("X-Amz-Credential"), parts)) return false;
    }
    return !parts.signed_headers.empty() && !parts.signature.empty() && parts.date.size() == 16;
}

/// A text for people, which must not hold the session token.
[[nodiscard]] inline std::string without_token(std::string text, std::string_view token) {
    for (std::size_t at = 0; !token.empty() && (at = text.find(token)) != std::string::npos;)
        text.replace(at, token.size(), "***");
    return text;
}

} // namespace belfry::inline v0::testing::detail
