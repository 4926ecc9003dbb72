// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/call/body_hooks.hpp>
#include <belfry/call/buffer_sink.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/call/prepared_request.hpp>
#include <belfry/call/service_error.hpp>
#include <belfry/call/state.hpp>
#include <belfry/call/transport_error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/schema/simple_text.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/time.hpp>
#include <belfry/version.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// One call as a state machine that does no I/O: it returns the next step and takes the step's result. The
/// synchronous client drives it with a transport and a sleep; an event loop can drive it with its own.
class Call {
  public:
    /// The next step of the driver.
    enum class Step : std::uint8_t {
        send, ///< Send `request()`, let `begin_attempt()` take the response, then call `on_sent`.
        wait, ///< Let `delay()` pass, then call `on_waited`.
        done, ///< Call `read_output`, then `finish`; or `finish` alone.
    };

    Call(const ClientCore& core, const Operation& operation, const CallOptions& options) noexcept
        : core_(core), operation_(operation), options_(options) {}
    /// With hooks of the caller's own, which must outlive this, in place of those that the operation makes.
    Call(const ClientCore& core, const Operation& operation, const CallOptions& options,
         detail::BodyHooks* body) noexcept
        : core_(core), operation_(operation), options_(options), body_(body) {}
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() = default;

    /// Builds the request. `input` need not outlive this function.
    [[nodiscard]] BELFRY_COLD Step start(const void* input) {
        std::string token;
        if (detail::lacks_idempotency_token(*operation_.input, input)) {
            token = options_.idempotency_token;
            if (token.empty()) token = make_uuid(core_.environment());
            if (token.empty())
                return fail(ErrorKind::validation, "NoRandomness",
                            "the environment has no random bytes for an idempotency token");
        }
        if (!detail::prepare_request(core_.config(), operation_, input, token, prepared_, error_))
            return Step::done;
        if (!prepare_body(input)) return Step::done;
        if (options_.timeouts != nullptr) prepared_.request.timeouts = *options_.timeouts;
        std::string agent = "belfry/" BELFRY_VERSION_STRING " api/";
        detail::append_text(agent, operation_.service->name);
        if (!core_.config().user_agent.empty()) {
            detail::append_char(agent, ' ');
            detail::append_text(agent, core_.config().user_agent);
        }
        prepared_.request.headers.append("User-Agent", agent);
        // The configuration and the input must not be able to add header lines.
        if (const char* const problem = detail::refuse_request(prepared_.request))
            return fail(ErrorKind::validation, "InvalidRequest", problem);
        return next_attempt();
    }

    [[nodiscard]] const HttpRequest& request() const noexcept { return prepared_.request; }
    [[nodiscard]] Duration delay() const noexcept { return delay_; }
    [[nodiscard]] const CallOptions& options() const noexcept { return options_; }
    [[nodiscard]] std::size_t max_response_bytes() const noexcept {
        return core_.config().max_response_bytes;
    }

    [[nodiscard]] Step on_waited() { return next_attempt(); }

    /// Where the response to the attempt that is about to be made goes.
    [[nodiscard]] BELFRY_COLD ResponseSink& begin_attempt() {
        sink_.response = {};
        sink_.head_time = {};
        metadata_.verified_checksum = ChecksumAlgorithm::none;
        return body_ != nullptr ? body_->begin_attempt(sink_) : sink_;
    }
    /// Takes the result of the attempt whose response went to that sink.
    [[nodiscard]] BELFRY_COLD Step on_sent(TransportResult sent) {
        const int status = sink_.response.status;
        if (sent.status == TransportStatus::ok && (status < 100 || status > 999))
            sent = {TransportStatus::failed,
                    "the transport reported success without a response that has a status"};
        return sent.status == TransportStatus::ok && !sink_.too_large ? on_response(std::move(sink_.response))
                                                                      : on_failure(sent, sink_.too_large);
    }
    /// After a complete response.
    [[nodiscard]] BELFRY_COLD Step on_response(HttpResponse response) {
        response_ = std::move(response);
        metadata_.http_status = response_.status;
        detail::read_request_id(response_.headers, metadata_.request_id);
        error_ = {};
        learn_clock();
        std::string fault;
        if (has_wrong_length(fault)) return fail_attempt(TransportStatus::truncated, fault);
        if (!operation_.succeeds(response_.status)) {
            detail::read_service_error(operation_, response_, error_);
            prefer_request_id_of_body();
            return retry_or_finish(TransportStatus::ok);
        }
        if (body_ != nullptr && !body_->check_response(response_, metadata_, error_)) {
            add_metadata_to_error();
            return Step::done;
        }
        succeeded_ = true;
        return Step::done;
    }

