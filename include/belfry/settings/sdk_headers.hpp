// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/state.hpp>
#include <belfry/http/headers.hpp>
#include <belfry/http/request.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/settings/profiles.hpp>
#include <belfry/settings/source.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/percent.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// Adds the headers that AWS's SDKs send for the service's logs, none of which changes what a call does:
///
/// - `amz-sdk-invocation-id`, a random UUID that all attempts of a call share;
/// - `amz-sdk-request`, such as `ttl=20260102T030505Z; attempt=2; max=3`. `ttl` is when the client gives up
///   the attempt because of `Timeouts::idle` or `Timeouts::total`, by the service's clock. It is left out
///   until a quick response has told that clock, without these limits, and for bodies that are streamed;
/// - `X-Amzn-Trace-Id`, if the program runs in AWS Lambda, so that it can stop functions that call each other
///   without end (AWS Lambda Developer Guide, "Recursive loop detection");
/// - at the end of `User-Agent` the features in use, such as `m/E,Z,b`, by botocore's codes: the retry mode,
///   an endpoint of the configuration, the settings for checksums, the algorithm of the request's checksum,
///   compression, and the protocol RPC v2 CBOR. Paginators, waiters, the source of the credentials, the
///   account in the endpoint and Signature Version 4a are not in the list, because an interceptor does not
///   see them.
///
/// Headers of those names that are already there stay, but for `amz-sdk-request`, and so does a `User-Agent`
/// that has a list of features.
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
        std::string text;
        append_ttl(text, attempt, request.timeouts);
        detail::append_text(text, "attempt=");
        detail::append_integer_text(text, attempt.number);
        detail::append_text(text, "; max=");
        detail::append_integer_text(text, attempt.max_attempts);
        headers.set("amz-sdk-request", text);
        add_features(attempt, headers);
        if (!headers.contains("X-Amzn-Trace-Id") && has_variable("AWS_LAMBDA_FUNCTION_NAME"))
            if (const std::string trace = detail::variable_or_empty(source_, "_X_AMZN_TRACE_ID");
                !trace.empty())
                headers.append("X-Amzn-Trace-Id", encode_trace(trace));
        return {};
    }
    void after_attempt(const AttemptInfo&, int, const Headers&, const Error&) override {}

  private:
    static void append_ttl(std::string& text, const AttemptInfo& attempt, const Timeouts& limits) {
        if (attempt.core == nullptr || !attempt.core->state().clock_skew.is_exact()) return;
        // `idle` begins again with each piece of a body that is sent.
        const OperationHooks* const hooks = attempt.operation.hooks;
        if (hooks != nullptr && hooks->encode_body != nullptr) return;
        Duration limit = limits.idle;
        if (limit.count() <= 0 || (limits.total.count() > 0 && limits.total < limit)) limit = limits.total;
        Timestamp end = attempt.core->state().clock_skew.apply(attempt.core->environment().now());
        if (limit.count() <= 0 || !detail::is_civil(end)) return;
        constexpr std::int64_t billion = 1'000'000'000;
        end.seconds += limit.count() / billion + (limit.count() % billion + end.nanoseconds) / billion;
        if (!detail::is_civil(end)) return;
        detail::append_text(text, "ttl=");
        append_amz_date(text, end);
        detail::append_text(text, "; ");
    }

    static void add_features(const AttemptInfo& attempt, Headers& headers) {
        const auto agent = headers.find("User-Agent");
        // An earlier attempt may have added them.
        if (attempt.core == nullptr || !agent.has_value() || agent->find(" m/") != std::string::npos) return;
        const ClientConfig& config = attempt.core->config();
        std::string text(*agent);
        detail::append_text(text, config.retry_mode != nullptr ? " m/F" : " m/E");
        if (is_compressed(attempt.operation, config, headers)) detail::append_text(text, ",L");
        if (attempt.operation.service->protocol->name == "rpcv2Cbor") detail::append_text(text, ",M");
        if (attempt.names_endpoint || !config.endpoint.empty()) detail::append_text(text, ",N");
        const bool any_request = config.request_checksums == ChecksumUse::when_supported;
        detail::append_text(text, any_request ? ",Z" : ",a");
        const bool any_response = config.response_checksums == ChecksumUse::when_supported;
        detail::append_text(text, any_response ? ",b" : ",c");
        for (const Header& header : headers) {
            const bool is_trailer = detail::equals_ignoring_case(header.name, "X-Amz-Trailer");
            append_checksum_code(text, is_trailer ? header.value : header.name);
        }
        headers.set("User-Agent", text);
    }
    /// Whether the client compressed the body. Where an input can say how its body is encoded, that may be
    /// the program's doing.
    [[nodiscard]] static bool is_compressed(const Operation& operation, const ClientConfig& config,
                                            const Headers& headers) {
        const auto encoding = headers.find("Content-Encoding");
        if (config.compressor == nullptr || !encoding.has_value() || !encoding->starts_with("gzip"))
            return false;
        for (std::size_t i = 0; i < operation.input->count; ++i) {
            const Member& member = operation.input->members[i];
            if (member.location == Location::header &&
                detail::equals_ignoring_case(member.wire_name(), "Content-Encoding"))
                return false;
        }
        return true;
    }
    static void append_checksum_code(std::string& text, std::string_view header) {
        struct Code {
            std::string_view header;
            std::string_view code;
        };
        static constexpr Code codes[] = {
            {"x-amz-checksum-crc32", "U"},     {"x-amz-checksum-crc32c", "V"},
            {"x-amz-checksum-crc64nvme", "W"}, {"x-amz-checksum-sha1", "X"},
            {"x-amz-checksum-sha256", "Y"},    {"x-amz-checksum-md5", "AE"},
            {"x-amz-checksum-sha512", "AF"},   {"x-amz-checksum-xxhash3", "AG"},
            {"x-amz-checksum-xxhash64", "AH"}, {"x-amz-checksum-xxhash128", "AI"},
        };
        for (const Code& each : codes) {
            if (!detail::equals_ignoring_case(header, each.header)) continue;
            detail::append_char(text, ',');
            detail::append_text(text, each.code);
        }
    }

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
