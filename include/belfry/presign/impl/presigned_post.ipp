// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/auth/wipe_credentials.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/call/state.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/endpoint/directory_bucket.hpp>
#include <belfry/endpoint/region.hpp>
#include <belfry/http/url.hpp>
#include <belfry/presign/option_check.hpp>
#include <belfry/presign/policy_text.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/sha256_digest.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/utf8.hpp>
#include <belfry/util/wipe.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {
namespace detail {

inline constexpr std::string_view post_file_name = "${filename}";

/// Whether the form has a field of this name that the options cannot set.
[[nodiscard]] BELFRY_COLD inline bool is_reserved_post_field(std::string_view name) noexcept {
    for (const std::string_view each :
         {"bucket", "content-length-range", "file", "key", "policy", "x-amz-algorithm", "x-amz-credential",
          "x-amz-date", "x-amz-security-token", "x-amz-signature"})
        if (equals_ignoring_case(each, name)) return true;
    return false;
}

[[nodiscard]] BELFRY_COLD inline bool has_post_field(const std::vector<PostField>& fields, std::size_t count,
                                                     std::string_view name) noexcept {
    for (std::size_t i = 0; i < count; ++i)
        if (equals_ignoring_case(fields[i].name, name)) return true;
    return false;
}

/// Checks `fields`, one of the lists of the options; `others` are fields that must not be repeated.
[[nodiscard]] BELFRY_COLD inline bool check_post_fields(std::string_view option,
                                                        const std::vector<PostField>& fields,
                                                        const std::vector<PostField>& others, Error& error) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::string_view name = fields[i].name;
        std::string path(option);
        append_char(path, '[');
        append_integer_text(path, static_cast<std::int64_t>(i));
        append_char(path, ']');
        // In the form the name stands in quotes, in the policy behind a dollar sign.
        if (!is_visible_ascii(name) || name.find_first_of("\"$\\") != std::string_view::npos)
            return reject_option(error, path + ".name",
                                 "must be visible ASCII without quotes, backslashes and dollar signs");
        if (is_reserved_post_field(name))
            return reject_option(error, path + ".name",
                                 "is a field or condition that is set by the other options or by signing");
        if (has_post_field(fields, i, name) || has_post_field(others, others.size(), name))
            return reject_option(error, path + ".name", "names a field that already has a condition");
        if (!is_valid_utf8(fields[i].value)) return reject_option(error, path + ".value", "must be UTF-8");
    }
    return true;
}

