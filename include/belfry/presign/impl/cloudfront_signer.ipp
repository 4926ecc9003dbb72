// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/fail.hpp>
#include <belfry/http/url.hpp>
#include <belfry/presign/option_check.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {
namespace detail {

/// A URL that is to be signed.
struct CloudFrontUrl {
    /// The URL as CloudFront will see it without the parameters of the signature.
    std::string resource;
    /// With its `#`, or empty.
    std::string_view fragment;
};

/// Appends base64 in the alphabet of CloudFront, which needs no escapes in a query and in cookies.
BELFRY_COLD inline void append_cloudfront_base64(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    append_base64(out, bytes);
    for (std::size_t i = before; i < out.size(); ++i) {
        if (out[i] == '+') out[i] = '-';
        if (out[i] == '=') out[i] = '_';
        if (out[i] == '/') out[i] = '~';
    }
}

/// The parameter of a query that a signature adds, too; empty if it has none.
[[nodiscard]] BELFRY_COLD inline std::string_view find_cloudfront_parameter(std::string_view query) noexcept {
    while (!query.empty()) {
        const std::string_view parameter = query.substr(0, query.find('&'));
        const std::string_view name = parameter.substr(0, parameter.find('='));
        for (const std::string_view each :
             {"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"})
            if (each == name) return each;
        query.remove_prefix(parameter.size());
        if (!query.empty()) query.remove_prefix(1);
    }
    return {};
}

[[nodiscard]] BELFRY_COLD inline bool check_cloudfront_url(std::string_view text, CloudFrontUrl& out,
                                                           Error& error) {
    const Url url = parse_url(text);
    if (!equals_ignoring_case(url.scheme, "https") && !equals_ignoring_case(url.scheme, "http"))
        return reject_option(error, "url", "must be an absolute URL that begins with http:// or https://");
    if (url.has_user()) return reject_option(error, "url", "must not have a user or password");
    if (!has_only_url_characters(text))
        return reject_option(error, "url", "has characters that a URL must have percent-encoded");
    std::string_view rest = text;
    std::string_view base = cut_front(CharacterSet::before_fragment, rest);
    out.fragment = rest;
    // A viewer requests nothing else than `*`, but in a policy it would match other URLs.
    if (base.find('*') != std::string_view::npos)
        return reject_option(error, "url", "has a '*', which is a wildcard in policies; write %2A");
    if (const std::string_view name = find_cloudfront_parameter(url.query); !name.empty())
        return fail(
            error, ErrorKind::validation, "ValidationError",
            {"'url' already has the parameter '", name, "', which CloudFront reserves for signatures"});
    // CloudFront removes the parameters of the signature, and then a question mark that nothing follows.
    if (base.ends_with('?') && url.query.empty()) base.remove_suffix(1);
    out.resource = base;
    // A viewer requests `/` where a URL has no path.
    if (url.path.empty()) out.resource.insert(url.scheme.size() + 3 + url.authority.size(), 1, '/');
    return true;
}

/// Reads a number up to `limit` off the front of `text`.
[[nodiscard]] BELFRY_COLD inline bool cut_number(std::string_view& text, unsigned limit) noexcept {
    unsigned number = 0;
    std::size_t size = 0;
    while (size < text.size() && size < 3 && is_digit(text[size]))
        number = number * 10 + static_cast<unsigned>(text[size++] - '0');
    const bool good = size != 0 && number <= limit && (size == 1 || text[0] != '0');
    text.remove_prefix(size);
    return good;
}

/// Whether `text` is an IPv4 address, with or without the length of a prefix (RFC 4632 section 3.1).
[[nodiscard]] BELFRY_COLD inline bool is_ipv4_range(std::string_view text) noexcept {
    for (int i = 0; i < 4; ++i) {
        if (i != 0) {
            if (!text.starts_with('.')) return false;
            text.remove_prefix(1);
        }
        if (!cut_number(text, 255)) return false;
    }
    if (text.empty()) return true;
    if (!text.starts_with('/')) return false;
    text.remove_prefix(1);
    return cut_number(text, 32) && text.empty();
}

[[nodiscard]] BELFRY_COLD inline bool check_cloudfront_policy(const CloudFrontPolicy& policy, Error& error) {
    if (policy.resource.empty())
        return reject_option(error, "resource", "is empty; give the URL, in which '*' matches anything");
    if (!has_only_url_characters(policy.resource) || policy.resource.find('#') != std::string_view::npos)
        return reject_option(error, "resource",
                             "has a fragment, or characters that a URL must have percent-encoded");
    if (policy.expires.seconds <= 0)
        return reject_option(error, "expires", "must be a time after 1970-01-01T00:00:00Z");
    if (policy.starts && policy.starts->seconds <= 0)
        return reject_option(error, "starts", "must be a time after 1970-01-01T00:00:00Z");
    if (policy.starts && policy.starts->seconds >= policy.expires.seconds)
        return reject_option(error, "starts", "must be before 'expires'");
    if (!policy.ip_range.empty() && !is_ipv4_range(policy.ip_range))
        return reject_option(error, "ip_range", "must be an IPv4 address or range, such as 192.0.2.0/24");
    return true;
}

/// The text that is signed. CloudFront makes that of a canned policy itself, so the order and the absence of
/// white space matter.
[[nodiscard]] BELFRY_COLD inline std::string cloudfront_policy_text(const CloudFrontPolicy& policy) {
    // The checks leave no character that JSON has to escape.
    std::string text = R"({"Statement":[{"Resource":")";
    append_text(text, policy.resource);
    append_text(text, R"(","Condition":{"DateLessThan":{"AWS:EpochTime":)");
    append_integer_text(text, policy.expires.seconds);
    if (!policy.ip_range.empty()) {
        append_text(text, R"(},"IpAddress":{"AWS:SourceIp":")");
        append_text(text, policy.ip_range);
        if (policy.ip_range.find('/') == std::string_view::npos) append_text(text, "/32");
        append_char(text, '"');
    }
    if (policy.starts) {
        append_text(text, R"(},"DateGreaterThan":{"AWS:EpochTime":)");
        append_integer_text(text, policy.starts->seconds);
    }
    append_text(text, "}}}]}");
    return text;
}

} // namespace detail

/// A policy and its signature, as they are sent.
struct CloudFrontSigner::Signed {
    /// The time of a canned policy, or the text of a custom one.
    std::string policy;
    std::string signature;
};

BELFRY_INLINE bool CloudFrontSigner::sign(const CloudFrontPolicy& policy, bool canned, Signed& result,
                                          Error& error) const {
    for (const char c : key_pair_id_)
        if (!detail::is_letter_or_digit(c) && c != '-' && c != '_')
            return detail::reject_option(error, "key_pair_id", "must be an id such as K2JCJMDEHXQW5F");
    if (key_pair_id_.empty())
        return detail::reject_option(error, "key_pair_id", "is empty; give the id of the public key");
    if (!detail::check_cloudfront_policy(policy, error)) return false;
    const std::string text = detail::cloudfront_policy_text(policy);
    Result<std::string> signature = key_->sign(text, hash_);
    if (!signature) {
        error = std::move(signature).error();
        return false;
    }
    if (signature->empty())
        return detail::fail(error, ErrorKind::signing, "SigningFailed",
                            "the key returned an empty signature");
    if (canned)
        detail::append_integer_text(result.policy, policy.expires.seconds);
    else
        detail::append_cloudfront_base64(result.policy, text);
    detail::append_cloudfront_base64(result.signature, *signature);
    return true;
}

BELFRY_INLINE Result<std::string> CloudFrontSigner::make_url(std::string_view url, CloudFrontPolicy policy,
                                                             bool canned) const {
    Error error;
    detail::CloudFrontUrl parts;
    Signed result;
    if (!detail::check_cloudfront_url(url, parts, error)) return error;
    if (policy.resource.empty()) policy.resource = parts.resource;
    if (!sign(policy, canned, result, error)) return error;
    std::string text = parts.resource;
    detail::append_char(text, text.find('?') == std::string::npos ? '?' : '&');
    detail::append_text(text, canned ? "Expires=" : "Policy=");
    detail::append_text(text, result.policy);
    detail::append_text(text, "&Signature=");
    detail::append_text(text, result.signature);
    detail::append_text(text, "&Key-Pair-Id=");
    detail::append_text(text, key_pair_id_);
    if (hash_ == CloudFrontHash::sha256) detail::append_text(text, "&Hash-Algorithm=SHA256");
    detail::append_text(text, parts.fragment);
    return text;
}

BELFRY_INLINE Result<std::vector<CloudFrontCookie>>
CloudFrontSigner::make_cookies(const CloudFrontPolicy& policy, bool canned) const {
    Error error;
    Signed result;
    if (!sign(policy, canned, result, error)) return error;
    std::vector<CloudFrontCookie> cookies;
    cookies.push_back({canned ? "CloudFront-Expires" : "CloudFront-Policy", std::move(result.policy)});
    cookies.push_back({"CloudFront-Signature", std::move(result.signature)});
    cookies.push_back({"CloudFront-Key-Pair-Id", key_pair_id_});
    if (hash_ == CloudFrontHash::sha256) cookies.push_back({"CloudFront-Hash-Algorithm", "SHA256"});
    return cookies;
}

BELFRY_INLINE Result<std::string> CloudFrontSigner::sign_url(std::string_view url, Timestamp expires) const {
    return make_url(url, {.expires = expires}, true);
}

BELFRY_INLINE Result<std::string> CloudFrontSigner::sign_url(std::string_view url,
                                                             const CloudFrontPolicy& policy) const {
    return make_url(url, policy, false);
}

BELFRY_INLINE Result<std::vector<CloudFrontCookie>> CloudFrontSigner::sign_cookies(std::string_view url,
                                                                                   Timestamp expires) const {
    Error error;
    detail::CloudFrontUrl parts;
    if (!detail::check_cloudfront_url(url, parts, error)) return error;
    return make_cookies({.resource = parts.resource, .expires = expires}, true);
}

BELFRY_INLINE Result<std::vector<CloudFrontCookie>>
CloudFrontSigner::sign_cookies(const CloudFrontPolicy& policy) const {
    return make_cookies(policy, false);
}

} // namespace belfry::inline v0
