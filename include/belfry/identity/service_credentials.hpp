// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/bearer_token.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/chain.hpp>
#include <belfry/identity/default.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/settings/values.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// How the settings say that a service's requests are authenticated.
struct BearerTokenUse {
    /// With a bearer token, or else with a signature.
    bool used = false;
    /// The setting that decides, or the variable that has the token, without its value; absent if the order
    /// of the service's model does.
    std::optional<Setting> decided_by{};
};

/// Whether the settings ask for a bearer token in requests of that service. A service that takes both, as
/// Amazon Bedrock, gets the first one of `httpBearerAuth` and `sigv4` that `auth_scheme_preference` lists,
/// else a signature. A token in the environment, such as `AWS_BEARER_TOKEN_BEDROCK`, comes before that list,
/// unless the program gives the list (AWS SDKs and Tools Reference Guide, "Authentication scheme"; botocore).
[[nodiscard]] inline BearerTokenUse bearer_token_use(const Settings& settings, const Service& service) {
    const BearerTokens tokens = service.bearer_tokens;
    BearerTokenUse by_model{tokens == BearerTokens::preferred || tokens == BearerTokens::required};
    if (tokens == BearerTokens::none || tokens == BearerTokens::required) return by_model;
    std::optional<Setting> preference = settings.find("auth_scheme_preference");
    if (!preference || preference->origin != SettingOrigin::code) {
        std::string variable = detail::bearer_token_variable(service);
        if (!detail::variable_or_empty(settings.source(), variable.c_str()).empty())
            return {true, Setting{"auth_scheme_preference", "httpBearerAuth", SettingOrigin::variable,
                                  std::move(variable), 0}};
    }
    if (!preference) return by_model;
    std::string_view list = preference->value;
    while (!list.empty()) {
        const std::string_view name = detail::trim_blanks(detail::cut(list, ','));
        if (name == "httpBearerAuth" || name == "sigv4")
            return {name == "httpBearerAuth", std::move(preference)};
    }
    return by_model;
}

/// The credentials that AWS's tools would use for one service: its bearer token if `bearer_token_use` asks
/// for one, as `DefaultBearerToken` finds it, else the keys of a `DefaultCredentialsSource`. If there is no
/// token where one is asked for, that is an error; keys do not take its place. The constructor reads and
/// sends nothing.
class ServiceCredentialsSource final : public CredentialsSource {
  public:
    /// `service`, and all that `options` point to, must outlive the source.
    ServiceCredentialsSource(const Service& service, const Settings& settings,
                             CredentialsOptions options = {})
        : service_(service), settings_(settings), keys_(settings, options),
          variable_(service, settings.source()), sso_(settings, options), missing_(*this) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the service's credentials"; }
    /// Chooses each time, because the environment may change.
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new detail::ChainFetch(sources()));
    }

    /// The sources in the order in which they are asked now, to see where credentials come from.
    [[nodiscard]] std::vector<CredentialsSource*> sources() {
        if (bearer_token_use(settings_, service_).used) return {&variable_, &sso_, &missing_};
        return keys_.sources();
    }

  private:
    /// Says why there has to be a token.
    class Missing final : public CredentialsSource {
      public:
        explicit Missing(const ServiceCredentialsSource& owner) noexcept : owner_(owner) {}
        [[nodiscard]] std::string_view name() const noexcept override { return "the bearer token"; }
        [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
            const Service& service = owner_.service_;
            const std::optional<Setting> setting = bearer_token_use(owner_.settings_, service).decided_by;
            const std::string place = setting ? describe_origin(*setting) : std::string(service.id);
            return detail::Owned<CredentialsFetch>(new detail::FailedFetch(detail::credentials_error(
                "NoBearerToken",
                {place, setting ? ": auth_scheme_preference: asks for" : " needs",
                 " a bearer token, and there is none; set ", detail::bearer_token_variable(service),
                 ", or let the profile '", owner_.settings_.profile(), "' have an sso_session"})));
        }

      private:
        const ServiceCredentialsSource& owner_;
    };

    const Service& service_;
    Settings settings_;
    DefaultCredentialsSource keys_;
    EnvironmentBearerTokenSource variable_;
    SsoBearerTokenSource sso_;
    Missing missing_;
};

/// The credentials of a `ServiceCredentialsSource`, cached as `CachedCredentials` says. For calls on an event
/// loop, see `AsyncCredentials` (`belfry/async_credentials.hpp`).
class ServiceCredentials final : public CredentialsProvider {
  public:
    /// `service`, `transport`, and all that `options` point to, must outlive the object.
    ServiceCredentials(const Service& service, const Settings& settings, Transport& transport,
                       CredentialsOptions options = {})
        : source_(service, settings, options),
          cache_(source_, transport, options.observer, detail::environment_or_system(options.environment)) {}

    Result<Credentials> credentials() noexcept override { return cache_.credentials(); }
    [[nodiscard]] std::string describe() const override { return cache_.describe(); }

    /// See `ServiceCredentialsSource::sources`.
    [[nodiscard]] std::vector<CredentialsSource*> sources() { return source_.sources(); }

  private:
    ServiceCredentialsSource source_;
    CachedCredentials cache_;
};

} // namespace belfry::inline v0
