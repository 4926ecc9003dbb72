// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/ecdsa_provider.hpp>
#include <belfry/auth/p256_pem.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/optional.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/dpop.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/login_file.hpp>
#include <belfry/identity/operation_call.hpp>
#include <belfry/identity/secret_file.hpp>
#include <belfry/identity/signin/create_oauth2_token.hpp>
#include <belfry/identity/signin/types/access_denied_exception.hpp>
#include <belfry/identity/signin/types/o_auth2_error_code.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/timestamp.hpp>
#include <belfry/util/wipe.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// A sign-in by `aws login`, which the AWS CLI has stored (AWS SDKs and Tools Reference Guide, "Login
/// credential provider").
struct LoginOptions {
    /// The value of the profile's `login_session`.
    std::string session{};
    /// The profile that errors say to sign in with.
    std::string profile{"default"};
};

namespace detail {

/// Gets the credentials out of a session's file, and renews them if they expire within five minutes.
class LoginFetch final : public CredentialsFetch {
  public:
    LoginFetch(LoginOptions options, const Settings& settings, EcdsaProvider& ecdsa, Environment& environment,
               SecretFileWriter& writer)
        : options_(std::move(options)), settings_(settings), ecdsa_(ecdsa), environment_(environment),
          writer_(writer) {}
    ~LoginFetch() override { wipe(text_); }

    Step start() override {
        if (!read()) return Step::done;
        constexpr std::int64_t window = 5 * 60;
        if (expiration_.seconds - environment_.now().seconds > window) return use_file();
        return renew();
    }
    Step on_sent(const TransportResult& sent, HttpResponse response) override {
        return follow(call_->on_sent(sent, std::move(response)));
    }
    Step on_waited() override { return follow(call_->on_waited()); }

  private:
    using Call = OperationCall<identity::signin::operations::CreateOAuth2Token>;
    using Answer = identity::signin::CreateOAuth2TokenResponseBody;

    [[nodiscard]] std::string advice() const {
        std::string text = "run `aws login --profile ";
        append_log_text(text, options_.profile);
        append_char(text, '`');
        return text;
    }
    /// Begins an error of renewing.
    [[nodiscard]] std::string cannot_renew() const { return "cannot renew the login session in " + path_; }

    /// Reads the file; false after an error.
    bool read() {
        SettingsSource& source = settings_.source();
        path_ = login_path(source, options_.session);
        if (path_.empty()) {
            fail("NoToken", {"the home directory with the login session is not known; set HOME or ",
                             "AWS_LOGIN_CACHE_DIRECTORY"});
            return false;
        }
        document_ = Owned<LoginDocument>(new LoginDocument());
        wipe(text_);
        const FileStatus status = source.read_file(path_, text_);
        if (status == FileStatus::missing) {
            fail("NoToken", {"there is no login session in ", path_, "; ", advice()});
            return false;
        }
        if (status == FileStatus::failed) {
            fail("NoToken", {"cannot read the login session in ", path_, ": ", text_});
            return false;
        }
        std::string fault;
        const bool parsed = decode_json(text_, structure_of<LoginDocument>, document_.get(), {}, fault);
        // It could quote a secret.
        wipe(fault);
        if (!parsed) {
            fail("InvalidToken", {path_, " is not the file of a login session; ", advice()});
            return false;
        }
        if (const char* const missing = find_missing()) {
            fail("InvalidToken", {path_, " does not have a valid ", missing, "; ", advice()});
            return false;
        }
        return true;
    }
    /// The name of a member that is missing or not valid, or null. Takes the time of expiry.
    [[nodiscard]] const char* find_missing() {
        const auto is_empty = [](const std::optional<std::string>& text) { return !text || text->empty(); };
        if (!document_->access_token) return "accessToken";
        const LoginCredentialsDocument& keys = *document_->access_token;
        if (is_empty(keys.access_key_id)) return "accessToken.accessKeyId";
        if (is_empty(keys.secret_access_key)) return "accessToken.secretAccessKey";
        if (is_empty(keys.session_token)) return "accessToken.sessionToken";
        if (!keys.expires_at || !parse_time(*keys.expires_at, expiration_)) return "accessToken.expiresAt";
        if (is_empty(document_->refresh_token)) return "refreshToken";
        if (is_empty(document_->client_id)) return "clientId";
        if (is_empty(document_->dpop_key)) return "dpopKey";
        return nullptr;
    }
    Step use_file() {
        const LoginCredentialsDocument& keys = *document_->access_token;
        Credentials credentials{*keys.access_key_id, *keys.secret_access_key, *keys.session_token};
        credentials.expiration = expiration_;
        if (keys.account_id) credentials.account_id = *keys.account_id;
        origin_ = "the login session in " + path_;
        return finish(std::move(credentials));
    }

