// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/mfa.hpp>
#include <belfry/identity/sts/assume_role.hpp>
#include <belfry/identity/sts_fetch.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// The role to assume, and how (AWS STS API Reference, "AssumeRole").
struct AssumeRoleOptions {
    /// Such as `arn:aws:iam::123456789012:role/reader`.
    std::string role_arn{};
    /// Names the session in the account's logs; empty for `belfry-session-` and the time.
    std::string session_name{};
    /// The secret that the role's owner may ask for; empty for none.
    std::string external_id{};
    /// How long the credentials are valid, in seconds from 900 to 43200; 0 for the role's default, an hour.
    std::int32_t duration_seconds = 0;
    /// The serial number or ARN of an MFA device, if the role asks for its code; empty for none.
    std::string mfa_serial{};
    /// Gives the device's codes. Must outlive the source.
    MfaCodeProvider* mfa = nullptr;
    /// The region whose STS is asked; empty for that of the settings.
    std::string region{};
};

namespace detail {

/// Gets base credentials, and exchanges them for those of a role.
class AssumeRoleFetch final : public StsFetch<identity::sts::operations::AssumeRole> {
  public:
    /// `place` is where the role is set, or empty.
    AssumeRoleFetch(Owned<CredentialsFetch> base, AssumeRoleOptions options, const Settings& settings,
                    Environment& environment, std::string_view place)
        : StsFetch(settings, environment, "AssumeRole", options.role_arn, place), base_(std::move(base)),
          options_(std::move(options)) {}
    ~AssumeRoleFetch() override {
        wipe(base_secret_);
        wipe(base_token_);
    }

    Step start() override {
        if (options_.role_arn.empty()) return fail("InvalidRole", {subject(), "the role's ARN is empty"});
        return follow_base(base_->start());
    }
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return base_ ? follow_base(base_->on_sent(sent, std::move(response)))
                     : StsFetch::on_sent(sent, std::move(response));
    }
    Step on_waited() override { return base_ ? follow_base(base_->on_waited()) : StsFetch::on_waited(); }

  private:
    Step follow_base(Step step) {
        if (pass_on(step, *base_) != Step::done) return step;
        if (!base_->result()) {
            Error& error = base_->result().error();
            if (error.kind != ErrorKind::memory)
                error.message.insert(0, subject() + "no credentials to assume the role with: ");
            return finish(std::move(error));
        }
        Credentials credentials = *std::move(base_->result());
        base_ = {};
        return assume(std::move(credentials));
    }
    Step assume(Credentials credentials) {
        base_secret_ = credentials.secret_access_key;
        base_token_ = credentials.session_token;
        Input input{.role_arn = options_.role_arn,
                    .role_session_name =
                        options_.session_name.empty() ? session_name() : options_.session_name};
        if (!options_.external_id.empty()) input.external_id = options_.external_id;
        if (options_.duration_seconds != 0) input.duration_seconds = options_.duration_seconds;
        if (!options_.mfa_serial.empty()) {
            if (options_.mfa == nullptr)
                return fail("NoMfaCode", {subject(), "the role needs a code of the MFA device '",
                                          options_.mfa_serial, "'; give the program an MfaCodeProvider"});
            Result<std::string> code = options_.mfa->code(options_.mfa_serial);
            if (!code)
                return fail("NoMfaCode", {subject(), "no code of the MFA device '", options_.mfa_serial,
                                          "': ", code.error().message});
            input.serial_number = options_.mfa_serial;
            input.token_code = *std::move(code);
        }
        return call(input, std::move(credentials), options_.region);
    }
    Step on_failure(Error& error) override {
        return finish(call_failure(error, name(), {base_secret_, base_token_, options_.external_id}));
    }

    /// Until it has given its credentials.
    Owned<CredentialsFetch> base_;
    AssumeRoleOptions options_;
    std::string base_secret_{};
    std::string base_token_{};
};

/// A fetch of credentials that a program has.
class HandleFetch final : public ImmediateFetch {
  public:
    explicit HandleFetch(const CredentialsHandle& credentials) noexcept : credentials_(credentials) {}
    Step start() override {
        Result<Credentials> credentials = credentials_.credentials();
        return credentials ? finish(*std::move(credentials)) : finish(std::move(credentials).error());
    }

  private:
    const CredentialsHandle& credentials_;
};

} // namespace detail

/// Credentials that a program has, or that its own provider gives, as a source. A provider may block the
/// thread that fetches.
class OwnCredentialsSource final : public CredentialsSource {
  public:
    explicit OwnCredentialsSource(CredentialsHandle credentials) noexcept
        : credentials_(std::move(credentials)) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the program"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new detail::HandleFetch(credentials_));
    }

  private:
    CredentialsHandle credentials_;
};

/// Credentials of a role, which AWS STS gives in exchange for those of another source. Wrap it in a
/// `CachedCredentials`. Errors say why the other source failed, or what STS answered.
class AssumeRoleSource final : public CredentialsSource {
  public:
    /// `base` and `environment` must outlive the source. Region, endpoint and retries of STS are those of
    /// `settings`.
    AssumeRoleSource(CredentialsSource& base, AssumeRoleOptions options, Settings settings,
                     Environment& environment = detail::system_environment)
        : base_(base), options_(std::move(options)), settings_(std::move(settings)),
          environment_(environment) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "a role"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(
            new detail::AssumeRoleFetch(base_.fetch(), options_, settings_, environment_, {}));
    }

  private:
    CredentialsSource& base_;
    AssumeRoleOptions options_;
    Settings settings_;
    Environment& environment_;
};

} // namespace belfry::inline v0
