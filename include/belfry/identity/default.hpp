// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/cache.hpp>
#include <belfry/identity/chain.hpp>
#include <belfry/identity/container.hpp>
#include <belfry/identity/environment.hpp>
#include <belfry/identity/instance_metadata.hpp>
#include <belfry/identity/profile.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/util/config.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// The credentials that AWS's tools would use: of the environment, else of the profile or a web identity,
/// else of the container or the EC2 instance that the program runs on. If the program names a profile,
/// variables with keys or a web identity do not count. Profiles that assume a role or sign in, and web
/// identities, need `CredentialsOptions::extension`, and are an error without. Cached as `CachedCredentials`
/// says. The constructor reads and sends nothing; the thread of the first call that asks does.
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
        : settings_(std::move(settings)), variables_(settings_.source()), profile_(settings_, options),
          container_(settings_.source()),
          instance_(settings_, detail::environment_or_system(options.environment)), chain_(sources()),
          cache_(chain_, transport, detail::environment_or_system(options.environment)) {
        if (!names_profile()) profile_.use_variables();
    }

    Result<Credentials> credentials() noexcept override { return cache_.credentials(); }
    [[nodiscard]] std::string describe() const override { return cache_.describe(); }

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
    CachedCredentials cache_;
};

} // namespace belfry::inline v0
