// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/wipe.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The JSON documents in which containers, instances and processes give credentials.
namespace belfry::inline v0::detail {

/// The members of all of them.
struct CredentialsDocument {
    CredentialsDocument() = default;
    CredentialsDocument(const CredentialsDocument&) = delete;
    CredentialsDocument& operator=(const CredentialsDocument&) = delete;
    ~CredentialsDocument() {
        for (auto* const secret : {&secret_access_key, &token, &session_token})
            if (*secret) wipe(**secret);
    }

    std::optional<std::int64_t> version{};
    std::optional<std::string> code{};
    std::optional<std::string> message{};
    std::optional<std::string> access_key_id{};
    std::optional<std::string> secret_access_key{};
    std::optional<std::string> token{};
    std::optional<std::string> session_token{};
    std::optional<std::string> expiration{};
    std::optional<std::string> account_id{};
};
template <std::same_as<CredentialsDocument> S> constexpr auto belfry_describe(const S*) {
    return Description<9>{
        .name = "Credentials",
        .members = {
            {"Version", type_of<decltype(S::version)>, offsetof(S, version)},
            {"Code", type_of<decltype(S::code)>, offsetof(S, code)},
            {"Message", type_of<decltype(S::message)>, offsetof(S, message)},
            {"AccessKeyId", type_of<decltype(S::access_key_id)>, offsetof(S, access_key_id)},
            {"SecretAccessKey", type_of<decltype(S::secret_access_key)>, offsetof(S, secret_access_key)},
            {"Token", type_of<decltype(S::token)>, offsetof(S, token)},
            {"SessionToken", type_of<decltype(S::session_token)>, offsetof(S, session_token)},
            {"Expiration", type_of<decltype(S::expiration)>, offsetof(S, expiration)},
            {"AccountId", type_of<decltype(S::account_id)>, offsetof(S, account_id)}}};
}

/// Reads a document; false if it is not JSON, or not an object with members of those types. The reason is not
/// told, because it could quote a secret.
[[nodiscard]] inline bool parse_credentials(std::string_view text, CredentialsDocument& document) {
    std::string fault;
    const bool parsed = decode_json(text, structure_of<CredentialsDocument>, &document, {}, fault);
    wipe(fault);
    return parsed;
}

/// Moves the document's members to `credentials`; returns the name of one that is missing or not valid, or
/// null.
[[nodiscard]] inline const char* take_credentials(CredentialsDocument& document, Credentials& credentials) {
    if (!document.access_key_id || document.access_key_id->empty()) return "AccessKeyId";
    if (!document.secret_access_key || document.secret_access_key->empty()) return "SecretAccessKey";
    credentials.access_key_id = *document.access_key_id;
    credentials.secret_access_key = *document.secret_access_key;
    if (document.token) credentials.session_token = *document.token;
    if (document.session_token) credentials.session_token = *document.session_token;
    if (document.account_id) credentials.account_id = *document.account_id;
    if (document.expiration) {
        Timestamp time;
        if (!parse_time(*document.expiration, time)) return "Expiration";
        credentials.expiration = time;
    }
    return nullptr;
}

} // namespace belfry::inline v0::detail
