// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/codec/json.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/operation_call.hpp>
#include <belfry/identity/secret_file.hpp>
#include <belfry/identity/sso_oidc/create_token.hpp>
#include <belfry/identity/token_path.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha1.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/timestamp.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// A sign-in to AWS IAM Identity Center (SSO), whose token the AWS CLI has stored (AWS SDKs and Tools
/// Reference Guide, "IAM Identity Center credential provider").
struct SsoOptions {
    /// The section `sso-session`, which is the token's name; empty for the older form without one, whose
    /// tokens are named by their `start_url` and cannot be renewed.
    std::string session{};
    std::string start_url{};
    /// The region of the Identity Center.
    std::string region{};
    /// For credentials of a role; a bearer token does not need them.
    std::string account_id{};
    std::string role_name{};
    /// The profile that errors say to sign in with.
    std::string profile{"default"};
};

namespace detail {

/// The file in which the AWS CLI keeps a token.
struct SsoTokenDocument {
    SsoTokenDocument() = default;
    SsoTokenDocument(const SsoTokenDocument&) = delete;
    SsoTokenDocument& operator=(const SsoTokenDocument&) = delete;
    ~SsoTokenDocument() {
        for (auto* const secret : {&access_token, &client_secret, &refresh_token})
            if (*secret) wipe(**secret);
    }

    std::optional<std::string> start_url{};
    std::optional<std::string> region{};
    std::optional<std::string> access_token{};
    std::optional<std::string> expires_at{};
    std::optional<std::string> client_id{};
    std::optional<std::string> client_secret{};
    std::optional<std::string> registration_expires_at{};
    std::optional<std::string> refresh_token{};
};
template <std::same_as<SsoTokenDocument> S> constexpr auto belfry_describe(const S*) {
    return Description<8>{
        .name = "SsoToken",
        .members = {{"startUrl", type_of<decltype(S::start_url)>, offsetof(S, start_url)},
                    {"region", type_of<decltype(S::region)>, offsetof(S, region)},
                    {"accessToken", type_of<decltype(S::access_token)>, offsetof(S, access_token)},
                    {"expiresAt", type_of<decltype(S::expires_at)>, offsetof(S, expires_at)},
                    {"clientId", type_of<decltype(S::client_id)>, offsetof(S, client_id)},
                    {"clientSecret", type_of<decltype(S::client_secret)>, offsetof(S, client_secret)},
                    {"registrationExpiresAt", type_of<decltype(S::registration_expires_at)>,
                     offsetof(S, registration_expires_at)},
                    {"refreshToken", type_of<decltype(S::refresh_token)>, offsetof(S, refresh_token)}}};
}

/// Reads a time of a token's file. Older versions of the AWS CLI write `UTC` where others write `Z`.
[[nodiscard]] inline bool parse_token_time(const std::optional<std::string>& text, Timestamp& time) {
    if (!text) return false;
    if (!text->ends_with("UTC")) return parse_time(*text, time);
    return parse_time(text->substr(0, text->size() - 3) + "Z", time);
}

/// The path of a token's file: the SHA-1 of its name, in `.aws/sso/cache` of the home directory; empty if
/// that is not known.
[[nodiscard]] inline std::string sso_token_path(SettingsSource& source, std::string_view name) {
    std::string path = folder_of_home(source, {".aws", "sso", "cache"});
    if (path.empty()) return path;
    unsigned char digest[Sha1::digest_size];
    Sha1 hash;
    hash.update(name);
    hash.finish(digest);
    append_token_name(path, digest, sizeof digest, source.path_separator());
    return path;
}

/// The configuration of a client of a service of the Identity Center. Endpoints and retries are those of the
/// settings, the region is that of the sign-in.
[[nodiscard]] inline Result<ClientConfig> sso_config(const Settings& settings, const Service& service,
                                                     const SsoOptions& options, Environment& environment) {
    Result<ClientConfig> config = settings.client_config(service);
    if (!config) return config;
    config->region = options.region;
    config->environment = &environment;
    return config;
}

/// Gets a token out of its file, and renews it if it expires within 15 minutes. Its steps are those of a
/// fetch.
class SsoTokenFetch {
  public:
    using Step = CredentialsFetch::Step;

    SsoTokenFetch(const SsoOptions& options, const Settings& settings, Environment& environment,
                  SecretFileWriter& writer) noexcept
        : options_(options), settings_(settings), environment_(environment), writer_(writer) {}
    SsoTokenFetch(const SsoTokenFetch&) = delete;
    SsoTokenFetch& operator=(const SsoTokenFetch&) = delete;
    ~SsoTokenFetch() = default;

    [[nodiscard]] Step start() {
        if (!read()) return Step::done;
        const std::int64_t left = expiration_.seconds - environment_.now().seconds;
        constexpr std::int64_t window = 15 * 60;
        if (left >= window || options_.session.empty() || !can_renew()) return settle({});
        return renew();
    }
    [[nodiscard]] Step on_sent(const TransportResult& sent, HttpResponse response) {
        return follow(call_->on_sent(sent, std::move(response)));
    }
    [[nodiscard]] Step on_waited() { return follow(call_->on_waited()); }
    [[nodiscard]] const HttpRequest& request() const noexcept { return call_->request(); }
    [[nodiscard]] Duration delay() const noexcept { return call_->delay(); }

