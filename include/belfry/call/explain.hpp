// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/call/call.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/state.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/error_facts.hpp>
#include <belfry/http/url.hpp>
#include <belfry/retry/standard.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/log_text.hpp>
#include <belfry/util/number_text.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// The facts of an error, and the response behind it if there is one.
class ExplainedError final : public ExceptionSource {
  public:
    ExplainedError(ErrorFacts&& facts, ErrorDetailPointer&& response) noexcept
        : facts_(std::move(facts)), response_(std::move(response)) {}
    [[nodiscard]] ErrorDetail* clone() const override { return new ExplainedError(*this); }
    bool decode(const Structure& structure, std::string_view code, void* out) const override {
        const auto* const source = static_cast<const ExceptionSource*>(response_.get());
        return source != nullptr && source->decode(structure, code, out);
    }
    [[nodiscard]] const ErrorFacts* facts() const noexcept override { return &facts_; }

  private:
    ErrorFacts facts_;
    ErrorDetailPointer response_;
};

/// Appends the ends of an access key's id, which is enough to recognise it.
inline void append_key_id(std::string& out, std::string_view id) {
    if (id.size() < 12) return append_text(out, "an access key");
    append_text(out, "the access key ");
    append_log_text(out, id.substr(0, 4));
    append_text(out, "...");
    append_log_text(out, id.substr(id.size() - 4));
}

[[nodiscard]] inline std::string describe_credentials(const CredentialsHandle& credentials) {
    std::string text;
    if (const Credentials* const fixed = credentials.fixed()) {
        if (fixed->anonymous) return "anonymous: the request was not signed";
        if (fixed->access_key_id.empty() && !fixed->bearer_token.empty())
            return "a bearer token or API key that the program gave";
        append_key_id(text, fixed->access_key_id);
        append_text(text, " that the program gave");
    } else if (const CredentialsProvider* const provider = credentials.provider()) {
        text = provider->describe();
        if (text.empty()) text = "a provider of the program, which does not say where they come from";
    } else {
        text = "none: the client was given no credentials";
    }
    return text;
}

/// Advice about an error of the service; null if there is none but the service's own words.
[[nodiscard]] BELFRY_COLD inline const char* advice_for_service_error(const Error& error,
                                                                      std::int64_t clock_offset) noexcept {
    const std::string_view code = error.code;
    const bool clock_is_wrong =
        clock_offset > ClockSkew::tolerated_seconds || clock_offset < -ClockSkew::tolerated_seconds;
    if (error.throttling)
        return "call less often, or set ClientConfig::retry_mode to adaptive_retry "
               "(belfry/adaptive_retry.hpp); a quota of the account may be too low";
    if (has_word("RequestTimeTooSkewed RequestExpired RequestInTheFuture", code) ||
        (clock_is_wrong && is_clock_code(code)))
        return "set the clock of this machine";
    if (has_word("ExpiredToken ExpiredTokenException TokenRefreshRequired", code))
        return "the credentials have expired: sign in again, or let a provider renew them "
               "(belfry/default_credentials.hpp)";
    if (has_word("InvalidAccessKeyId InvalidClientTokenId UnrecognizedClientException AuthFailure", code))
        return "the service does not know the access key: check that it exists, that it was copied as "
               "a whole with its session token, and that it belongs to this partition of AWS";
    if (has_word("SignatureDoesNotMatch InvalidSignatureException IncompleteSignature", code))
        return "check the secret access key, the region, and whether a proxy changes headers or the path";
    if (code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed" || error.http_status == 301)
        return "use the region of the bucket (belfry/bucket_regions.hpp finds it)";
    if (has_word("AccessDenied AccessDeniedException UnauthorizedOperation AuthorizationError 403", code))
        return "the credentials are valid: let a policy of their user or role allow the operation, and check "
               "the policies of the resource and of the organization";
    if (error.retryable) return "try again later; the service's health page may tell of a fault";
    return nullptr;
}

/// Advice about an error of another kind; null if the message says what there is to do.
[[nodiscard]] BELFRY_COLD inline const char* advice_for_other_error(const Error& error) noexcept {
    const std::string_view code = error.code;
    switch (error.kind) {
    case ErrorKind::credentials:
        return code == "NoCredentials"
                   ? "set ClientConfig::credentials; DefaultCredentials (belfry/default_credentials.hpp) has "
                     "those of AWS's tools"
                   : "see what the provider says above";
    case ErrorKind::endpoint: return "check ClientConfig::region and ClientConfig::endpoint";
    case ErrorKind::timeout:
        return "check the network between here and the endpoint, and the limits in "
               "ClientConfig::timeouts and ClientConfig::deadline";
    case ErrorKind::response:
        return "check that the endpoint is the service's own and not a proxy or a portal";
    case ErrorKind::transport:
        if (code == "ResolveFailed")
            return "check the name of the region, ClientConfig::endpoint, and the DNS of this machine";
        if (code == "ConnectFailed")
            return "check the network, the firewall and the proxy between here and the endpoint";
        if (code == "TlsFailed")
            return "check the certificates that the transport trusts, and whether something between here and "
                   "the endpoint answers in its place";
        return error.retryable ? "try again; if it lasts, check the network and the proxy" : nullptr;
    case ErrorKind::memory: return "give the program more memory, or lower ClientConfig::max_response_bytes";
    case ErrorKind::none:
    case ErrorKind::validation:
    case ErrorKind::configuration:
    case ErrorKind::signing:
    case ErrorKind::cancelled:
    case ErrorKind::service:
    case ErrorKind::waiter: break;
    }
    return nullptr;
}

/// A line of an explanation.
inline void append_line(std::string& out, std::string_view subject, std::string_view text) {
    if (text.empty()) return;
    append_text(out, "\n  ");
    append_text(out, subject);
    append_text(out, ": ");
    append_log_text(out, text);
}

} // namespace detail

