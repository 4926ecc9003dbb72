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
#include <belfry/identity/operation_call.hpp>
#include <belfry/identity/secret_file.hpp>
#include <belfry/identity/sso/get_role_credentials.hpp>
#include <belfry/identity/sso_token.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// A fetch that begins with a token.
class SsoFetch : public CredentialsFetch {
  public:
    SsoFetch(SsoOptions options, const Settings& settings, Environment& environment, SecretFileWriter& writer)
        : options_(std::move(options)), settings_(settings), environment_(environment),
          token_(options_, settings, environment, writer) {}

    Step start() override { return follow_token(token_.start()); }
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return follow_token(token_.on_sent(sent, std::move(response)));
    }
    Step on_waited() override { return follow_token(token_.on_waited()); }

  protected:
    /// There is a token.
    virtual Step on_token() = 0;

    // Referred to by `token_`, so it stands before it.
    SsoOptions options_;
    const Settings& settings_;
    Environment& environment_;
    SsoTokenFetch token_;

  private:
    Step follow_token(Step step) {
        if (pass_on(step, token_) != Step::done) return step;
        if (token_.error().kind != ErrorKind::none) return finish(std::move(token_.error()));
        return on_token();
    }
};

/// Exchanges a token for the credentials of a role.
class SsoCredentialsFetch final : public SsoFetch {
  public:
    using SsoFetch::SsoFetch;

    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return call_ ? follow(call_->on_sent(sent, std::move(response)))
                     : SsoFetch::on_sent(sent, std::move(response));
    }
    Step on_waited() override { return call_ ? follow(call_->on_waited()) : SsoFetch::on_waited(); }

  private:
    using Call = OperationCall<identity::sso::operations::GetRoleCredentials>;

    [[nodiscard]] std::string name() const {
        std::string text = "GetRoleCredentials for the role '";
        append_log_text(text, options_.role_name);
        append_text(text, "' of the account ");
        append_log_text(text, options_.account_id);
        return text;
    }
    Step on_token() override {
        Result<ClientConfig> config = sso_config(settings_, identity::sso::service, options_, environment_);
        if (!config) return finish(std::move(config).error());
        call_ = Owned<Call>(new Call(*std::move(config)));
        identity::sso::GetRoleCredentialsRequest input{.role_name = options_.role_name,
                                                       .account_id = options_.account_id,
                                                       .access_token = token_.token()};
        const Step step = follow(call_->start(input));
        wipe(*input.access_token);
        return step;
    }
    Step follow(Step step) {
        if (pass_on(step, *call_) != Step::done) return step;
        return call_->succeeded() ? take(call_->output().role_credentials) : fail_call(call_->error());
    }
    Step fail_call(Error& cause) {
        const bool is_refused = cause.code == "UnauthorizedException";
        Error error = call_failure(cause, name(), {token_.token()});
        if (is_refused) {
            error.code = "ExpiredToken";
            append_text(error.message, "; the SSO token is not valid any more: ");
            append_text(error.message, token_.advice());
        }
        return finish(std::move(error));
    }
    Step take(std::optional<identity::sso::RoleCredentials>& output) {
        const auto missing = [&](std::string_view member) {
            return fail("InvalidCredentials", {name(), ": the answer has no valid ", member});
        };
        if (!output) return missing("roleCredentials");
        Credentials credentials;
        take_secret(output->access_key_id, credentials.access_key_id);
        take_secret(output->secret_access_key, credentials.secret_access_key);
        take_secret(output->session_token, credentials.session_token);
        if (credentials.access_key_id.empty()) return missing("accessKeyId");
        if (credentials.secret_access_key.empty()) return missing("secretAccessKey");
        if (credentials.session_token.empty()) return missing("sessionToken");
        if (!output->expiration || *output->expiration <= 0) return missing("expiration");
        // It is in milliseconds.
        credentials.expiration = Timestamp{*output->expiration / 1000, 0};
        if (*credentials.expiration <= environment_.now())
            return fail("ExpiredCredentials",
                        {name(), ": the answer has credentials that have expired; check the clock"});
        credentials.account_id = options_.account_id;
        origin_ = name();
        return finish(std::move(credentials));
    }

    Owned<Call> call_{};
};

/// Gives a token as a bearer token.
class SsoBearerFetch final : public SsoFetch {
  public:
    using SsoFetch::SsoFetch;

  private:
    Step on_token() override {
        Credentials credentials = bearer_credentials(token_.token());
        credentials.expiration = token_.expiration();
        return finish(std::move(credentials));
    }
};

} // namespace detail

/// Credentials of a role that the AWS IAM Identity Center gives to a user who has signed in by `aws sso
/// login`. The token is read again for each fetch. If it expires within 15 minutes and has a session, it is
/// renewed and written back. Wrap the source in a `CachedCredentials`.
class SsoCredentialsSource final : public CredentialsSource {
  public:
    /// `environment` and `writer` must outlive the source. Endpoints and retries are those of `settings`.
    SsoCredentialsSource(SsoOptions options, Settings settings,
                         Environment& environment = detail::system_environment,
                         SecretFileWriter& writer = detail::system_secret_file_writer)
        : options_(std::move(options)), settings_(std::move(settings)), environment_(environment),
          writer_(writer) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the SSO sign-in"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(
            new detail::SsoCredentialsFetch(options_, settings_, environment_, writer_));
    }

  private:
    SsoOptions options_;
    Settings settings_;
    Environment& environment_;
    SecretFileWriter& writer_;
};

} // namespace belfry::inline v0
