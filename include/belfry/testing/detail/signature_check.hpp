// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/testing/detail/parameters.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/signature_parts.hpp>
#include <belfry/testing/sigv4a_verifier.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/time.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Verifies Signature Version 4 and 4a as services do
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
namespace belfry::inline v0::testing::detail {

/// The facts that a signature is compared with.
struct SignatureRules {
    const Service& service;
    const Refusals& refusals;
    const Credentials& credentials;
    /// Empty accepts every region.
    std::string_view region;
    Timestamp now;
    /// Null accepts every Signature Version 4a.
    SigV4aVerifier* sigv4a;
};

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

/// The text that is signed.
[[nodiscard]] inline std::string string_to_sign(const SignatureParts& parts, std::string_view canonical) {
    std::string text(parts.algorithm());
    text.append("\n").append(parts.date).append("\n").append(parts.scope()).append("\n");
    belfry::append_hex(text, sha256(canonical).view());
    return text;
}

/// The key of Signature Version 4 for the day, region and service of a signature; false if it cannot be made.
[[nodiscard]] inline bool signing_key_of(const SignatureParts& parts, std::string_view secret,
                                         belfry::detail::SigningKey& key) {
    SigningOptions options;
    options.region = parts.region;
    options.service = parts.service;
    return belfry::detail::find_signing_key(options, secret, parts.day, key);
}
/// The signature of a text, in hexadecimal digits.
[[nodiscard]] inline std::string signature_of(const belfry::detail::SigningKey& key, std::string_view text) {
    Sha256Digest hash;
    std::string signature;
    if (belfry::detail::compute_hmac(nullptr, key, text, hash)) belfry::append_hex(signature, hash.view());
    return signature;
}

/// Appends the bytes that hexadecimal digits stand for; false if the text has others.
[[nodiscard]] inline bool append_hex_decoded(std::string& out, std::string_view digits) {
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        const int high = belfry::detail::hex_digit_value(digits[i]);
        const int low = belfry::detail::hex_digit_value(digits[i + 1]);
        if (high < 0 || low < 0) return false;
        out += static_cast<char>(static_cast<unsigned char>(high * 16 + low));
    }
    return digits.size() % 2 == 0;
}

/// Whether the key made this signature.
[[nodiscard]] inline bool matches(const SignatureParts& parts, std::string_view to_sign,
                                  const SignatureRules& rules) {
    if (parts.asymmetric) {
        std::string bytes;
        return rules.sigv4a == nullptr || (append_hex_decoded(bytes, parts.signature) &&
                                           rules.sigv4a->verify(rules.credentials, to_sign, bytes));
    }
    belfry::detail::SigningKey key;
    return signing_key_of(parts, rules.credentials.secret_access_key, key) &&
           equal_in_constant_time(signature_of(key, to_sign), parts.signature);
}

/// Whether a signature is for a region: its own, or one of the set of Signature Version 4a, in which `*`
/// stands for any text.
[[nodiscard]] inline bool is_for_region(const SignatureParts& parts, std::string_view region) {
    if (region.empty()) return true;
    if (!parts.asymmetric) return parts.region == region;
    std::string_view rest = parts.region;
    while (!rest.empty()) {
        const std::string_view one = belfry::detail::trim_blanks(belfry::detail::cut(rest, ','));
        const std::size_t star = one.find('*');
        if (star == std::string_view::npos ? one == region
                                           : region.starts_with(one.substr(0, star)) &&
                                                 region.substr(star).ends_with(one.substr(star + 1)))
            return true;
    }
    return false;
}

/// Whether the name in a signature's scope is that of a service. The endpoint rules of Amazon S3 know others,
/// such as `s3-object-lambda`.
[[nodiscard]] inline bool is_for_service(std::string_view name, const Service& service) noexcept {
    return name == service.signing_name ||
           (service.sign_path_verbatim && name.starts_with(service.signing_name) &&
            name.substr(service.signing_name.size()).starts_with('-'));
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
        return refuse(error, refusals.unknown_key,
                      "The security token included in the request is invalid: the access key id is not the "
                      "configured one");
    if (!equal_in_constant_time(parts.token, rules.credentials.session_token))
        return refuse(error, refusals.unknown_key,
                      "The security token included in the request is invalid: it is not the configured one");
    if (!is_for_service(parts.service, rules.service) || !is_for_region(parts, rules.region))
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
    if (matches(parts, string_to_sign(parts, canonical), rules)) return true;
    return refuse(error, refusals.wrong_signature,
                  "the signature does not match that of this canonical request:\n" +
                      without_token(canonical, parts.token));
}

} // namespace belfry::inline v0::testing::detail
