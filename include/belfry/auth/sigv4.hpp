// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/local_text.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace belfry::inline v0 {

namespace detail {

/// Whether `text` can stand in a header and in a credential scope: visible ASCII, at least one character.
[[nodiscard]] inline bool is_visible_ascii(std::string_view text) noexcept {
    return !text.empty() && are_all_in(CharacterSet::visible, text);
}

[[nodiscard]] BELFRY_COLD inline SigningFailure
check_signing_input(const Url& url, const Credentials& credentials, const SigningOptions& options) noexcept {
    if (credentials.access_key_id.empty() || credentials.secret_access_key.empty())
        return empty_credentials();
    if (!is_visible_ascii(credentials.access_key_id))
        return {"InvalidCredentials", "the access key id contains white space or control characters",
                ErrorKind::credentials};
    if (!credentials.session_token.empty() && !is_visible_ascii(credentials.session_token))
        return {"InvalidCredentials", "the session token contains white space or control characters",
                ErrorKind::credentials};
    if (!is_visible_ascii(options.region))
        return {"InvalidRegion", "the signing region is empty or not visible ASCII"};
    if (!is_visible_ascii(options.service))
        return {"InvalidService", "the signing name is empty or not visible ASCII"};
    if (url.host.empty()) return {"InvalidUrl", "the request's URL is not absolute"};
    return {};
}

[[nodiscard]] BELFRY_COLD inline SigningFailure check_presigning(const Url& url,
                                                                 const SigningOptions& options) noexcept {
    if (options.expires_seconds < 1 || options.expires_seconds > 604'800)
        return {"InvalidExpiry", "the expiry of a presigned URL must be 1 to 604800 seconds"};
    if (url.query.starts_with("X-Amz-Signature=") ||
        url.query.find("&X-Amz-Signature=") != std::string_view::npos)
        return {"AlreadySigned", "the request's URL is already signed"};
    return {};
}

/// Appends a hash in hexadecimal digits.
inline void append_digest(LocalText& out, std::string_view digest) {
    static_cast<void>(write_hex(out.extend(2 * digest.size()),
                                reinterpret_cast<const unsigned char*>(digest.data()), digest.size()));
}

/// Appends the payload hash.
[[nodiscard]] BELFRY_COLD inline SigningFailure
append_payload_hash(LocalText& out, const HttpRequest& request, const SigningOptions& options) {
    if (options.payload != PayloadHash::computed) {
        append_text(out, options.payload == PayloadHash::given ? options.payload_hash : "UNSIGNED-PAYLOAD");
        return {};
    }
    Sha256Digest hash;
    if (request.source == nullptr) {
        if (!compute_sha256(options.crypto, request.body, hash))
            return {"HashFailed", "the cryptographic library failed to hash the body"};
    } else {
        // An earlier attempt may have read a part of it.
        if (!request.source->rewind())
            return {"BodyFailed", "the body cannot be hashed: its source cannot be read from its start"};
        if (!compute_sha256(options.crypto, *request.source, hash))
            return {"BodyFailed", "the body could not be read to hash it"};
        if (!request.source->rewind())
            return {"BodyFailed", "the body could not be rewound after it was hashed"};
    }
    append_digest(out, hash.view());
    return {};
}

/// Appends the parameters that make a URL presigned, all but the signature. `region_set` is for Signature
/// Version 4a.
template <bool region_set = false>
BELFRY_COLD inline void append_presigning_query(std::string& url, const Credentials& credentials,
                                                const SigningOptions& options, std::string_view date,
                                                EntryList& headers) {
    const std::size_t fragment = url.find('#');
    if (fragment != std::string::npos) url.resize(fragment);
    const std::size_t question = url.find('?');
    if (question == std::string::npos) {
        append_char(url, '?');
    } else if (question + 1 != url.size()) {
        append_char(url, '&');
    }
    append_text(url, region_set ? "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential="
                                : "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
    append_percent_encoded(url, credentials.access_key_id);
    const auto append_scope = [&url](std::initializer_list<std::string_view> parts) {
        for (const std::string_view part : parts) {
            append_text(url, "%2F");
            append_percent_encoded(url, part);
        }
    };
    if constexpr (region_set)
        append_scope({date.substr(0, 8), options.service, "aws4_request"});
    else
        append_scope({date.substr(0, 8), options.region, options.service, "aws4_request"});
    append_text(url, "&X-Amz-Date=");
    append_text(url, date);
    append_text(url, "&X-Amz-SignedHeaders=");
    append_signed_header_names(url, headers, "%3B");
    append_text(url, "&X-Amz-Expires=");
    static_cast<void>(append_epoch_seconds(url, {options.expires_seconds, 0}));
    if constexpr (region_set) {
        append_text(url, "&X-Amz-Region-Set=");
        append_percent_encoded(url, options.region);
    }
}

BELFRY_COLD inline void append_session_token_query(std::string& url, const Credentials& credentials) {
    if (credentials.session_token.empty()) return;
    append_text(url, "&X-Amz-Security-Token=");
    append_percent_encoded(url, credentials.session_token);
}

BELFRY_COLD inline void write_trace(SigningTrace& trace, std::string_view canonical_request,
                                    std::string_view string_to_sign, const Sha256Digest& signature) {
    trace.canonical_request = canonical_request;
    trace.string_to_sign = string_to_sign;
    trace.signature.clear();
    append_hex(trace.signature, signature.view());
}

/// The steps of signing that calls do not have: programs that only make calls do not compile them.
struct SigningSteps {
    /// Signature Version 4a derives from this and replaces what precedes `check`.
    static constexpr bool has_region_set = false;
    using Key = SigningKey;
    [[nodiscard]] static constexpr const char* first_line() noexcept { return "AWS4-HMAC-SHA256\n"; }
    [[nodiscard]] static constexpr const char* authorization() noexcept {
        return "AWS4-HMAC-SHA256 Credential=";
    }
    [[nodiscard]] static bool find_key(const SigningOptions& options, const Credentials& credentials,
                                       std::string_view day, SigningKey& key) {
        return find_signing_key(options, credentials.secret_access_key, day, key);
    }
    /// The bytes of the signature; `steps` may be null.
    [[nodiscard]] static std::string_view signature(const SigningSteps*, const Sha256Digest& hmac) noexcept {
        return hmac.view();
    }

    /// Checks the options of a signature in the query; null if the signature is a header.
    SigningFailure (*check)(const Url& url, const SigningOptions& options) noexcept = nullptr;
    void (*append_query)(std::string& url, const Credentials& credentials, const SigningOptions& options,
                         std::string_view date, EntryList& headers) = nullptr;
    void (*append_token)(std::string& url, const Credentials& credentials) = nullptr;
    /// Where the texts go that were signed; may be null.
    SigningTrace* trace = nullptr;
    void (*write_trace)(SigningTrace& trace, std::string_view canonical_request,
                        std::string_view string_to_sign, const Sha256Digest& signature) = nullptr;
};
inline constexpr SigningSteps presigning_steps{.check = &check_presigning,
                                               .append_query = &append_presigning_query<>,
                                               .append_token = &append_session_token_query};

/// Signs a request. `steps` is null for a signature in a header that is not traced. A template, so that only
/// programs with Signature Version 4a compile that.
template <class Steps = SigningSteps>
[[nodiscard]] BELFRY_COLD inline SigningFailure sign(HttpRequest& request, const Credentials& credentials,
                                                     const SigningOptions& options,
                                                     const std::type_identity_t<Steps>* steps) {
    Url url = parse_url(request.url);
    if (const auto failure = check_signing_input(url, credentials, options); failure.code != nullptr)
        return failure;
    const bool in_header = steps == nullptr || steps->check == nullptr;
    if (!in_header)
        if (const auto failure = steps->check(url, options); failure.code != nullptr) return failure;
    char date_text[16];
    if (!write_amz_date(date_text, options.time)) return invalid_signing_time();
    const std::string_view date(date_text, sizeof date_text);
    Headers& headers = request.headers;
    if (!headers.contains("Host")) {
        std::string host;
        append_host(host, url);
        headers.append("Host", host);
    }
    // One buffer holds all the texts, one after another; positions, not views, because it may grow.
    LocalText text;
    std::string_view given_hash;
    if (const auto header = headers.find("X-Amz-Content-Sha256");
        header.has_value() && !options.content_sha256_header)
        given_hash = *header;
    if (!given_hash.empty()) {
        append_text(text, given_hash);
    } else if (const auto failure = append_payload_hash(text, request, options); failure.code != nullptr) {
        return failure;
    }
    const std::size_t hash_size = text.size();

    headers.remove("Authorization");
    if (in_header) {
        headers.set("X-Amz-Date", date);
        if constexpr (Steps::has_region_set) headers.set("X-Amz-Region-Set", options.region);
        if (options.content_sha256_header) headers.set("X-Amz-Content-Sha256", text);
        if (credentials.session_token.empty() || options.omit_session_token) {
            headers.remove("X-Amz-Security-Token");
        } else {
            headers.set("X-Amz-Security-Token", credentials.session_token);
        }
    }
    EntryList signed_headers(headers.size());
    collect_signed_headers(signed_headers, headers);
    if (!in_header) {
        steps->append_query(request.url, credentials, options, date, signed_headers);
        if (!options.omit_session_token) steps->append_token(request.url, credentials);
        url = parse_url(request.url);
    }

    char* method = text.extend(request.method.size());
    for (const char c : request.method) *method++ = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    append_char(text, '\n');
    append_canonical_path(text, url.path, options.normalize_path, options.double_encode_path);
    append_char(text, '\n');
    append_canonical_query(text, url.query);
    append_char(text, '\n');
    append_canonical_headers(text, signed_headers);
    append_char(text, '\n');
    const std::size_t names_begin = text.size();
    for (const Entry& header : signed_headers) {
        if (header.index == Entry::repeated) continue;
        if (text.size() != names_begin) append_char(text, ';');
        text.append_part(header.index, header.name.size());
    }
    const std::size_t names_size = text.size() - names_begin;
    append_char(text, '\n');
    text.append_part(0, hash_size);
    const std::size_t canonical_end = text.size();
    Sha256Digest hash;
    if (!compute_sha256(options.crypto, std::string_view(text).substr(hash_size), hash))
        return {"HashFailed", "the cryptographic library failed to hash the request"};

    append_text(text, Steps::first_line());
    append_text(text, date);
    append_char(text, '\n');
    const std::size_t scope_begin = text.size();
    if constexpr (Steps::has_region_set) {
        append_text(text, date.substr(0, 8));
        append_char(text, '/');
        append_text(text, options.service);
        append_char(text, '/');
    } else {
        for (const std::string_view part : {date.substr(0, 8), options.region, options.service}) {
            append_text(text, part);
            append_char(text, '/');
        }
    }
    append_text(text, "aws4_request");
    const std::size_t scope_size = text.size() - scope_begin;
    append_char(text, '\n');
    append_digest(text, hash.view());
    typename Steps::Key key;
    if (!Steps::find_key(options, credentials, date.substr(0, 8), key))
        return {"HashFailed", "the cryptographic library failed to derive the signing key"};
    const std::size_t to_sign_end = text.size();
    bool made = false;
    if constexpr (Steps::has_region_set)
        made = steps->make_signature(options, key, std::string_view(text).substr(canonical_end));
    else
        made = compute_hmac(options.crypto, key, std::string_view(text).substr(canonical_end), hash);
    if (!made) return signature_hash_failed();

    if (steps != nullptr && steps->trace != nullptr) {
        const std::string_view all = text;
        steps->write_trace(*steps->trace, all.substr(hash_size, canonical_end - hash_size),
                           all.substr(canonical_end, to_sign_end - canonical_end), hash);
    }
    if (!in_header) {
        if (options.omit_session_token) steps->append_token(request.url, credentials);
        append_text(request.url, "&X-Amz-Signature=");
        append_hex(request.url, Steps::signature(steps, hash));
        return {};
    }
    if (options.omit_session_token && !credentials.session_token.empty())
        headers.append("X-Amz-Security-Token", credentials.session_token);
    append_digest(text, Steps::signature(steps, hash));
    const std::string_view all = text;
    headers.append_joined("Authorization", {Steps::authorization(), credentials.access_key_id, "/",
                                            all.substr(scope_begin, scope_size),
                                            ", SignedHeaders=", all.substr(names_begin, names_size),
                                            ", Signature=", all.substr(to_sign_end)});
    return {};
}
} // namespace detail

/// Signs `request` with AWS Signature Version 4 and returns why not, if it cannot. Anonymous credentials
/// leave it as it is. The URL's path and query count as already percent-encoded. Sets the headers
/// `X-Amz-Date`, `X-Amz-Security-Token`, `X-Amz-Content-Sha256` (when asked for) and `Authorization`, in
/// place of what a former attempt left there, or else adds `X-Amz-...` parameters to the URL; a missing
/// `Host` is added too. A header `X-Amz-Content-Sha256` that is there already is taken for the body's hash.
/// When `trace` is given, it gets the texts that were signed.
[[nodiscard]] inline std::optional<Error> sign_sigv4(HttpRequest& request, const Credentials& credentials,
                                                     const SigningOptions& options,
                                                     SigningTrace* trace = nullptr) {
    std::optional<Error> error;
    if (credentials.anonymous) return error;
    detail::SigningSteps steps;
    if (options.placement == SignaturePlacement::query) steps = detail::presigning_steps;
    steps.trace = trace;
    steps.write_trace = &detail::write_trace;
    const detail::SigningFailure failure = detail::sign(request, credentials, options, &steps);
    if (failure.code != nullptr) {
        detail::fail(error.emplace(), failure.kind, failure.code, failure.message);
    }
    return error;
}

} // namespace belfry::inline v0