    /// After `done`. Its kind is `ErrorKind::none` if there is a token.
    [[nodiscard]] Error& error() noexcept { return error_; }
    [[nodiscard]] const std::string& token() const noexcept { return *document_->access_token; }
    [[nodiscard]] Timestamp expiration() const noexcept { return expiration_; }
    /// Says how to get another token.
    [[nodiscard]] std::string advice() const {
        return "sign in with `aws sso login --profile " + options_.profile + "`";
    }

  private:
    Step fail(std::string_view code, std::initializer_list<std::string_view> message) {
        error_ = credentials_error(code, message);
        return Step::done;
    }
    /// Reads the file; false after an error.
    bool read() {
        SettingsSource& source = settings_.source();
        document_ = Owned<SsoTokenDocument>(new SsoTokenDocument());
        path_ = sso_token_path(source, options_.session.empty() ? options_.start_url : options_.session);
        if (path_.empty()) {
            fail("NoToken", {"the home directory with the SSO token is not known; set HOME"});
            return false;
        }
        std::string text;
        const FileStatus status = source.read_file(path_, text);
        if (status == FileStatus::missing) {
            fail("NoToken", {"there is no SSO token in ", path_, "; ", advice()});
            return false;
        }
        if (status == FileStatus::failed) {
            fail("NoToken", {"cannot read the SSO token in ", path_, ": ", text});
            return false;
        }
        std::string fault;
        const bool parsed = decode_json(text, structure_of<SsoTokenDocument>, document_.get(), {}, fault);
        wipe(text);
        // It could quote a secret.
        wipe(fault);
        if (parsed && document_->access_token && !document_->access_token->empty() &&
            parse_token_time(document_->expires_at, expiration_))
            return true;
        fail("InvalidToken",
             {path_, " is not the file of an SSO token with accessToken and expiresAt; ", advice()});
        return false;
    }
    [[nodiscard]] bool can_renew() const {
        Timestamp registered;
        return document_->refresh_token && document_->client_id && document_->client_secret &&
               parse_token_time(document_->registration_expires_at, registered) &&
               environment_.now() < registered;
    }
    Step renew() {
        Result<ClientConfig> config =
            sso_config(settings_, identity::sso_oidc::service, options_, environment_);
        if (!config) {
            error_ = std::move(config).error();
            return Step::done;
        }
        call_ = Owned<Call>(new Call(*std::move(config)));
        identity::sso_oidc::CreateTokenRequest input{.client_id = *document_->client_id,
                                                     .client_secret = *document_->client_secret,
                                                     .grant_type = "refresh_token",
                                                     .refresh_token = *document_->refresh_token};
        const Step step = follow(call_->start(input));
        wipe(*input.client_secret);
        wipe(*input.refresh_token);
        return step;
    }
    Step follow(Step step) {
        if (step != Step::done) return step;
        if (!call_->succeeded()) {
            const Error cause = call_failure(
                call_->error(), "CreateToken, to renew the SSO token in " + path_,
                {*document_->access_token, *document_->client_secret, *document_->refresh_token});
            return settle(cause.message);
        }
        auto& output = call_->output();
        if (!output.access_token || output.access_token->empty() || !output.expires_in ||
            *output.expires_in <= 0)
            return settle("CreateToken, to renew the SSO token in " + path_ +
                          ": the answer has no token, or no time");
        keep(output);
        return Step::done;
    }
    /// Takes the new token, and writes it for the other programs of the user.
    void keep(identity::sso_oidc::CreateTokenResponse& output) {
        expiration_ = {environment_.now().seconds + *output.expires_in, 0};
        std::string time;
        append_date_time(time, expiration_);
        document_->expires_at = std::move(time);
        replace(document_->access_token, *output.access_token);
        if (output.refresh_token) replace(document_->refresh_token, *output.refresh_token);
        document_->start_url = options_.start_url;
        document_->region = options_.region;
        std::string text;
        std::string problem;
        // The token is good even if it cannot be kept, as on a disk that is read-only. Then the next fetch
        // renews the old one, or says to sign in.
        if (encode_json(structure_of<SsoTokenDocument>, document_.get(), text, {}, problem))
            static_cast<void>(writer_.replace(path_, text, problem));
        wipe(text);
        wipe(problem);
    }
    static void replace(std::optional<std::string>& old, std::string& fresh) {
        if (old) wipe(*old);
        old = fresh;
        wipe(fresh);
    }
    /// Goes on with the token of the file, if it is valid. `reason` says why it was not renewed, or is empty.
    Step settle(std::string_view reason) {
        if (environment_.now() < expiration_) return Step::done;
        // Another program may have renewed it at the same time, and made this refresh token invalid.
        if (!reason.empty() && read() && environment_.now() < expiration_) return Step::done;
        return fail("ExpiredToken", {"the SSO token in ", path_, " has expired; ", advice(),
                                     reason.empty() ? "" : ": ", reason});
    }

    using Call = OperationCall<identity::sso_oidc::operations::CreateToken>;

    const SsoOptions& options_;
    const Settings& settings_;
    Environment& environment_;
    SecretFileWriter& writer_;
    std::string path_{};
    Owned<SsoTokenDocument> document_{};
    Timestamp expiration_{};
    Owned<Call> call_{};
    Error error_{};
};

} // namespace detail
} // namespace belfry::inline v0