    /// No complete response was received. A response over the size limit is a failure of kind `response`.
    [[nodiscard]] BELFRY_COLD Step on_failure(const TransportResult& result, bool too_large) {
        // The metadata are those of this attempt's head, if there was one.
        metadata_.http_status = sink_.response.status;
        detail::read_request_id(sink_.response.headers, metadata_.request_id);
        if (too_large) {
            std::string message = "the response's body is larger than the limit of ";
            detail::append_integer_text(message,
                                        static_cast<std::int64_t>(core_.config().max_response_bytes));
            detail::append_text(message, " bytes");
            return fail(ErrorKind::response, "ResponseTooLarge", message);
        }
        return fail_attempt(result.status, result.message);
    }

    /// Reads the output of a success. If that is not possible and another attempt may help, the step is
    /// `wait`, and `output` must be as new when it is read again. Otherwise it is `done`: call `finish`.
    [[nodiscard]] BELFRY_COLD Step read_output(void* output) {
        if (!succeeded_ || decode(output)) return Step::done;
        if (error_.kind != ErrorKind::response) return retry_or_finish(TransportStatus::ok);
        if (!read_again_) {
            read_again_ = true;
            return retry_or_finish(TransportStatus::ok);
        }
        // Once is enough: the service has answered twice.
        error_.retryable = may_be_repeated();
        return Step::done;
    }
    /// Ends the call; false when it failed and `result` has the error. Reads the output, too, unless
    /// `read_output` did.
    [[nodiscard]] BELFRY_COLD bool finish(void* output, detail::ResultBase& result) {
        if (succeeded_ && !has_output_) static_cast<void>(decode(output));
        prefer_request_id_of_body();
        if (!succeeded_ && error_.kind == ErrorKind::service)
            detail::keep_response(operation_, std::move(response_), core_.config().max_response_depth,
                                  error_);
        result.metadata() = std::move(metadata_);
        if (!succeeded_) result.error() = std::move(error_);
        return succeeded_;
    }

  private:
    BELFRY_COLD bool decode(void* output) {
        succeeded_ = has_output_ = detail::decode_output(
            operation_, response_, {.max_depth = core_.config().max_response_depth}, output, error_);
        if (succeeded_) {
            core_.state().retry_tokens.release(held_tokens_ > 0 ? held_tokens_
                                                                : RetryTokenBucket::success_refund);
        } else {
            prefer_request_id_of_body();
            add_metadata_to_error();
        }
        return succeeded_;
    }
    BELFRY_COLD Step fail(ErrorKind kind, std::string_view code, std::string_view message) {
        detail::fail(error_, kind, code, message);
        add_metadata_to_error();
        return Step::done;
    }
    BELFRY_COLD bool prepare_body(const void* input) {
        if (body_ == nullptr) {
            if (operation_.hooks == nullptr || operation_.hooks->make_body == nullptr) return true;
            made_body_ = detail::Owned<detail::BodyHooks>(
                operation_.hooks->make_body(operation_, core_.config(), options_, error_));
            body_ = made_body_.get();
        }
        return body_ != nullptr && body_->prepare(input, prepared_, error_);
    }
    /// The body's id is the service's own; a header's may be a proxy's.
    BELFRY_COLD BELFRY_NOINLINE void prefer_request_id_of_body() {
        if (!error_.request_id.empty()) metadata_.request_id = error_.request_id;
    }
    BELFRY_COLD void add_metadata_to_error() {
        error_.attempts = metadata_.attempts;
        error_.http_status = metadata_.http_status;
        error_.request_id = metadata_.request_id;
    }

    /// Signs the request for this attempt.
    BELFRY_COLD Step next_attempt() {
        if (options_.cancellation != nullptr && options_.cancellation->is_cancelled()) {
            detail::fail(error_, TransportStatus::cancelled, {});
            add_metadata_to_error();
            return Step::done;
        }
        if (operation_.signing != RequestSigning::none && !sign()) {
            add_metadata_to_error();
            return Step::done;
        }
        ++metadata_.attempts;
        return Step::send;
    }

    BELFRY_COLD bool sign() {
        const CredentialsHandle& handle = core_.config().credentials;
        if (const Credentials* const fixed = handle.fixed()) return sign_as(*fixed);
        CredentialsProvider* const provider = handle.provider();
        if (provider == nullptr) return detail::fail_without_credentials(error_);
        Result<Credentials> fetched = provider->credentials();
        if (fetched) return sign_as(*fetched);
        error_ = std::move(fetched).error();
        return false;
    }
    BELFRY_COLD bool sign_as(const Credentials& credentials) {
        if (!credentials.anonymous) {
            attempt_time_ = core_.environment().now();
            prepared_.signing.time = core_.state().clock_skew.apply(attempt_time_);
            prepared_.signing.key_cache = &core_.state().signing_keys;
            if (operation_.hooks != nullptr && operation_.hooks->authorize != nullptr) {
                const AuthorizeResult outcome = operation_.hooks->authorize(
                    operation_, credentials, prepared_.signing, prepared_.request, error_);
                if (outcome != AuthorizeResult::sign) return outcome == AuthorizeResult::authorized;
            }
            const detail::SigningFailure failure =
                detail::sign(prepared_.request, credentials, prepared_.signing, nullptr);
            if (failure.code != nullptr)
                return detail::fail(error_, failure.kind, failure.code, failure.message);
        }
        return body_ == nullptr || body_->after_signing(credentials, prepared_, error_);
    }