[[nodiscard]] BELFRY_COLD inline bool check_post(const PresignedPostOptions& options, Error& error) {
    if (options.bucket.empty()) return reject_option(error, "bucket", "is empty; give the bucket's name");
    if (!is_plain_text(options.bucket))
        return reject_option(error, "bucket", "must be UTF-8 without control characters");
    // S3 Express has no POST.
    if (is_directory_bucket(options.bucket))
        return reject_option(error, "bucket", "is a directory bucket, which takes no forms");
    if (options.key.empty())
        return reject_option(error, "key", "is empty; give the object's key, or a prefix and ${filename}");
    if (options.key.size() > 1'024 || !is_valid_utf8(options.key))
        return reject_option(error, "key", "must be UTF-8 of at most 1024 bytes");
    const std::size_t at = options.key.find(post_file_name);
    if (at != std::string_view::npos && at + post_file_name.size() != options.key.size())
        return reject_option(error, "key",
                             "has ${filename} before its end, and a policy cannot describe such keys");
    if (options.expires_seconds < 1 || options.expires_seconds > 604'800)
        return reject_option(error, "expires_seconds", "must be 1 to 604800");
    if (options.content_length &&
        (options.content_length->min < 0 || options.content_length->max < options.content_length->min))
        return reject_option(error, "content_length", "must have 0 <= min <= max");
    return check_post_fields("fields", options.fields, {}, error) &&
           check_post_fields("starts_with", options.starts_with, options.fields, error);
}

/// Appends the condition that a field has this value.
BELFRY_COLD inline void append_equal_condition(std::string& policy, std::string_view name,
                                               std::string_view value) {
    append_text(policy, "{");
    append_policy_string(policy, name);
    append_text(policy, ": ");
    append_policy_string(policy, value);
    append_text(policy, "}, ");
}

/// Appends the condition that a field's value begins like `prefix`.
BELFRY_COLD inline void append_prefix_condition(std::string& policy, std::string_view name,
                                                std::string_view prefix) {
    append_text(policy, "[\"starts-with\", \"$");
    append_text(policy, name);
    append_text(policy, "\", ");
    append_policy_string(policy, prefix);
    append_text(policy, "], ");
}

/// Appends the conditions that the options say.
BELFRY_COLD inline void append_post_conditions(std::string& policy, const PresignedPostOptions& options) {
    if (options.content_length) {
        append_text(policy, "[\"content-length-range\", ");
        append_integer_text(policy, options.content_length->min);
        append_text(policy, ", ");
        append_integer_text(policy, options.content_length->max);
        append_text(policy, "], ");
    }
    for (const PostField& field : options.fields) append_equal_condition(policy, field.name, field.value);
    for (const PostField& field : options.starts_with)
        append_prefix_condition(policy, field.name, field.value);
    append_equal_condition(policy, "bucket", options.bucket);
    if (options.key.ends_with(post_file_name)) {
        append_prefix_condition(policy, "key",
                                options.key.substr(0, options.key.size() - post_file_name.size()));
    } else {
        append_equal_condition(policy, "key", options.key);
    }
}

[[nodiscard]] BELFRY_COLD inline bool sign_post(const Credentials& credentials, const SigningOptions& signing,
                                                const PresignedPostOptions& options, PresignedPost& post,
                                                Error& error) {
    if (credentials.anonymous) return reject_anonymous(error);
    if (const SigningFailure failure = check_signing_input(parse_url(post.url), credentials, signing);
        failure.code != nullptr)
        return fail(error, failure.kind, failure.code, failure.message);
    char date_text[16];
    std::string policy = "{\"expiration\": \"";
    if (!write_amz_date(date_text, signing.time) ||
        !append_date_time(policy, Timestamp(signing.time.seconds + options.expires_seconds))) {
        const SigningFailure failure = invalid_signing_time();
        return fail(error, failure.kind, failure.code, failure.message);
    }
    const std::string_view date(date_text, sizeof date_text);
    std::string scope = credentials.access_key_id;
    for (const std::string_view part :
         {date.substr(0, 8), signing.region, signing.service, std::string_view("aws4_request")}) {
        append_char(scope, '/');
        append_text(scope, part);
    }
    append_text(policy, "\", \"conditions\": [");
    append_post_conditions(policy, options);
    post.fields = options.fields;
    post.fields.push_back({"key", std::string(options.key)});
    const auto add = [&post, &policy](const char* name, std::string_view value) {
        append_equal_condition(policy, name, value);
        post.fields.push_back({name, std::string(value)});
    };
    add("x-amz-algorithm", "AWS4-HMAC-SHA256");
    add("x-amz-credential", scope);
    add("x-amz-date", date);
    if (!credentials.session_token.empty()) add("x-amz-security-token", credentials.session_token);
    // In place of the separator after the last condition.
    policy.replace(policy.size() - 2, 2, "]}");
    std::string encoded;
    append_base64(encoded, policy);
    wipe(policy);

    SigningKey key;
    if (!find_signing_key(signing, credentials.secret_access_key, date.substr(0, 8), key))
        return fail(error, ErrorKind::signing, "HashFailed",
                    "the cryptographic library failed to derive the signing key");
    Sha256Digest signature;
    const bool good = compute_hmac(signing.crypto, key, encoded, signature);
    wipe(&key, sizeof key);
    if (!good) {
        const SigningFailure failure = signature_hash_failed();
        return fail(error, failure.kind, failure.code, failure.message);
    }
    std::string digits;
    append_hex(digits, signature.view());
    post.fields.push_back({"policy", std::move(encoded)});
    post.fields.push_back({"x-amz-signature", std::move(digits)});
    return true;
}

BELFRY_INLINE Result<PresignedPost> presigned_post(const ClientCore& core, const Operation& operation,
                                                   const void* input, const PresignedPostOptions& options) {
    Error error;
    if (!check_post(options, error)) return error;
    PreparedRequest prepared(core.config(), {});
    if (!apply_endpoint(operation, input, core, prepared, error)) return error;
    Result<Credentials> credentials = core.config().credentials.credentials();
    if (!credentials) return std::move(credentials).error();
    prepared.signing.time = core.state().clock_skew.apply(core.environment().now());
    prepared.signing.key_cache = &core.state().signing_keys;
    PresignedPost post;
    post.url = std::move(prepared.request.url);
    const bool good = sign_post(*credentials, prepared.signing, options, post, error);
    wipe(*credentials);
    if (!good) return error;
    return post;
}

} // namespace detail

BELFRY_INLINE Result<PresignedPost> presigned_post(const Credentials& credentials, Timestamp now,
                                                   const PresignedPostTarget& target,
                                                   const PresignedPostOptions& options) {
    Error error;
    if (!detail::check_post(options, error)) return error;
    const detail::Url url = detail::parse_url(target.url);
    const bool web =
        detail::equals_ignoring_case(url.scheme, "https") || detail::equals_ignoring_case(url.scheme, "http");
    if (!web || url.has_user() || !detail::has_only_url_characters(target.url) ||
        target.url.find_first_of("?#") != std::string_view::npos) {
        detail::reject_option(error, "url", "must be an http or https URL without user, query and fragment");
        return error;
    }
    if (!is_valid_region(target.region)) {
        detail::reject_option(error, "region", "must be a region such as us-east-1");
        return error;
    }
    if (!detail::is_visible_ascii(target.service)) {
        detail::reject_option(error, "service", "must be a signing name such as s3");
        return error;
    }
    PresignedPost post;
    post.url = target.url;
    const SigningOptions signing{
        .service = target.service, .region = target.region, .time = now, .crypto = target.crypto};
    if (!detail::sign_post(credentials, signing, options, post, error)) return error;
    return post;
}

} // namespace belfry::inline v0
