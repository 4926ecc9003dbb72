// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

BELFRY_INLINE Error credentials_error(std::string_view code,
                                      std::initializer_list<std::string_view> message) {
    Error error;
    fail(error, ErrorKind::credentials, code, message);
    return error;
}

BELFRY_INLINE bool fail_without_credentials(Error& error) {
    return fail(error, ErrorKind::credentials, "NoCredentials", "the client was given no credentials");
}

} // namespace detail

BELFRY_INLINE Credentials bearer_credentials(std::string token) {
    Credentials credentials;
    credentials.bearer_token = std::move(token);
    return credentials;
}

BELFRY_INLINE Credentials anonymous_credentials() {
    Credentials credentials;
    credentials.anonymous = true;
    return credentials;
}

BELFRY_INLINE bool CredentialsWaiter::has_waited_for(const CredentialsProvider& provider,
                                                     std::uint64_t ended) const noexcept {
    for (const Wait& wait : {first_, second_})
        if (wait.provider == &provider) return wait.fetch <= ended;
    return false;
}

CredentialsHandle::CredentialsHandle(Credentials credentials) {
    fixed_ = new Credentials(std::move(credentials));
}

CredentialsHandle::CredentialsHandle(const CredentialsHandle& other) : provider_(other.provider_) {
    if (other.fixed_ != nullptr) fixed_ = new Credentials(*other.fixed_);
    if (other.owned_ != nullptr) provider_ = owned_ = other.owned_->clone();
}

BELFRY_INLINE CredentialsHandle::~CredentialsHandle() {
    delete owned_;
    delete fixed_;
}

BELFRY_INLINE Result<Credentials> CredentialsHandle::credentials() const {
    if (fixed_ != nullptr) return *fixed_;
    if (provider_ != nullptr) return provider_->credentials();
    Error error;
    detail::fail_without_credentials(error);
    return error;
}

BELFRY_INLINE Result<Credentials> EnvironmentCredentials::operator()() const {
    Credentials credentials;
    for (const auto& [name, value] :
         {std::pair<const char*, std::string*>{"AWS_ACCESS_KEY_ID", &credentials.access_key_id},
          std::pair<const char*, std::string*>{"AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key}}) {
        const char* const text = std::getenv(name);
        if (text == nullptr || *text == '\0')
            return detail::credentials_error("NoCredentials",
                                             {"the environment variable ", name, " is not set or empty"});
        *value = text;
    }
    if (const char* const token = std::getenv("AWS_SESSION_TOKEN")) credentials.session_token = token;
    if (const char* const account = std::getenv("AWS_ACCOUNT_ID")) credentials.account_id = account;
    return credentials;
}

} // namespace belfry::inline v0
