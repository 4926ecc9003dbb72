// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/chain.hpp>
#include <belfry/identity/container.hpp>
#include <belfry/identity/environment.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/instance_metadata.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// The credentials that AWS's tools would use: of the environment, else of the profile or a web identity,
/// else of the container or the EC2 instance that the program runs on. If the program names a profile,
/// variables with keys or a web identity do not count. Profiles that assume a role or sign in, and web
/// identities, need `CredentialsOptions::extension`, and are an error without. The constructor reads and
/// sends nothing.
class DefaultCredentialsSource final : public CredentialsSource {
  public:
    /// All that `options` point to must outlive the source.
    explicit DefaultCredentialsSource(Settings settings, CredentialsOptions options = {})
        : settings_(std::move(settings)), variables_(settings_.source()), profile_(settings_, options),
          container_(settings_.source()),
          instance_(settings_, detail::environment_or_system(options.environment)), chain_(sources()) {
        if (!names_profile()) profile_.use_variables();
    }

    [[nodiscard]] std::string_view name() const noexcept override { return chain_.name(); }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override { return chain_.fetch(); }

    /// The sources in the order in which they are asked, to ask one of them or to see where credentials come
    /// from.
    [[nodiscard]] std::vector<CredentialsSource*> sources() {
        if (names_profile()) return {&profile_, &container_, &instance_};
        return {&variables_, &profile_, &container_, &instance_};
    }

  private:
    [[nodiscard]] bool names_profile() const noexcept {
        const std::optional<Setting>& profile = settings_.profile_setting();
        return profile && profile->origin == SettingOrigin::code;
    }
    /// Reads the settings of the instance's metadata service when it is asked.
    class Instance final : public CredentialsSource {
      public:
        Instance(const Settings& settings, Environment& environment) noexcept
            : settings_(settings), environment_(environment) {}
        [[nodiscard]] std::string_view name() const noexcept override { return "the EC2 instance"; }
        [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
            Result<InstanceMetadataOptions> options = instance_metadata_options(settings_);
            if (options)
                return detail::Owned<CredentialsFetch>(
                    new detail::InstanceMetadataFetch(*std::move(options), environment_));
            return detail::Owned<CredentialsFetch>(new detail::FailedFetch(std::move(options).error()));
        }

      private:
        const Settings& settings_;
        Environment& environment_;
    };

    Settings settings_;
    EnvironmentCredentialsSource variables_;
    ProfileCredentialsSource profile_;
    ContainerCredentialsSource container_;
    Instance instance_;
    CredentialsChain chain_;
};

/// The credentials of a `DefaultCredentialsSource`, cached as `CachedCredentials` says. The constructor reads
/// and sends nothing; the thread of the first call that asks does. For calls on an event loop, see
/// `AsyncCredentials` (`belfry/async_credentials.hpp`).
class DefaultCredentials final : public CredentialsProvider {
  public:
    /// `transport`, `environment` and `runner` must outlive the object.
    DefaultCredentials(Settings settings, Transport& transport,
                       Environment& environment = detail::system_environment,
                       ProcessRunner& runner = detail::system_process_runner)
        : DefaultCredentials(std::move(settings), transport,
                             CredentialsOptions{.runner = &runner, .environment = &environment}) {}
    /// `transport`, and all that `options` point to, must outlive the object.
    DefaultCredentials(Settings settings, Transport& transport, CredentialsOptions options)
        : source_(std::move(settings), options),
          cache_(source_, transport, options.observer, detail::environment_or_system(options.environment)) {}

    Result<Credentials> credentials() noexcept override { return cache_.credentials(); }
    [[nodiscard]] std::string describe() const override { return cache_.describe(); }

    /// See `DefaultCredentialsSource::sources`.
    [[nodiscard]] std::vector<CredentialsSource*> sources() { return source_.sources(); }

  private:
    DefaultCredentialsSource source_;
    CachedCredentials cache_;
};

} // namespace belfry::inline v0