/// For `ClientConfig::error_facts`: an error of a call keeps what `explain` tells. It costs a few strings for
/// each call that fails, and nothing for others.
inline void keep_error_facts(const Call& call, Error& error) {
    const ClientCore& core = call.core();
    detail::ErrorFacts facts;
    facts.operation = call.operation().name;
    facts.service = call.operation().service->id;
    const detail::Url url = detail::parse_url(call.request().url);
    // The path may hold members that are secret, so it is left out.
    if (!url.host.empty()) {
        detail::append_text(facts.endpoint, url.scheme);
        detail::append_text(facts.endpoint, "://");
        detail::append_host(facts.endpoint, url);
    }
    facts.region = call.region();
    if (call.operation().signing != RequestSigning::none)
        facts.credentials = detail::describe_credentials(call.credentials());
    facts.clock_offset = core.state().clock_skew.offset_seconds();
    error.detail =
        detail::ErrorDetailPointer(new detail::ExplainedError(std::move(facts), std::move(error.detail)));
}

/// Tells in some lines of text why a call failed: what was tried and where, with whose credentials, what the
/// service or the transport said, how far the clocks are apart, and what can be done. The client must have
/// `ClientConfig::error_facts = belfry::keep_error_facts`; without, the text has only what is in the error.
/// It has no secrets, and no line breaks but those between its lines.
[[nodiscard]] BELFRY_COLD inline std::string explain(const Error& error) {
    if (error.kind == ErrorKind::none) return "The call succeeded.";
    const detail::ErrorDetail* const more = error.detail.get();
    const detail::ErrorFacts* const facts = more != nullptr ? more->facts() : nullptr;
    std::string text = facts != nullptr ? facts->operation + " of " + facts->service : "The call";
    text += " failed";
    if (error.attempts == 0) text += " before a request was sent";
    if (error.attempts > 1) text.append(" after ").append(std::to_string(error.attempts)) += " attempts";
    text += '.';
    std::string said = error.code;
    if (!error.message.empty() && error.message != error.code) said.append(": ").append(error.message);
    if (error.http_status != 0) said.append(" (HTTP ").append(std::to_string(error.http_status)) += ')';
    if (!error.request_id.empty()) said.append(", request id ").append(error.request_id);
    detail::append_line(text, error.kind == ErrorKind::service ? "the service said" : "the reason", said);
    if (facts != nullptr) {
        std::string where = facts->endpoint;
        if (!facts->region.empty()) where.append(where.empty() ? "region " : ", region ") += facts->region;
        detail::append_line(text, "where", where);
        detail::append_line(text, "credentials", facts->credentials);
        const std::int64_t offset = facts->clock_offset;
        if (offset != 0)
            detail::append_line(text, "clock",
                                "the service's is " + std::to_string(offset > 0 ? offset : -offset) +
                                    (offset > 0 ? " s ahead of" : " s behind") + " the local one");
    }
    const char* const advice =
        error.kind == ErrorKind::service
            ? detail::advice_for_service_error(error, facts != nullptr ? facts->clock_offset : 0)
            : detail::advice_for_other_error(error);
    if (advice != nullptr) detail::append_line(text, "what to do", advice);
    return text;
}

} // namespace belfry::inline v0
