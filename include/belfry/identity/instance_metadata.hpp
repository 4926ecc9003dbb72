// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/url.hpp>
#include <belfry/identity/document.hpp>
#include <belfry/identity/http_fetch.hpp>
#include <belfry/settings/settings.hpp>
#include <belfry/settings/values.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// How the metadata service of an Amazon EC2 instance is reached.
struct InstanceMetadataOptions {
    /// Scheme, host and port.
    std::string endpoint = "http://169.254.169.254";
    /// The service is not asked.
    bool disabled = false;
    /// Version 1, which has no session tokens, is not used either if version 2 is not there.
    bool v1_disabled = false;
    /// The limit of each request.
    Duration timeout = Duration::seconds(1);
    /// How often a request is sent.
    int max_attempts = 1;
};

/// The options that settings give: `AWS_EC2_METADATA_DISABLED`, `ec2_metadata_service_endpoint`,
/// `ec2_metadata_service_endpoint_mode`, `ec2_metadata_v1_disabled`, `metadata_service_timeout` (seconds) and
/// `metadata_service_num_attempts`.
[[nodiscard]] inline Result<InstanceMetadataOptions> instance_metadata_options(const Settings& settings) {
    using namespace detail;
    static constexpr std::string_view modes[] = {"IPv4", "IPv6"};
    InstanceMetadataOptions options;
    Error error;
    std::size_t mode = 0;
    std::int64_t seconds = 1;
    std::int64_t attempts = 1;
    const auto mode_setting = settings.find("ec2_metadata_service_endpoint_mode");
    if (mode_setting && !read_choice(*mode_setting, modes, mode, error)) return error;
    if (mode == 1) options.endpoint = "http://[fd00:ec2::254]";
    if (!read_url(settings.find("ec2_metadata_service_endpoint"), options.endpoint, error) ||
        !read_boolean(settings.find("ec2_metadata_disabled"), options.disabled, error) ||
        !read_boolean(settings.find("ec2_metadata_v1_disabled"), options.v1_disabled, error) ||
        !read_integer(settings.find("metadata_service_timeout"), 1, 3600, seconds, error) ||
        !read_integer(settings.find("metadata_service_num_attempts"), 1, 1000, attempts, error))
        return error;
    options.timeout = Duration::seconds(seconds);
    options.max_attempts = static_cast<int>(attempts);
    while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
    return options;
}

namespace detail {

/// Asks for a session token, the name of the instance's role, and the role's credentials, one after the
/// other.
class InstanceMetadataFetch final : public HttpFetch {
  public:
    InstanceMetadataFetch(InstanceMetadataOptions options, Environment& environment)
        : options_(std::move(options)), environment_(environment) {
        max_attempts_ = options_.max_attempts;
    }
    ~InstanceMetadataFetch() override { wipe(token_); }

    Step start() override {
        if (options_.disabled) return skip({"AWS_EC2_METADATA_DISABLED is true"});
        request_.timeouts = {options_.timeout, options_.timeout, options_.timeout};
        return ask_for_token();
    }

  private:
    enum class State : std::uint8_t { token, role, credentials };

    [[nodiscard]] std::string_view server() const noexcept override {
        return "the metadata service of the EC2 instance";
    }

    Step ask_for_token() {
        state_ = State::token;
        ask("PUT", "/latest/api/token");
        request_.headers.set("X-aws-ec2-metadata-token-ttl-seconds", "21600");
        return send_next();
    }
    Step ask_for_role() {
        state_ = State::role;
        ask("GET", "/latest/meta-data/iam/security-credentials/");
        return send_next();
    }
    void ask(const char* method, std::string_view path) {
        request_.url = options_.endpoint;
        append_text(request_.url, path);
        HttpFetch::ask(method);
        if (!token_.empty()) request_.headers.set("X-aws-ec2-metadata-token", token_);
    }

