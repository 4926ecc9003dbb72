// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/codec/json_reader.hpp>
#include <belfry/codec/json_writer.hpp>
#include <belfry/identity/token_path.hpp>
#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha256.hpp>
#include <belfry/util/sha256_digest.hpp>
#include <belfry/util/wipe.hpp>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// The file in which `aws login` keeps a session.
namespace belfry::inline v0::detail {

/// The credentials in the file.
struct LoginCredentialsDocument {
    LoginCredentialsDocument() = default;
    LoginCredentialsDocument(const LoginCredentialsDocument&) = delete;
    LoginCredentialsDocument& operator=(const LoginCredentialsDocument&) = delete;
    ~LoginCredentialsDocument() {
        for (auto* const secret : {&secret_access_key, &session_token})
            if (*secret) wipe(**secret);
    }

    std::optional<std::string> access_key_id{};
    std::optional<std::string> secret_access_key{};
    std::optional<std::string> session_token{};
    std::optional<std::string> account_id{};
    std::optional<std::string> expires_at{};
};
template <std::same_as<LoginCredentialsDocument> S> constexpr auto belfry_describe(const S*) {
    return Description<5>{
        .name = "LoginCredentials",
        .members = {
            {"accessKeyId", type_of<decltype(S::access_key_id)>, offsetof(S, access_key_id)},
            {"secretAccessKey", type_of<decltype(S::secret_access_key)>, offsetof(S, secret_access_key)},
            {"sessionToken", type_of<decltype(S::session_token)>, offsetof(S, session_token)},
            {"accountId", type_of<decltype(S::account_id)>, offsetof(S, account_id)},
            {"expiresAt", type_of<decltype(S::expires_at)>, offsetof(S, expires_at)}}};
}

/// The members of the file that Belfry uses.
struct LoginDocument {
    LoginDocument() = default;
    LoginDocument(const LoginDocument&) = delete;
    LoginDocument& operator=(const LoginDocument&) = delete;
    ~LoginDocument() {
        for (auto* const secret : {&refresh_token, &dpop_key})
            if (*secret) wipe(**secret);
    }

    std::optional<LoginCredentialsDocument> access_token{};
    std::optional<std::string> client_id{};
    std::optional<std::string> refresh_token{};
    std::optional<std::string> dpop_key{};
    std::optional<std::string> sign_in_region{};
};
template <std::same_as<LoginDocument> S> constexpr auto belfry_describe(const S*) {
    return Description<5>{
        .name = "LoginSession",
        .members = {{"accessToken", type_of<decltype(S::access_token)>, offsetof(S, access_token)},
                    {"clientId", type_of<decltype(S::client_id)>, offsetof(S, client_id)},
                    {"refreshToken", type_of<decltype(S::refresh_token)>, offsetof(S, refresh_token)},
                    {"dpopKey", type_of<decltype(S::dpop_key)>, offsetof(S, dpop_key)},
                    {"signInRegion", type_of<decltype(S::sign_in_region)>, offsetof(S, sign_in_region)}}};
}

/// The path of a session's file: the SHA-256 of the session, in `AWS_LOGIN_CACHE_DIRECTORY` or in
/// `.aws/login/cache` of the home directory; empty if neither is known.
[[nodiscard]] inline std::string login_path(SettingsSource& source, std::string_view session) {
    std::string path = variable_or_empty(source, "AWS_LOGIN_CACHE_DIRECTORY");
    if (path.empty())
        path = folder_of_home(source, {".aws", "login", "cache"});
    else
        expand_home(path, home_directory(source));
    if (path.empty()) return path;
    const Sha256Digest digest = sha256(session);
    append_token_name(path, digest.bytes, sizeof digest.bytes, source.path_separator());
    return path;
}

/// Copies a JSON object with other values for some of its members, which are given as JSON. The other bytes
/// stay as they are, so that members which newer programs add are not lost. False if it is not an object.
[[nodiscard]] BELFRY_COLD inline bool
replace_members(std::string_view json,
                std::initializer_list<std::pair<std::string_view, std::string_view>> values,
                std::string& out) {
    std::size_t most = json.size();
    for (const auto& [name, value] : values) most += value.size();
    // Growing would leave a copy of the secrets behind.
    out.clear();
    out.reserve(most);
    JsonReader reader(json, DecodeOptions{}.max_depth);
    const char* copied = reader.begin();
    const auto copy_to = [&](const char* to) {
        append_text(out, {copied, static_cast<std::size_t>(to - copied)});
        copied = to;
    };
    const char* at = reader.skip_space(copied);
    if (reader.at(at) != '{') return false;
    at = reader.enter(at);
    std::string room;
    while (at != nullptr && reader.at(at) != '}') {
        std::string_view key;
        bool escaped = false;
        at = reader.read_key(at, key, escaped);
        if (at == nullptr) return false;
        if (escaped) {
            reader.unescape(key, room);
            key = room;
        }
        const char* const from = at;
        at = reader.skip_value(at);
        if (at == nullptr) return false;
        for (const auto& [name, value] : values) {
            if (name != key) continue;
            copy_to(from);
            append_text(out, value);
            copied = at;
        }
        at = reader.next(at, '}');
    }
    if (at == nullptr) return false;
    copy_to(reader.end());
    return true;
}

} // namespace belfry::inline v0::detail
