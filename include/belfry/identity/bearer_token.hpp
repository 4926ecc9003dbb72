// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/chain.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/identity/profile_sso.hpp>
#include <belfry/identity/secret_file.hpp>
#include <belfry/identity/sso_source.hpp>
#include <belfry/identity/sso_token.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/settings/profile_file.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/settings/values.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

namespace detail {
/// The name of the environment variable that has a service's bearer token.
[[nodiscard]] inline std::string bearer_token_variable(const Service& service) {
    return "AWS_BEARER_TOKEN_" + upper(service_identifier(service.signing_name));
}
} // namespace detail

/// The bearer token of a service in the environment: `AWS_BEARER_TOKEN_` and the name that its requests are
/// signed for, such as `AWS_BEARER_TOKEN_BEDROCK`. It does not expire. Read again for each fetch.
class EnvironmentBearerTokenSource final : public CredentialsSource {
  public:
    /// `variables` must outlive the source.
    explicit EnvironmentBearerTokenSource(const Service& service,
                                          SettingsSource& variables = detail::system_settings_source)
        : variable_(detail::bearer_token_variable(service)), variables_(variables) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the environment"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new Fetch(variable_, variables_));
    }

  private:
    class Fetch final : public detail::ImmediateFetch {
      public:
        Fetch(const std::string& variable, SettingsSource& variables) noexcept
            : variable_(variable), variables_(variables) {}
        Step start() override {
            std::string token = detail::variable_or_empty(variables_, variable_.c_str());
            if (token.empty()) return skip({variable_, " is not set"});
            return finish(bearer_credentials(std::move(token)));
        }

      private:
        const std::string& variable_;
        SettingsSource& variables_;
    };

    std::string variable_;
    SettingsSource& variables_;
};

/// The bearer token of a profile that names an `sso_session`, as `aws sso login` has stored it. It is renewed
/// as `SsoCredentialsSource` says.
class SsoBearerTokenSource final : public CredentialsSource {
  public:
    /// All that `options` point to must outlive the source.
    explicit SsoBearerTokenSource(Settings settings, CredentialsOptions options = {})
        : settings_(std::move(settings)), options_(options) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the SSO sign-in"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new Fetch(settings_, options_));
    }

  private:
    /// Reads the profile when it starts.
    class Fetch final : public CredentialsFetch {
      public:
        Fetch(const Settings& settings, const CredentialsOptions& options) noexcept
            : settings_(settings), options_(options) {}
        Step start() override {
            const Profiles& known = settings_.profiles();
            Result<Profiles> profiles =
                load_profiles(settings_.source(), {known.config_file, known.credentials_file});
            if (!profiles) return finish(std::move(profiles).error());
            const ProfileSection* const profile = profiles->find(SectionKind::profile, settings_.profile());
            if (profile == nullptr || detail::first_of(*profile, {"sso_session"}) == nullptr)
                return skip({"the profile '", settings_.profile(), "' does not have an sso_session"});
            SsoOptions sso;
            Error error;
            if (!detail::read_sso_profile(*profiles, *profile, false, sso, error))
                return finish(std::move(error));
            Environment& environment = detail::environment_or_system(options_.environment);
            token_ = detail::Owned<CredentialsFetch>(new detail::SsoBearerFetch(
                std::move(sso), settings_, environment, detail::writer_or_system(options_.writer)));
            return follow(token_->start());
        }
        Step on_sent(const TransportResult& sent, HttpResponse response) override {
            return follow(token_->on_sent(sent, std::move(response)));
        }
        Step on_waited() override { return follow(token_->on_waited()); }

      private:
        Step follow(Step step) { return pass_on(step, *token_) == Step::done ? finish_as(*token_) : step; }
        const Settings& settings_;
        const CredentialsOptions& options_;
        detail::Owned<CredentialsFetch> token_{};
    };

    Settings settings_;
    CredentialsOptions options_;
};

/// The bearer token that AWS's tools would send to a service: of the environment, else of the profile's SSO
/// session. For services that are authenticated with one, or may be, as Amazon Bedrock; `ServiceCredentials`
/// (`belfry/service_credentials.hpp`) chooses between the token and a signature. Cached as
/// `CachedCredentials` says. The constructor reads and sends nothing.
class DefaultBearerToken final : public CredentialsProvider {
  public:
    /// `transport`, and all that `options` point to, must outlive the object.
    DefaultBearerToken(const Service& service, const Settings& settings, Transport& transport,
                       CredentialsOptions options = {})
        : variables_(service, settings.source()), sso_(settings, options), chain_({&variables_, &sso_}),
          cache_(chain_, transport, options.observer, detail::environment_or_system(options.environment)) {}

    Result<Credentials> credentials() noexcept override { return cache_.credentials(); }
    [[nodiscard]] std::string describe() const override { return cache_.describe(); }

  private:
    EnvironmentBearerTokenSource variables_;
    SsoBearerTokenSource sso_;
    CredentialsChain chain_;
    CachedCredentials cache_;
};

} // namespace belfry::inline v0