    BELFRY_COLD Step fail_attempt(TransportStatus status, std::string_view message) {
        detail::fail(error_, status, message);
        return retry_or_finish(status);
    }

    /// After a failed attempt: again, or not.
    BELFRY_COLD Step retry_or_finish(TransportStatus status) {
        AttemptOutcome outcome;
        outcome.attempt = metadata_.attempts;
        outcome.kind = error_.kind;
        outcome.transport = status;
        outcome.http_status = error_.kind == ErrorKind::service ? response_.status : 0;
        outcome.error_code = error_.code;
        outcome.requested_delay = requested_delay(response_.headers);
        if (const RetryableError* const modelled = operation_.find_retryable(error_.code)) {
            outcome.modelled_retryable = true;
            outcome.modelled_throttling = modelled->throttling;
        }
        outcome.clock_corrected = error_.kind == ErrorKind::service && clock_learned_ &&
                                  core_.state().clock_skew.explains(
                                      error_.code, prepared_.signing.time.seconds - attempt_time_.seconds);
        outcome.unreadable = error_.kind == ErrorKind::response && may_be_repeated();
        const RetryDecision decision =
            decide_retry(outcome, core_.config().retry, detail::random_fraction(core_.environment()));
        error_.retryable = decision.retryable;
        error_.throttling = decision.throttling;
        add_metadata_to_error();
        RetryTokenBucket& tokens = core_.state().retry_tokens;
        if (!decision.retry || !tokens.acquire(decision.cost)) return Step::done;
        // Do this last: restarting makes the sink discard what it has received.
        if (body_ != nullptr && !body_->restart(prepared_, error_)) {
            tokens.release(decision.cost);
            return Step::done;
        }
        held_tokens_ = decision.cost;
        delay_ = decision.delay;
        response_ = {};
        return Step::wait;
    }

    /// Whether a request whose effect is unknown may be sent again: by its method (RFC 9110 section 9.2.2),
    /// by its idempotency token, or because it is S3's, whose API reference asks for it.
    [[nodiscard]] BELFRY_COLD bool may_be_repeated() const noexcept {
        if (operation_.service->sign_path_verbatim) return true;
        for (const std::string_view method : {"GET", "HEAD", "PUT", "DELETE"})
            if (operation_.method == method) return true;
        for (std::size_t i = 0; i < operation_.input->count; ++i)
            if (operation_.input->members[i].has(MemberFlags::idempotency_token)) return true;
        return false;
    }

    /// The service's clock, if this response to a request with credentials tells it. A cache's copy does not.
    BELFRY_COLD void learn_clock() noexcept {
        clock_learned_ = false;
        const std::string* const text = response_.headers.find("Date");
        if (text == nullptr || attempt_time_ == Timestamp{} || response_.headers.contains("Age")) return;
        Timestamp date;
        // A driver without a sink passes whole responses.
        const Timestamp received =
            sink_.head_time == Timestamp{} ? core_.environment().now() : sink_.head_time;
        clock_learned_ =
            parse_http_date(*text, date) && core_.state().clock_skew.learn(date, attempt_time_, received);
    }

    /// Whether the body is shorter or longer than Content-Length says; `fault` then says so.
    BELFRY_COLD bool has_wrong_length(std::string& fault) const {
        const std::string* const length = response_.headers.find("Content-Length");
        if (length == nullptr || operation_.method == "HEAD" || response_.status == 204 ||
            response_.status == 304 || response_.headers.contains("Transfer-Encoding") ||
            response_.headers.contains("Content-Encoding"))
            return false;
        std::int64_t size = static_cast<std::int64_t>(response_.body.size());
        if (body_ != nullptr) size += body_->delivered_bytes();
        std::int64_t expected = 0;
        if (!detail::parse_integer_text(*length, expected) || expected == size) return false;
        detail::append_text(fault, "the body has ");
        detail::append_integer_text(fault, size);
        detail::append_text(fault, " bytes where Content-Length says ");
        detail::append_text(fault, *length);
        return true;
    }

    const ClientCore& core_;
    const Operation& operation_;
    CallOptions options_;
    detail::PreparedRequest prepared_{};
    detail::BodyHooks* body_ = nullptr;
    detail::Owned<detail::BodyHooks> made_body_{};
    detail::BufferSink sink_{core_.config().max_response_bytes, options_.cancellation, core_.environment()};
    HttpResponse response_{};
    Error error_{};
    ResponseMetadata metadata_{};
    Timestamp attempt_time_{};
    Duration delay_{};
    int held_tokens_ = 0;
    bool clock_learned_ = false;
    bool succeeded_ = false;
    bool has_output_ = false;
    bool read_again_ = false;
};

} // namespace belfry::inline v0
