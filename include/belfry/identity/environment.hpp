// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/identity/fetch.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

class EnvironmentFetch final : public ImmediateFetch {
  public:
    explicit EnvironmentFetch(SettingsSource& variables) noexcept : variables_(variables) {}

    Step start() override {
        Credentials credentials;
        credentials.access_key_id = variable_or_empty(variables_, "AWS_ACCESS_KEY_ID");
        credentials.secret_access_key = variable_or_empty(variables_, "AWS_SECRET_ACCESS_KEY");
        if (credentials.access_key_id.empty() && credentials.secret_access_key.empty())
            return skip({"AWS_ACCESS_KEY_ID is not set"});
        for (const auto& [value, variable] :
             {std::pair<std::string&, const char*>{credentials.access_key_id, "AWS_ACCESS_KEY_ID"},
              std::pair<std::string&, const char*>{credentials.secret_access_key, "AWS_SECRET_ACCESS_KEY"}})
            if (value.empty())
                return fail(
                    "PartialCredentials",
                    {"only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set; set ", variable});
        credentials.session_token = variable_or_empty(variables_, "AWS_SESSION_TOKEN");
        // The name that boto3 reads, too.
        if (credentials.session_token.empty())
            credentials.session_token = variable_or_empty(variables_, "AWS_SECURITY_TOKEN");
        credentials.account_id = variable_or_empty(variables_, "AWS_ACCOUNT_ID");
        if (const std::string text = variable_or_empty(variables_, "AWS_CREDENTIAL_EXPIRATION");
            !text.empty()) {
            Timestamp time;
            if (!parse_time(text, time))
                return fail("InvalidExpiration", {"AWS_CREDENTIAL_EXPIRATION is not a time"});
            credentials.expiration = time;
        }
        return finish(std::move(credentials));
    }

  private:
    SettingsSource& variables_;
};

} // namespace detail

/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_ACCOUNT_ID` and
/// `AWS_CREDENTIAL_EXPIRATION`.
class EnvironmentCredentialsSource final : public CredentialsSource {
  public:
    /// `variables` must outlive the source.
    explicit EnvironmentCredentialsSource(SettingsSource& variables = detail::system_settings_source) noexcept
        : variables_(variables) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the environment"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new detail::EnvironmentFetch(variables_));
    }

  private:
    SettingsSource& variables_;
};

} // namespace belfry::inline v0
