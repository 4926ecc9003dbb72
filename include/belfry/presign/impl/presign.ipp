// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/call/state.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/protocol/http_binding.hpp>
#include <belfry/protocol/input_check.hpp>
#include <belfry/schema/slot.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// Moves form data from the body to the query, so that the URL is the whole request.
BELFRY_COLD inline void move_form_to_query(HttpRequest& request) {
    const auto type = request.headers.find("Content-Type");
    if (!type.has_value() || !type->starts_with("application/x-www-form-urlencoded")) return;
    append_char(request.url, request.url.find('?') == std::string::npos ? '?' : '&');
    append_text(request.url, request.body);
    request.method = "GET";
    request.body.clear();
    request.content_length = 0;
    request.headers.remove("Content-Type");
}

/// Writes the members of the body into the query.
[[nodiscard]] BELFRY_COLD inline bool move_members_to_query(const Operation& operation, const void* input,
                                                            HttpRequest& request, Error& error) {
    std::string text;
    for (std::size_t i = 0; i < operation.input->count; ++i) {
        const Member& member = operation.input->members[i];
        const void* const value = slot_value(*member.type, member.slot(input));
        if (member.location != Location::body || value == nullptr) continue;
        if (!append_query_values(*member.type, value, member.wire_name(), text, request.url))
            return reject_input(error, *operation.input, operation.input->member_name(i),
                                "cannot be written as a query parameter");
    }
    request.method = "GET";
    request.body.clear();
    request.content_length = 0;
    request.headers.remove("Content-Type");
    return true;
}

BELFRY_INLINE bool presign(const ClientCore& core, const Operation& operation, const void* input,
                           const PresignOptions& options, PresignedRequest& presigned, Error& error) {
    const OperationHooks* const hooks = operation.hooks;
    if (operation.signing == RequestSigning::none)
        return fail(error, ErrorKind::signing, "NotSigned", "this operation's requests are not signed");
    PreparedRequest prepared(core.config(), {});
    HttpRequest& request = prepared.request;
    if (!prepare_request(core, operation, input, options.idempotency_token, prepared, error)) return false;
    if (request.source != nullptr)
        return fail(error, ErrorKind::validation, "BodyNotPresigned",
                    "a presigned request cannot carry a streaming body; leave it out of the input");
    if (hooks != nullptr && hooks->presign_as_query) {
        if (!move_members_to_query(operation, input, request, error)) return false;
    } else {
        move_form_to_query(request);
    }
    if (const char* const why = refuse_request(request))
        return fail(error, ErrorKind::validation, "InvalidRequest", why);
    Result<Credentials> credentials = core.config().credentials.credentials();
    if (!credentials) {
        error = std::move(credentials).error();
        return false;
    }
    if (credentials->anonymous)
        return fail(error, ErrorKind::credentials, "NoCredentials", "anonymous credentials cannot sign");
    // The receiver of the URL sends the body, and S3 verifies its checksum, not its signature.
    if (operation.service->sign_path_verbatim) {
        prepared.signing.payload = PayloadHash::unsigned_payload;
        request.body.clear();
    }
    prepared.signing.expires_seconds = options.expires_seconds;
    prepared.signing.time = core.state().clock_skew.apply(core.environment().now());
    prepared.signing.key_cache = &core.state().signing_keys;
    AuthorizeResult outcome = AuthorizeResult::sign;
    if (hooks != nullptr && hooks->authorize != nullptr) {
        prepared.signing.placement = SignaturePlacement::query;
        // A token is sent in a header, which a URL cannot contain.
        outcome = hooks->authorize(operation, *credentials, prepared.signing, prepared.authorization, request,
                                   error);
        if (outcome == AuthorizeResult::failed) return false;
        if (outcome == AuthorizeResult::authorized)
            return fail(error, ErrorKind::signing, "NotSigned", "this operation's requests are not signed");
    }
    if (outcome == AuthorizeResult::sign) {
        const SigningFailure failure = sign(request, *credentials, prepared.signing, &presigning_steps);
        if (failure.code != nullptr) return fail(error, failure.kind, failure.code, failure.message);
    }
    request.headers.remove("Host");
    presigned.method = std::move(request.method);
    presigned.url = std::move(request.url);
    presigned.headers = std::move(request.headers);
    presigned.body = std::move(request.body);
    return true;
}

} // namespace belfry::inline v0::detail
