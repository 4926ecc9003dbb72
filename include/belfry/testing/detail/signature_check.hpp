// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Verifies Signature Version 4 as services do
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
namespace belfry::inline v0::testing::detail {

/// The parts of a signature, in a header or in the query.
struct SignatureParts {
    std::string access_key_id{};
    /// Eight digits.
    std::string day{};
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
};

/// The facts that a signature is compared with.
struct SignatureRules {
    const Service& service;
    const Refusals& refusals;
    const Credentials& credentials;
    /// Empty accepts every region.
    std::string_view region;
    Timestamp now;
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

/// Splits `AKID/20150830/us-east-1/service/aws4_request`.
[[nodiscard]] inline bool read_scope(std::string_view text, SignatureParts& parts) {
    std::string* const fields[] = {&parts.access_key_id, &parts.day, &parts.region, &parts.service};
    for (std::string* const field : fields) {
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
    constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
    if (const auto header = request.headers.find("Authorization")) {
        const std::string_view text = *header;
        if (!text.starts_with(algorithm)) return false;
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
        parts.presigned = true;
        parts.signed_headers = value("X-Amz-SignedHeaders");
        parts.signature = value("X-Amz-Signature");
        parts.date = value("X-Amz-Date");
        parts.token = value("X-Amz-Security-Token");
        parts.expires = value("X-Amz-Expires");
        if (value("X-Amz-Algorithm") != algorithm || parts.expires.empty() ||
            !read_scope(value("X-Amz-Credential"), parts))
            return false;
    }
    return !parts.signed_headers.empty() && !parts.signature.empty() && parts.date.size() == 16;
}

/// The headers that a signature covers. False if one of them is not there, or if one is not covered that must
/// be.
[[nodiscard]] inline bool find_signed_headers(const ReceivedRequest& request, std::string_view names,
                                              Headers& out, std::string& fault) {
    std::vector<std::string_view> covered;
    while (!names.empty()) covered.push_back(belfry::detail::cut(names, ';'));
    for (const std::string_view name : covered) {
        if (!request.headers.contains(name)) fault.append("signed but not sent: ").append(name);
        for (const Header& header : request.headers)
            if (belfry::detail::equals_ignoring_case(header.name, name))
                out.append(header.name, header.value);
    }
    for (const Header& header : request.headers) {
        std::string lower;
        belfry::detail::append_lower(lower, header.name);
        const bool must = lower == "host" || lower.starts_with("x-amz-");
        if (must && std::find(covered.begin(), covered.end(), lower) == covered.end())
            fault.append("sent but not signed: ").append(lower);
    }
    if (std::find(covered.begin(), covered.end(), "host") == covered.end())
        fault.append("host is not signed");
    return fault.empty();
}

/// The query without the signature of a presigned URL, which cannot cover itself.
[[nodiscard]] inline std::string signed_query(std::string_view query) {
    std::string out;
    while (!query.empty()) {
        const std::string_view pair = belfry::detail::cut(query, '&');
        if (pair.starts_with("X-Amz-Signature=")) continue;
        if (!out.empty()) out += '&';
        out.append(pair);
    }
    return out;
}

/// The hash that stands for the body; empty, with the reason in `fault`, if it is not this body's.
[[nodiscard]] inline std::string payload_hash(const ReceivedRequest& request, std::string_view wire_body,
                                              bool unsigned_payload, std::string& fault) {
    const auto header = request.headers.find("X-Amz-Content-Sha256");
    if (header.has_value() && (*header == "UNSIGNED-PAYLOAD" || header->starts_with("STREAMING-")))
        return std::string(*header);
    if (!header.has_value() && unsigned_payload) return "UNSIGNED-PAYLOAD";
    std::string hash;
    belfry::append_hex(hash, sha256(wire_body).view());
    if (header.has_value() && *header != hash) {
        fault = "x-amz-content-sha256 is not the hash of the body";
        hash.clear();
    }
    return hash;
}

/// The canonical request, as the service computes it.
[[nodiscard]] inline std::string canonical_request(const ReceivedRequest& request, const Service& service,
                                                   const SignatureParts& parts, const Headers& headers,
                                                   std::string_view hash) {
    std::string text = request.method + '\n';
    belfry::detail::append_canonical_path(text, request.path, !service.sign_path_verbatim,
                                          !service.sign_path_verbatim);
    text += '\n';
    belfry::detail::append_canonical_query(text,
                                           parts.presigned ? signed_query(request.query) : request.query);
    text += '\n';
    belfry::detail::EntryList entries(headers.size());
    for (const Header& header : headers) entries.push(header.name, header.value);
    entries.sort(belfry::detail::EntryOrder::headers);
    belfry::detail::append_canonical_headers(text, entries);
    text.append("\n").append(parts.signed_headers).append("\n").append(hash);
    return text;
}

/// The signature that the key gives this request, in hexadecimal digits.
[[nodiscard]] inline std::string compute_signature(const SignatureParts& parts, std::string_view canonical,
                                                   std::string_view secret) {
    std::string text = "AWS4-HMAC-SHA256\n" + parts.date + '\n' + parts.day + '/' + parts.region + '/' +
                       parts.service + "/aws4_request\n";
    belfry::append_hex(text, sha256(canonical).view());
    SigningOptions options;
    options.region = parts.region;
    options.service = parts.service;
    Sha256Digest key;
    std::string signature;
    if (belfry::detail::find_signing_key(options, secret, parts.day, key))
        belfry::append_hex(signature, hmac_sha256(key.view(), text).view());
    return signature;
}

/// Reads `20150830T123600Z`.
[[nodiscard]] inline bool read_amz_date(std::string_view text, Timestamp& time) {
    if (!(text.size() == 16 && text[8] == 'T' && text[15] == 'Z')) return false;
    std::string extended;
    extended.append(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-");
    extended.append(text.substr(6, 2)).append("T").append(text.substr(9, 2)).append(":");
    extended.append(text.substr(11, 2)).append(":").append(text.substr(13, 3));
    return belfry::parse_date_time(extended, time);
}

[[nodiscard]] inline bool check_time(const SignatureParts& parts, const SignatureRules& rules, Error& error) {
    constexpr std::int64_t allowed_skew = 300;
    const Refusals& refusals = rules.refusals;
    Timestamp time;
    if (!read_amz_date(parts.date, time))
        return refuse(error, refusals.incomplete_signature, "the date of the signature cannot be read");
    if (!parts.date.starts_with(parts.day))
        return refuse(error, refusals.wrong_signature, "the date of the credential's scope is another one");
    const std::int64_t age = rules.now.seconds - time.seconds;
    std::int64_t longest = allowed_skew;
    if (parts.presigned && !belfry::detail::parse_integer_text(parts.expires, longest))
        return refuse(error, refusals.incomplete_signature, "X-Amz-Expires is not a number");
    if (age > longest) return refuse(error, refusals.wrong_time, "Signature expired: " + parts.date);
    if (age < -allowed_skew)
        return refuse(error, refusals.wrong_time, "Signature not yet current: " + parts.date);
    return true;
}

/// A text for people, which must not hold the session token.
[[nodiscard]] inline std::string without_token(std::string text, std::string_view token) {
    for (std::size_t at = 0; !token.empty() && (at = text.find(token)) != std::string::npos;)
        text.replace(at, token.size(), "***");
    return text;
}

/// Whether a request has a signature at all.
[[nodiscard]] inline bool is_signed(const ReceivedRequest& request) {
    return request.headers.contains("Authorization") ||
           request.query.find("X-Amz-Signature=") != std::string::npos;
}

/// False, with the answer in `error`, unless the right key signed the request within the allowed time.
/// `wire_body` is the body as it was sent.
[[nodiscard]] inline bool check_signature(const ReceivedRequest& request, std::string_view wire_body,
                                          const SignatureRules& rules, Error& error) {
    const Refusals& refusals = rules.refusals;
    Parameters query;
    SignatureParts parts;
    if (!read_parameters(request.query, query) || !read_signature(request, query, parts))
        return refuse(error, refusals.incomplete_signature,
                      "Authorization, or the parameters of the query, lack a part of the signature");
    if (!equal_in_constant_time(parts.access_key_id, rules.credentials.access_key_id))
        return refuse(error, refusals.unknown_key, "the access key id is not the configured one");
    if (!equal_in_constant_time(parts.token, rules.credentials.session_token))
        return refuse(error, refusals.unknown_key, "the session token is not the configured one");
    if (parts.service != rules.service.signing_name ||
        (!rules.region.empty() && parts.region != rules.region))
        return refuse(error, refusals.wrong_signature,
                      "the credential should be scoped to '" +
                          std::string(rules.region.empty() ? parts.region : rules.region) + "/" +
                          std::string(rules.service.signing_name) + "'");
    if (!check_time(parts, rules, error)) return false;
    Headers headers;
    std::string fault;
    if (!find_signed_headers(request, parts.signed_headers, headers, fault))
        return refuse(error, refusals.wrong_signature, fault);
    // The signature of a presigned URL covers the body, except in Amazon S3, which also signs the path
    // verbatim.
    const std::string hash =
        payload_hash(request, wire_body, parts.presigned && rules.service.sign_path_verbatim, fault);
    if (hash.empty()) return refuse(error, refusals.wrong_signature, fault);
    const std::string canonical = canonical_request(request, rules.service, parts, headers, hash);
    if (equal_in_constant_time(compute_signature(parts, canonical, rules.credentials.secret_access_key),
                               parts.signature))
        return true;
    return refuse(error, refusals.wrong_signature,
                  "the signature does not match that of this canonical request:\n" +
                      without_token(canonical, parts.token));
}

} // namespace belfry::inline v0::testing::detail