    Step renew() {
        if (!read_p256_pem(*document_->dpop_key, key_))
            return settle(credentials_error(
                "InvalidToken",
                {cannot_renew(), ": its dpopKey is not a private key of P-256 in PEM; ", advice()}));
        Result<ClientConfig> config = settings_.client_config(identity::signin::service);
        if (!config) return settle(std::move(config).error());
        // Files of older versions of the AWS CLI do not have it.
        if (document_->sign_in_region && !document_->sign_in_region->empty())
            config->region = *document_->sign_in_region;
        if (config->region.empty())
            return settle(credentials_error("NoRegion", {cannot_renew(), ": the region is not known; set ",
                                                         "AWS_REGION or the profile's region"}));
        config->environment = &environment_;
        call_ = Owned<Call>(new Call(*std::move(config)));
        identity::signin::CreateOAuth2TokenRequest input{
            .token_input =
                identity::signin::CreateOAuth2TokenRequestBody{.client_id = *document_->client_id,
                                                               .grant_type = "refresh_token",
                                                               .refresh_token = *document_->refresh_token}};
        const Step step = follow(call_->start(input));
        wipe(*input.token_input->refresh_token);
        return step;
    }
    Step follow(Step step) {
        if (pass_on(step, *call_) == Step::wait) return step;
        if (step == Step::send) {
            // A service may refuse a proof that it has seen, so that each attempt has its own.
            std::string proof;
            const std::string id = make_uuid(environment_);
            if (id.empty() ||
                !make_dpop_proof(ecdsa_, key_,
                                 {request_.method, request_.url, environment_.now().seconds, id}, proof))
                return settle(credentials_error(
                    "SigningFailed", {cannot_renew(), ": signing with its dpopKey fails; ", advice()}));
            request_.headers.set("DPoP", proof);
            return step;
        }
        if (!call_->succeeded()) return fail_call(call_->error());
        std::optional<Answer>& output = call_->output().token_output;
        const Step next = take(output);
        if (!output) return next;
        for (auto* const secret : {&output->refresh_token, &output->id_token})
            if (*secret) wipe(**secret);
        return next;
    }
    Step fail_call(Error& cause) {
        using identity::signin::AccessDeniedException, identity::signin::OAuth2ErrorCode;
        OAuth2ErrorCode reason;
        if (const std::optional<AccessDeniedException> denied = cause.as<AccessDeniedException>();
            denied && denied->error)
            reason = *denied->error;
        const LoginCredentialsDocument& keys = *document_->access_token;
        Error error = call_failure(cause, cannot_renew() + ": CreateOAuth2Token",
                                   {*document_->refresh_token, *keys.secret_access_key, *keys.session_token});
        if (error.kind == ErrorKind::memory) return settle(std::move(error));
        if (reason == OAuth2ErrorCode::TOKEN_EXPIRED || reason == OAuth2ErrorCode::USER_CREDENTIALS_CHANGED)
            error.code = "ExpiredToken";
        if (reason == OAuth2ErrorCode::TOKEN_EXPIRED) append_text(error.message, "; the session has ended");
        if (reason == OAuth2ErrorCode::USER_CREDENTIALS_CHANGED)
            append_text(error.message, "; the user's credentials have changed since the sign-in");
        if (reason == OAuth2ErrorCode::INSUFFICIENT_PERMISSIONS) {
            append_text(error.message, "; the user needs a permission for signin:CreateOAuth2Token");
        } else if (error.http_status >= 400 && error.http_status < 500 && !error.retryable) {
            append_text(error.message, ": ");
            append_text(error.message, advice());
        }
        return settle(std::move(error));
    }
    Step take(std::optional<Answer>& output) {
        const auto missing = [&](std::string_view member) {
            return settle(credentials_error(
                "InvalidCredentials",
                {cannot_renew(), ": the answer of CreateOAuth2Token has no valid ", member, "; ", advice()}));
        };
        if (!output) return missing("document");
        if (!output->access_token) return missing("accessToken");
        Credentials credentials;
        identity::signin::AccessToken& keys = *output->access_token;
        take_secret(keys.access_key_id, credentials.access_key_id);
        take_secret(keys.secret_access_key, credentials.secret_access_key);
        take_secret(keys.session_token, credentials.session_token);
        if (credentials.access_key_id.empty()) return missing("accessKeyId");
        if (credentials.secret_access_key.empty()) return missing("secretAccessKey");
        if (credentials.session_token.empty()) return missing("sessionToken");
        if (!output->expires_in || *output->expires_in <= 0) return missing("expiresIn");
        if (!output->refresh_token || output->refresh_token->empty()) return missing("refreshToken");
        credentials.expiration = Timestamp{environment_.now().seconds + *output->expires_in, 0};
        if (document_->access_token->account_id)
            credentials.account_id = *document_->access_token->account_id;
        origin_ = "CreateOAuth2Token for the login session in " + path_;
        keep(credentials, *output->refresh_token);
        return finish(std::move(credentials));
    }
    /// Writes the renewed session for the other programs of the user, and for the next fetch.
    void keep(const Credentials& credentials, const std::string& refresh_token) {
        std::string time;
        append_date_time(time, *credentials.expiration);
        std::string keys, refresh, text, problem;
        // Growing would leave a copy of the secrets behind.
        keys.reserve(1024 + 2 * (credentials.secret_access_key.size() + credentials.session_token.size()));
        refresh.reserve(1024 + 2 * refresh_token.size());
        bool good = true;
        JsonWriter writer(keys);
        writer.put('{');
        for (const auto& [name, value] :
             {std::pair<std::string_view, const std::string*>{"accessKeyId", &credentials.access_key_id},
              std::pair<std::string_view, const std::string*>{"secretAccessKey",
                                                              &credentials.secret_access_key},
              std::pair<std::string_view, const std::string*>{"sessionToken", &credentials.session_token},
              std::pair<std::string_view, const std::string*>{"accountId", &credentials.account_id},
              std::pair<std::string_view, const std::string*>{"expiresAt", &time}}) {
            if (value->empty()) continue;
            writer.key(name);
            good = writer.string(*value) && good;
            writer.put(',');
        }
        writer.close('}');
        writer.finish();
        JsonWriter token(refresh);
        good = token.string(refresh_token) && good;
        token.finish();
        std::string current;
        if (!good || !replace_members(text_, {{"accessToken", keys}, {"refreshToken", refresh}}, text))
            problem = "its text cannot be changed";
        else if (settings_.source().read_file(path_, current) != FileStatus::read || current != text_)
            // Another program has renewed it, or the user has signed in again or out.
            problem = "it has changed in the meantime";
        else if (writer_.replace(path_, text, problem))
            problem.clear();
        else if (problem.empty())
            problem = "the writer gives no reason";
        // The credentials are good even if they cannot be kept, as on a disk that is read-only.
        if (!problem.empty()) {
            append_text(origin_, ", which was not written: ");
            append_log_text(origin_, problem);
        }
        for (std::string* const secret : {&keys, &refresh, &text, &current}) wipe(*secret);
    }
    /// Goes on with the credentials of the file, if they are valid.
    Step settle(Error error) {
        if (environment_.now() < expiration_) return use_file();
        // Another program may have renewed them at the same time, and made this refresh token invalid.
        if (read() && environment_.now() < expiration_) return use_file();
        return finish(std::move(error));
    }

