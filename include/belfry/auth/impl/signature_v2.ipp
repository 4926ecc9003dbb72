// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/canonical_request.hpp>
#include <belfry/auth/credentials.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/url.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/base64.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/time.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

BELFRY_COLD inline AuthorizeResult refuse_signature_v2(Error& error, const SigningFailure& failure) {
    fail(error, failure.kind, failure.code, failure.message);
    return AuthorizeResult::failed;
}

BELFRY_COLD BELFRY_INLINE AuthorizeResult add_signature_v2(const Operation&, const Credentials& credentials,
                                                           const SigningOptions& signing, AuthorizeState&,
                                                           HttpRequest& request, Error& error) {
    if (credentials.access_key_id.empty() || credentials.secret_access_key.empty())
        return refuse_signature_v2(error, empty_credentials());
    std::string time;
    if (!append_date_time(time, {signing.time.seconds, 0}))
        return refuse_signature_v2(error, invalid_signing_time());
    std::string& form = request.body;
    const auto add = [&form](std::string_view name, std::string_view value) {
        append_char(form, '&');
        append_text(form, name);
        append_char(form, '=');
        append_percent_encoded(form, value);
    };
    // An earlier attempt was signed at another time.
    const std::size_t earlier = form.find("&AWSAccessKeyId=");
    if (earlier != std::string::npos) form.resize(earlier);
    add("AWSAccessKeyId", credentials.access_key_id);
    add("SignatureVersion", "2");
    add("SignatureMethod", "HmacSHA256");
    add("Timestamp", time);
    if (!credentials.session_token.empty()) add("SecurityToken", credentials.session_token);

    const Url url = parse_url(request.url);
    std::string text = request.method;
    append_char(text, '\n');
    append_host(text, url);
    append_char(text, '\n');
    append_text(text, url.path.empty() ? std::string_view("/") : url.path);
    append_char(text, '\n');
    append_canonical_query(text, form);
    Sha256Digest hash;
    if (!compute_hmac(signing.crypto, credentials.secret_access_key, text, hash))
        return refuse_signature_v2(error, signature_hash_failed());
    std::string signature;
    append_base64(signature, hash.view());
    add("Signature", signature);
    request.content_length = static_cast<std::int64_t>(form.size());
    return AuthorizeResult::authorized;
}

} // namespace belfry::inline v0::detail
