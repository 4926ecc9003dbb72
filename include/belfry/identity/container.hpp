// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/url.hpp>
#include <belfry/identity/document.hpp>
#include <belfry/identity/http_fetch.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Whether a host's address is of this machine: `localhost`, 127.0.0.0/8 or ::1.
[[nodiscard]] inline bool is_loopback_address(std::string_view address) noexcept {
    if (equals_ignoring_case(address, "localhost") || address == "::1" || address == "0:0:0:0:0:0:0:1")
        return true;
    if (!address.starts_with("127.")) return false;
    int dots = 0;
    int digits = 0;
    int number = 0;
    for (const char c : address) {
        if (c == '.') {
            if (digits == 0) return false;
            ++dots;
            digits = number = 0;
            continue;
        }
        if (!is_digit(c) || ++digits > 3) return false;
        number = number * 10 + (c - '0');
        if (number > 255) return false;
    }
    return dots == 3 && digits != 0;
}

/// The URL to ask (AWS SDKs and Tools Reference Guide, "Container credential provider"); empty, with a
/// `problem` unless nothing is set up.
[[nodiscard]] inline std::string container_url(SettingsSource& variables, std::string& problem) {
    const std::string relative = variable_or_empty(variables, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const bool is_relative = !relative.empty();
    std::string url = is_relative ? "http://169.254.170.2" + relative
                                  : variable_or_empty(variables, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const char* const variable =
        is_relative ? "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" : "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    if (url.empty()) return url;
    const Url parts = parse_url(url);
    const std::string_view host = parts.address();
    if (is_relative && !relative.starts_with('/')) {
        problem = "must begin with '/'";
    } else if (may_hold_password(url)) {
        problem = "must not hold a user or password";
    } else if (parts.host.empty() || !has_only_url_characters(url) || url.find('#') != std::string::npos) {
        problem = "must be an absolute URL; this one did not specify a host, or is malformed";
    } else if (equals_ignoring_case(parts.scheme, "http")) {
        // The token, and the credentials, would be readable on the way.
        if (!is_loopback_address(host) && host != "169.254.170.2" && host != "169.254.170.23" &&
            !equals_ignoring_case(host, "fd00:ec2::23"))
            problem = "has the scheme http, which is allowed only for loopback addresses, 169.254.170.2, "
                      "169.254.170.23 and fd00:ec2::23; use https";
    } else if (!equals_ignoring_case(parts.scheme, "https")) {
        problem = "must have the scheme http or https";
    }
    if (problem.empty()) return url;
    problem.insert(0, std::string(variable) + ' ');
    return {};
}

/// The value of the Authorization header, read again each time, as its file is replaced; false with a
/// `problem` if it cannot be read.
[[nodiscard]] inline bool container_token(SettingsSource& variables, std::string& token,
                                          std::string& problem) {
    const std::string file = variable_or_empty(variables, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char* variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    if (file.empty()) {
        token = variable_or_empty(variables, variable);
    } else {
        variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
        std::string text;
        if (variables.read_file(file, text) != FileStatus::read) {
            problem = "cannot read '" + file + "', which " + variable + " names";
            return false;
        }
        // A line feed at the end is the editor's.
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
        token = std::move(text);
    }
    if (is_field_value(token)) return true;
    wipe(token);
    problem = std::string("the token of ") + variable + " has a line break or NUL";
    return false;
}

class ContainerFetch final : public HttpFetch {
  public:
    explicit ContainerFetch(SettingsSource& variables) noexcept : variables_(variables) { max_attempts_ = 3; }

    Step start() override {
        request_.url = container_url(variables_, problem_);
        if (!problem_.empty()) return fail("InvalidContainerEndpoint", {problem_});
        if (request_.url.empty())
            return skip({"neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
                         "AWS_CONTAINER_CREDENTIALS_FULL_URI is set"});
        std::string token;
        if (!container_token(variables_, token, problem_)) return fail("InvalidContainerToken", {problem_});
        ask("GET");
        request_.headers.set("Accept", "application/json");
        if (!token.empty()) request_.headers.set("Authorization", token);
        request_.timeouts = {Duration::seconds(2), Duration::seconds(2), Duration::seconds(10)};
        wipe(token);
        return Step::send;
    }

  private:
    [[nodiscard]] std::string_view server() const noexcept override {
        return "the container's credentials server";
    }
    Step on_response(HttpResponse& response) override {
        if (response.status != 200) {
            describe(response);
            return may_succeed_later(response.status) ? retry() : fail("CredentialsUnavailable", {problem_});
        }
        CredentialsDocument document;
        if (!parse(response, document)) return retry();
        Credentials credentials;
        if (const char* const member = take_credentials(document, credentials))
            return fail("InvalidCredentials", {server(), " answered without a valid ", member});
        return finish(std::move(credentials));
    }

    SettingsSource& variables_;
};

} // namespace detail

/// Credentials of the container that a program runs in: of an Amazon ECS task, an EKS pod (Pod Identity), and
/// of others that set `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
class ContainerCredentialsSource final : public CredentialsSource {
  public:
    /// `variables` must outlive the source.
    explicit ContainerCredentialsSource(SettingsSource& variables = detail::system_settings_source) noexcept
        : variables_(variables) {}

    [[nodiscard]] std::string_view name() const noexcept override { return "the container"; }
    [[nodiscard]] detail::Owned<CredentialsFetch> fetch() override {
        return detail::Owned<CredentialsFetch>(new detail::ContainerFetch(variables_));
    }

  private:
    SettingsSource& variables_;
};

} // namespace belfry::inline v0