    LoginOptions options_;
    const Settings& settings_;
    EcdsaProvider& ecdsa_;
    Environment& environment_;
    SecretFileWriter& writer_;
    std::string path_{};
    /// The file's text, which is a secret.
    std::string text_{};
    Owned<LoginDocument> document_{};
    P256PrivateKey key_{};
    Timestamp expiration_{};
    Owned<Call> call_{};
};

} // namespace detail

/// Credentials of a user who has signed in by `aws login`. The session's file is read again for each fetch.
/// If its credentials expire within five minutes, they are renewed and written back. Wrap the source in a
/// `CachedCredentials`.
class LoginCredentialsSource final : public CredentialsSource {
  public:
    /// `ecdsa`, `environment` and `writer` must outlive the source. `ecdsa` signs the requests that renew the
    /// session. Endpoints and retries are those of `settings`.
    LoginCredentialsSource(LoginOptions options, Settings settings, EcdsaProvider& ecdsa,
                           Environment& environment = detail::system_environment,
                           SecretFileWriter& writer = detail::system_secret_file_writer)
        : options_(std::move(options)), settings_(std::move(settings)), ecdsa_(ecdsa),
          environment_(environment), writer_(writer) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the login session"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(
            new detail::LoginFetch(options_, settings_, ecdsa_, environment_, writer_));
    }

  private:
    LoginOptions options_;
    Settings settings_;
    EcdsaProvider& ecdsa_;
    Environment& environment_;
    SecretFileWriter& writer_;
};

} // namespace belfry::inline v0
