// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/environment.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/percent.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// Adds the headers that AWS's SDKs send for the service's logs, none of which changes what a call does:
///
/// - `amz-sdk-invocation-id`, a random UUID that all attempts of a call share;
/// - `amz-sdk-request`, such as `attempt=2; max=3`;
/// - `X-Amzn-Trace-Id`, if the program runs in AWS Lambda, so that it can stop functions that call each other
///   without end (AWS Lambda Developer Guide, "Recursive loop detection").
///
/// Headers of those names that are already there stay, but for `amz-sdk-request`.
class SdkHeaders final : public Interceptor {
  public:
    /// Takes random bytes from that environment, and `_X_AMZN_TRACE_ID` and `AWS_LAMBDA_FUNCTION_NAME` from
    /// that source, before each attempt. Both must outlive this.
    explicit SdkHeaders(Environment& environment = detail::system_environment,
                        SettingsSource& source = detail::system_settings_source) noexcept
        : environment_(environment), source_(source) {}

    [[nodiscard]] Duration before_attempt(const AttemptInfo& attempt, HttpRequest& request) override {
        Headers& headers = request.headers;
        if (!headers.contains("amz-sdk-invocation-id"))
            if (const std::string id = make_uuid(environment_); !id.empty())
                headers.append("amz-sdk-invocation-id", id);
        std::string text = "attempt=";
        detail::append_integer_text(text, attempt.number);
        detail::append_text(text, "; max=");
        detail::append_integer_text(text, attempt.max_attempts);
        headers.set("amz-sdk-request", text);
        if (!headers.contains("X-Amzn-Trace-Id") && has_variable("AWS_LAMBDA_FUNCTION_NAME"))
            if (const std::string trace = detail::variable_or_empty(source_, "_X_AMZN_TRACE_ID");
                !trace.empty())
                headers.append("X-Amzn-Trace-Id", encode_trace(trace));
        return {};
    }
    void after_attempt(const AttemptInfo&, int, const Headers&, const Error&) override {}

  private:
    [[nodiscard]] bool has_variable(const char* name) const {
        return !detail::variable_or_empty(source_, name).empty();
    }
    /// Percent-encodes what AWS's SDKs do not leave as it is.
    [[nodiscard]] static std::string encode_trace(std::string_view trace) {
        std::string text;
        for (const char c : trace) {
            if (std::string_view("=;:+&[]{}\"',").find(c) != std::string_view::npos)
                detail::append_char(text, c);
            else
                append_percent_encoded(text, std::string_view(&c, 1));
        }
        return text;
    }

    Environment& environment_;
    SettingsSource& source_;
};

} // namespace belfry::inline v0