    Step on_failure(TransportStatus status) override {
        // The response with the token does not reach a container if the instance's hop limit is 1.
        if (state_ == State::token && status == TransportStatus::timed_out && !options_.v1_disabled) {
            assumes_v1_ = true;
            return ask_for_role();
        }
        // Outside of EC2 there is no such host, or a firewall drops what is sent to it.
        const bool may_be_elsewhere = state_ == State::token || (state_ == State::role && assumes_v1_);
        if (may_be_elsewhere && attempts_left() == 0 && status != TransportStatus::cancelled)
            return skip({problem_});
        return retry();
    }
    Step on_response(HttpResponse& response) override {
        switch (state_) {
        case State::token: return on_token(response);
        case State::role: return on_role(response);
        case State::credentials: break;
        }
        return on_credentials(response);
    }
    Step on_token(HttpResponse& response) {
        const int status = response.status;
        std::string_view token = response.body;
        while (token.ends_with('\n') || token.ends_with('\r')) token.remove_suffix(1);
        if (status == 200 && !token.empty() && is_field_value(token)) {
            token_ = token;
            return ask_for_role();
        }
        describe(response);
        const bool has_no_version_2 = status == 403 || status == 404 || status == 405;
        if (has_no_version_2 && !options_.v1_disabled) return ask_for_role();
        if (has_no_version_2) append_text(problem_, "; version 1 of the service is disabled by a setting");
        return may_succeed_later(status) ? retry() : fail("CredentialsUnavailable", {problem_});
    }
    Step on_role(HttpResponse& response) {
        std::string_view role = response.body;
        role = trim_blanks(role.substr(0, role.find_first_of("\r\n")));
        if (response.status == 200 && !role.empty()) {
            state_ = State::credentials;
            std::string path = "/latest/meta-data/iam/security-credentials/";
            append_text(path, role);
            if (!has_only_url_characters(path) || path.find_first_of("?#") != std::string::npos)
                return fail("InvalidCredentials", {server(), " answered with a malformed name of a role"});
            ask("GET", path);
            return send_next();
        }
        if (response.status == 404)
            return skip({"the EC2 instance does not have a role; attach an instance profile"});
        describe(response);
        const bool again = may_succeed_later(response.status) || response.status == 200;
        if (again && attempts_left() > 0) return retry();
        return assumes_v1_ ? skip({problem_}) : fail("CredentialsUnavailable", {problem_});
    }
    Step on_credentials(HttpResponse& response) {
        CredentialsDocument document;
        if (response.status != 200) {
            describe(response);
            return may_succeed_later(response.status) || response.status == 404
                       ? retry()
                       : fail("CredentialsUnavailable", {problem_});
        }
        if (!parse(response, document)) return retry();
        if (document.code && *document.code != "Success") {
            problem_ = std::string(server()) + " has no credentials: ";
            append_log_text(problem_, *document.code);
            append_text(problem_, ": ");
            append_log_text(problem_, document.message.value_or(""));
            return fail("CredentialsUnavailable", {problem_});
        }
        Credentials credentials;
        if (const char* const member = take_credentials(document, credentials))
            return fail("InvalidCredentials", {server(), " answered without a valid ", member});
        extend(credentials);
        return finish(std::move(credentials));
    }
    /// While the service cannot renew credentials it gives expired ones, which AWS still accepts (AWS SDKs
    /// and Tools Reference Guide, "IMDS credential provider", static stability).
    void extend(Credentials& credentials) {
        const Timestamp now = environment_.now();
        if (!credentials.expiration || *credentials.expiration > now) return;
        const double spread = random_fraction(environment_) * 300;
        credentials.expiration = Timestamp{now.seconds + 600 + static_cast<std::int64_t>(spread), 0};
    }

    InstanceMetadataOptions options_;
    Environment& environment_;
    std::string token_{};
    State state_ = State::token;
    /// Whether version 1 is tried because a token did not arrive.
    bool assumes_v1_ = false;
};

} // namespace detail

/// Credentials of the role of an Amazon EC2 instance, from its metadata service (IMDS).
class InstanceMetadataCredentialsSource final : public CredentialsSource {
  public:
    /// `environment` must outlive the source.
    explicit InstanceMetadataCredentialsSource(InstanceMetadataOptions options = {},
                                               Environment& environment = detail::system_environment)
        : options_(std::move(options)), environment_(environment) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the EC2 instance"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new detail::InstanceMetadataFetch(options_, environment_));
    }

  private:
    InstanceMetadataOptions options_;
    Environment& environment_;
};

} // namespace belfry::inline v0
