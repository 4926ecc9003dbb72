// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/ecdsa_provider.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/login_source.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/identity/secret_file.hpp>
#include <belfry/settings/profile_file.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0 {

/// For `CredentialsOptions::login`: profiles that sign in by `aws login` (`login_session`). Works beside any
/// `CredentialsOptions::extension`, also for the last profile of a chain of roles. May be used by several
/// threads at once if the provider may.
class LoginCredentials final : public LoginProfiles {
  public:
    /// `ecdsa` must outlive the object. It signs the requests that renew a session; `OpenSslEcdsa`
    /// (`belfry/openssl_ecdsa.hpp`) is one.
    explicit LoginCredentials(EcdsaProvider& ecdsa) noexcept : ecdsa_(ecdsa) {}

    [[nodiscard]] detail::Owned<CredentialsFetch> fetch(const detail::ProfileRequest& request,
                                                        const ProfileProperty& session) override {
        return detail::Owned<CredentialsFetch>(new detail::LoginFetch(
            {.session = session.value, .profile = request.path.back()}, request.settings, ecdsa_,
            request.environment(), detail::writer_or_system(request.options.writer)));
    }

  private:
    EcdsaProvider& ecdsa_;
};

} // namespace belfry::inline v0
