// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/sts/assume_role_with_web_identity.hpp>
#include <belfry/identity/sts_fetch.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// The role to assume with the token of an identity provider, as in a pod of Kubernetes (AWS STS API
/// Reference, "AssumeRoleWithWebIdentity").
struct WebIdentityOptions {
    /// The file that has the token (an OpenID Connect ID token or an OAuth 2.0 access token).
    std::string token_file{};
    /// Such as `arn:aws:iam::123456789012:role/reader`.
    std::string role_arn{};
    /// Names the session in the account's logs; empty for `belfry-session-` and the time.
    std::string session_name{};
    /// How long the credentials are valid, in seconds from 900 to 43200; 0 for the role's default, an hour.
    std::int32_t duration_seconds = 0;
    /// The region whose STS is asked; empty for that of the settings.
    std::string region{};
};

namespace detail {

/// Exchanges the token of a file for the credentials of a role.
class WebIdentityFetch final : public StsFetch<identity::sts::operations::AssumeRoleWithWebIdentity> {
  public:
    /// `place` is where the token's file is set, or empty.
    WebIdentityFetch(WebIdentityOptions options, const Settings& settings, Environment& environment,
                     std::string_view place)
        : StsFetch(settings, environment, "AssumeRoleWithWebIdentity", options.role_arn, place),
          options_(std::move(options)), source_(settings.source()) {}
    ~WebIdentityFetch() override { wipe(token_); }

    Step start() override {
        const FileStatus status = source_.read_file(options_.token_file, token_);
        if (status != FileStatus::read) {
            const std::string reason =
                status == FileStatus::missing ? std::string("the file does not exist") : token_;
            return fail("InvalidToken",
                        {subject(), "cannot read the token in '", options_.token_file, "': ", reason});
        }
        // A line feed at the end is the editor's.
        while (token_.ends_with('\n') || token_.ends_with('\r')) token_.pop_back();
        if (token_.empty())
            return fail("InvalidToken", {subject(), "the token's file '", options_.token_file,
                                         "' is empty; its writer may not be done yet"});
        if (options_.role_arn.empty())
            return fail("InvalidRole", {subject(), "there is a token and no role; set AWS_ROLE_ARN, or "
                                                   "role_arn in the profile"});
        Input input{.role_arn = options_.role_arn,
                    .role_session_name =
                        options_.session_name.empty() ? session_name() : options_.session_name,
                    .web_identity_token = token_};
        if (options_.duration_seconds != 0) input.duration_seconds = options_.duration_seconds;
        const Step step = call(input, {}, options_.region);
        wipe(*input.web_identity_token);
        return step;
    }

  private:
    Step on_failure(Error& error) override { return finish(call_failure(error, name(), {token_})); }

    WebIdentityOptions options_;
    SettingsSource& source_;
    std::string token_{};
};

} // namespace detail

/// Credentials of a role, which AWS STS gives in exchange for the token in a file. The file is read again for
/// each fetch, because tokens expire and are replaced. The request is not signed. Wrap it in a
/// `CachedCredentials`.
class WebIdentitySource final : public CredentialsSource {
  public:
    /// `environment` must outlive the source. Region, endpoint and retries of STS are those of `settings`,
    /// whose source reads the file.
    WebIdentitySource(WebIdentityOptions options, Settings settings,
                      Environment& environment = detail::system_environment)
        : options_(std::move(options)), settings_(std::move(settings)), environment_(environment) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "a web identity"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(
            new detail::WebIdentityFetch(options_, settings_, environment_, {}));
    }

  private:
    WebIdentityOptions options_;
    Settings settings_;
    Environment& environment_;
};

} // namespace belfry::inline v0
