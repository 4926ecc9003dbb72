// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/call/body_hooks.hpp>
#include <belfry/call/buffer_sink.hpp>
#include <belfry/call/call_listener.hpp>
#include <belfry/call/core.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/interceptor.hpp>
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

namespace detail {
/// The part of the User-Agent header that all clients share, in version 2.1 of the format of AWS's SDKs.
inline constexpr const char* user_agent_start = "belfry/" BELFRY_VERSION_STRING " ua/2.1 os/"
#if defined(_WIN32)
                                                "windows"
#elif defined(__ANDROID__)
                                                "android"
#elif defined(__APPLE__)
                                                "macos"
#elif defined(__linux__)
                                                "linux"
#else
                                                "other"
#endif
                                                " lang/c++#C++20 api/";
} // namespace detail

/// One call as a state machine that does no I/O: it returns the next step and takes the step's result. The
/// synchronous client drives it with a transport and a sleep; an event loop can drive it with its own.
class Call {
  public:
    /// The next step of the driver.
    enum class Step : std::uint8_t {
        send, ///< Send `request()`, let `begin_attempt()` take the response, then call `on_sent`.
        wait, ///< Let `delay()` pass, then call `on_waited`.
        wait_for_credentials, ///< When the waiter of `wait_with` is called, or `limit_wait` says so, or to
                              ///< cancel the call, call `on_waited`.
        done,                 ///< Call `read_output`, then `finish`; or `finish` alone.
    };

    Call(const ClientCore& core, const Operation& operation, const CallOptions& options) noexcept
        : Call(core, operation, options, nullptr) {}
    /// With hooks of the caller's own, which must outlive this, in place of those that the operation makes.
    Call(const ClientCore& core, const Operation& operation, const CallOptions& options,
         detail::BodyHooks* body) noexcept
        : core_(core), operation_(operation), options_(options),
          retry_(options.retry != nullptr ? *options.retry : core.config().retry),
          prepared_(core.config(), options), body_(body) {
        if (options.max_attempts > 0) retry_.max_attempts = options.max_attempts;
        if (retry_.max_attempts <= 0) retry_.max_attempts = operation.service->max_attempts;
        if (!retry_.base_delay) retry_.base_delay = operation.service->base_delay;
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    BELFRY_COLD ~Call() { drop(); }

    /// Lets the call return `Step::wait_for_credentials` where it would block until credentials are fetched.
    /// `waiter` must outlive the call, and each wait that it has begun: a provider calls it once the fetch
    /// ends, even if the call has ended before. Call this before `start`.
    void wait_with(CredentialsWaiter& waiter) noexcept { prepared_.signing.waiter = &waiter; }
    /// As the constructor takes them; call it before `start`.
    void use_hooks(detail::BodyHooks& body) noexcept { body_ = &body; }
    /// Shortens a wait for credentials to the call's deadline; false if that has passed.
    [[nodiscard]] bool limit_wait(Duration& wait) const noexcept {
        if (!has_deadline()) return true;
        const Duration left = time_left();
        if (left < wait) wait = left;
        return left.count() > 0;
    }
    /// Builds the request. `input` need not outlive this function.
    [[nodiscard]] BELFRY_COLD Step start(const void* input) {
        if (options_.deadline.count() == 0) options_.deadline = core_.config().deadline;
        if (has_deadline()) started_ = core_.environment().steady_time();
        is_observed_ = core_.config().observer != nullptr;
        tell(CallMoment::started);
        std::string_view token;
        detail::UuidText uuid;
        if (detail::lacks_idempotency_token(*operation_.input, input)) {
            token = options_.idempotency_token;
            if (token.empty()) token = detail::write_uuid(core_.environment(), uuid);
            if (token.empty())
                return fail(ErrorKind::validation, "NoRandomness",
                            "the environment has no random bytes for an idempotency token");
        }
        if (!detail::prepare_request(core_, operation_, input, token, prepared_, error_)) return Step::done;
        Timeouts& limits = prepared_.request.timeouts;
        limits = {options_.timeouts.connect.value_or(limits.connect),
                  options_.timeouts.idle.value_or(limits.idle),
                  options_.timeouts.total.value_or(limits.total)};
        total_ = limits.total;
        const std::string_view added = core_.config().user_agent;
        prepared_.request.headers.append_joined(
            "User-Agent",
            {detail::user_agent_start, operation_.service->name, added.empty() ? "" : " ", added});
        if (options_.headers != nullptr) {
            for (const Header& header : *options_.headers) prepared_.request.headers.remove(header.name);
            for (const Header& header : *options_.headers)
                prepared_.request.headers.append(header.name, header.value);
        }
        // The body sees all headers: it adds to a Content-Encoding.
        if (!prepare_body(input)) return Step::done;
        tell(CallMoment::prepared);
        return next_attempt();
    }

    [[nodiscard]] const ClientCore& core() const noexcept { return core_; }
    [[nodiscard]] const Operation& operation() const noexcept { return operation_; }
    [[nodiscard]] const HttpRequest& request() const noexcept { return prepared_.request; }
    [[nodiscard]] Duration delay() const noexcept { return delay_; }
    [[nodiscard]] const CallOptions& options() const noexcept { return options_; }
    /// The region and the credentials of the options, else of the client.
    [[nodiscard]] std::string_view region() const noexcept { return prepared_.region; }
    [[nodiscard]] const CredentialsHandle& credentials() const noexcept { return *prepared_.credentials; }
    /// The error of the last attempt, or of the call; of kind `none` before that and after a success.
    [[nodiscard]] const Error& error() const noexcept { return error_; }
    [[nodiscard]] const ResponseMetadata& metadata() const noexcept { return metadata_; }
    /// Bytes of the response's body that have come.
    [[nodiscard]] std::int64_t response_bytes() const noexcept {
        return body_bytes_ + (body_ != nullptr ? body_->delivered_bytes() : 0);
    }
    /// For `Observer`.
    [[nodiscard]] detail::ObserverNotes& observer_notes() const noexcept { return observer_notes_; }
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
        if (sink_.out_of_memory) {
            metadata_.http_status = sink_.response.status;
            return fail_without_memory();
        }
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
        body_bytes_ = static_cast<std::int64_t>(response_.body.size());
        metadata_.http_status = response_.status;
        detail::read_request_id(response_.headers, metadata_.request_id);
        if (error_.kind != ErrorKind::none) error_ = {};
        learn_clock();
        std::string fault;
        if (has_wrong_length(fault)) return fail_attempt(TransportStatus::truncated, fault);
        if (!operation_.succeeds(response_.status)) {
            detail::read_service_error(operation_, response_, error_);
            prefer_request_id_of_body();
            return retry_or_finish(TransportStatus::ok);
        }
        if (body_ != nullptr && !body_->check_response(response_, metadata_, error_)) {
            if (error_.kind != ErrorKind::service) return retry_or_finish(TransportStatus::truncated);
            // An error in a stream of events says itself whether it is retryable.
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

    /// Gives the call up, unless it has ended. A driver that may destroy the call later than the client calls
    /// this before.
    BELFRY_COLD void drop() noexcept {
        return_tokens();
        tell(CallMoment::dropped);
        is_observed_ = false;
    }
    /// Ends the call with an error of kind `memory`, without allocating any: for drivers that may not throw.
    [[nodiscard]] BELFRY_COLD Step fail_without_memory() noexcept {
        static_cast<void>(detail::fail_without_memory(error_));
        error_.attempts = metadata_.attempts;
        error_.http_status = metadata_.http_status;
        error_.request_id.clear();
        succeeded_ = false;
        return Step::done;
    }

    /// Reads the output of a success. If that is not possible and another attempt may help, the step is
    /// `wait`, and `output` must be as new when it is read again. Otherwise it is `done`: call `finish`.
    [[nodiscard]] BELFRY_COLD Step read_output(void* output) {
        return !succeeded_ || decode(output) ? Step::done : retry_or_finish(TransportStatus::ok);
    }
    /// Ends the call; false when it failed and `result` has the error. Reads the output, too, unless
    /// `read_output` did.
    [[nodiscard]] BELFRY_COLD bool finish(void* output, detail::ResultBase& result) {
        if (succeeded_ && !has_output_ && !decode(output)) add_metadata_to_error();
        prefer_request_id_of_body();
        if (options_.response_headers != nullptr)
            detail::copy_headers(response_.headers, *options_.response_headers);
        if (!succeeded_ && error_.kind == ErrorKind::service)
            detail::keep_response(operation_, std::move(response_), core_.config().max_response_depth,
                                  error_);
        // Facts take memory.
        if (!succeeded_ && core_.config().error_facts != nullptr && error_.kind != ErrorKind::memory)
            core_.config().error_facts(*this, error_);
        return_tokens();
        tell(CallMoment::ended);
        is_observed_ = false;
        result.metadata() = std::move(metadata_);
        if (!succeeded_) result.error() = std::move(error_);
        return succeeded_;
    }

  private:
    BELFRY_COLD bool decode(void* output) {
        DecodeOptions options = detail::decode_options(core_.config());
        if (core_.config().unreadable_members != nullptr) {
            options.unreadable_members = core_.config().unreadable_members();
            metadata_.unreadable_members = detail::ErrorDetailPointer(options.unreadable_members);
        }
        succeeded_ = has_output_ = detail::decode_output(operation_, response_, options, output, error_) &&
                                   (body_ == nullptr || body_->finish_output(output, error_));
        if (succeeded_) {
            if (held_tokens_ == 0) held_tokens_ = RetryTokenBucket::success_refund;
            return_tokens();
            end_attempt();
        } else {
            prefer_request_id_of_body();
        }
        return succeeded_;
    }
    /// Returns the tokens of a retry whose attempt was not made, or was not what failed.
    BELFRY_COLD void return_tokens() noexcept {
        if (held_tokens_ > 0) core_.state().retry_tokens.release(std::exchange(held_tokens_, 0));
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
        // An attempt that failed has spent its tokens.
        held_tokens_ = 0;
        error_.attempts = metadata_.attempts;
        error_.http_status = metadata_.http_status;
        error_.request_id = metadata_.request_id;
        end_attempt();
    }

    /// Tells the interceptor the result of an attempt.
    BELFRY_COLD void end_attempt() {
        if (!std::exchange(attempting_, false)) return;
        if (Interceptor* const interceptor = core_.state().interceptor)
            interceptor->after_attempt(attempt_info(metadata_.attempts), metadata_.http_status,
                                       response_.headers, error_);
        tell(CallMoment::attempt_ended);
    }
    /// Tells the observer, if there is one.
    BELFRY_COLD BELFRY_NOINLINE void tell(CallMoment moment) noexcept {
        if (is_observed_) core_.config().observer->on_call(*this, moment);
    }
    BELFRY_COLD void remove_signature() {
        for (const std::string_view name :
             {"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-S3session-Token"})
            prepared_.request.headers.remove(name);
    }

    /// Ends the call with the error that kept an attempt from being made.
    BELFRY_COLD Step end_without_attempt() {
        return_tokens();
        add_metadata_to_error();
        return Step::done;
    }
    /// Signs the request for this attempt.
    BELFRY_COLD Step next_attempt() {
        if (given_up_) return Step::done;
        if (options_.cancellation != nullptr && options_.cancellation->is_cancelled()) {
            detail::fail(error_, TransportStatus::cancelled, {});
            return end_without_attempt();
        }
        const bool resumed = std::exchange(pending_, false);
        Interceptor* const interceptor = core_.state().interceptor;
        if ((resumed || interceptor != nullptr) && has_deadline() && !limit_attempt({})) return Step::done;
        // An attempt that has waited for credentials was let pass before.
        if (interceptor != nullptr && !resumed) {
            if (attempt_time_ != Timestamp{}) remove_signature();
            delay_ = interceptor->before_attempt(attempt_info(metadata_.attempts + 1), prepared_.request);
            if (delay_.count() > 0) return has_deadline() && !limit_attempt(delay_) ? Step::done : Step::wait;
        }
        // The configuration, the input and the interceptor must not be able to add header lines.
        if (const char* const problem = detail::refuse_request(prepared_.request)) {
            detail::fail(error_, ErrorKind::validation, "InvalidRequest", problem);
            return end_without_attempt();
        }
        if (operation_.signing != RequestSigning::none && !sign()) {
            return pending_ ? Step::wait_for_credentials : end_without_attempt();
        }
        if (prepared_.signing.waiter != nullptr) prepared_.signing.waiter->forget_waits();
        if (has_deadline() && !limit_attempt({})) return Step::done;
        ++metadata_.attempts;
        attempting_ = true;
        tell(CallMoment::sending);
        return Step::send;
    }

    [[nodiscard]] AttemptInfo attempt_info(int number) const noexcept {
        return {operation_,
                number,
                retry_.max_attempts,
                &core_,
                !prepared_.endpoint.empty(),
                prepared_.differs_from_client};
    }
    [[nodiscard]] bool has_deadline() const noexcept { return options_.deadline.count() > 0; }
    /// How long the call may still take; only if it has a deadline.
    [[nodiscard]] BELFRY_COLD Duration time_left() const noexcept {
        const std::int64_t elapsed = core_.environment().steady_time().count() - started_.count();
        return Duration::nanoseconds(options_.deadline.count() - (elapsed > 0 ? elapsed : 0));
    }
    /// Makes an attempt after that wait end with the call; false if the call is over by then.
    [[nodiscard]] BELFRY_COLD bool limit_attempt(Duration wait) {
        const Duration left = Duration::nanoseconds(time_left().count() - wait.count());
        if (left.count() > 0) {
            prepared_.request.timeouts.total = total_.count() > 0 && total_ < left ? total_ : left;
            return true;
        }
        // After an attempt its error tells more.
        if (metadata_.attempts == 0)
            detail::fail(error_, ErrorKind::timeout, "DeadlineExceeded",
                         "the call's deadline passed before a request was sent");
        return false;
    }

    BELFRY_COLD bool sign() {
        const CredentialsHandle& handle = credentials();
        if (const Credentials* const fixed = handle.fixed()) return sign_as(*fixed);
        CredentialsProvider* const provider = handle.provider();
        if (provider == nullptr) return detail::fail_without_credentials(error_);
        CredentialsWaiter* const waiter = prepared_.signing.waiter;
        Result<Credentials> fetched =
            waiter == nullptr ? provider->credentials() : provider->try_credentials(*waiter);
        if (fetched) {
            tell(CallMoment::got_credentials);
            return sign_as(*fetched);
        }
        // The error of the attempt before stays.
        pending_ = waiter != nullptr && fetched.error().kind == ErrorKind::none;
        if (!pending_) error_ = std::move(fetched).error();
        return false;
    }
    BELFRY_COLD bool sign_as(const Credentials& credentials) {
        if (!credentials.anonymous) {
            attempt_time_ = core_.environment().now();
            prepared_.signing.time = core_.state().clock_skew.apply(attempt_time_);
            prepared_.signing.key_cache = &core_.state().signing_keys;
            if (operation_.hooks != nullptr && operation_.hooks->authorize != nullptr) {
                const AuthorizeResult outcome =
                    operation_.hooks->authorize(operation_, credentials, prepared_.signing,
                                                prepared_.authorization, prepared_.request, error_);
                pending_ = outcome == AuthorizeResult::pending;
                if (outcome != AuthorizeResult::sign) return outcome == AuthorizeResult::authorized;
            }
            const detail::SigningFailure failure =
                detail::sign(prepared_.request, credentials, prepared_.signing, nullptr);
            if (failure.code != nullptr) {
                detail::fail(error_, failure.kind, failure.code, failure.message);
                if (body_ != nullptr) body_->explain(TransportStatus::body_failed, error_);
                return false;
            }
        } else if (attempt_time_ != Timestamp{}) {
            // An earlier attempt was signed.
            attempt_time_ = {};
            remove_signature();
        }
        return body_ == nullptr || body_->after_signing(credentials, prepared_, error_);
    }

    BELFRY_COLD Step fail_attempt(TransportStatus status, std::string_view message) {
        detail::fail(error_, status, message);
        if (body_ != nullptr) body_->explain(status, error_);
        return retry_or_finish(status);
    }

    /// After a failed attempt: again, or not.
    BELFRY_COLD Step retry_or_finish(TransportStatus status) {
        AttemptOutcome outcome;
        // A driver that only passes responses counts no attempts.
        outcome.attempt = metadata_.attempts > 0 ? metadata_.attempts : 1;
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
        if (error_.kind == ErrorKind::response) {
            outcome.unreadable = may_be_repeated();
            // Once is enough: then the service has answered twice.
            if (std::exchange(asked_again_, true)) outcome.replayable = false;
        }
        const RetryDecision decision =
            decide_retry(outcome, retry_, detail::random_fraction(core_.environment()));
        error_.retryable = decision.retryable;
        error_.throttling = decision.throttling;
        add_metadata_to_error();
        if (decision.retry && has_deadline() && time_left() <= decision.delay) {
            detail::append_text(error_.message, "; not retried: the call's deadline would pass before");
            return Step::done;
        }
        if (!decision.retry) return Step::done;
        delay_ = decision.delay;
        if (!core_.state().retry_tokens.acquire(decision.cost)) {
            // The caller of a long poll polls again at once.
            given_up_ = operation_.long_poll;
            return given_up_ ? Step::wait : Step::done;
        }
        held_tokens_ = decision.cost;
        // Do this last: restarting makes the sink discard what it has received.
        if (body_ != nullptr && !body_->restart(prepared_, error_)) return Step::done;
        response_ = {};
        body_bytes_ = 0;
        tell(CallMoment::waiting);
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
        const auto text = response_.headers.find("Date");
        // Another endpoint's clock must not be that of the client's other calls.
        if (!text.has_value() || attempt_time_ == Timestamp{} || response_.headers.contains("Age") ||
            !core_.config().correct_clock_skew || !options_.endpoint.empty())
            return;
        Timestamp date;
        // A driver without a sink passes whole responses.
        const Timestamp received =
            sink_.head_time == Timestamp{} ? core_.environment().now() : sink_.head_time;
        clock_learned_ =
            parse_http_date(*text, date) && core_.state().clock_skew.learn(date, attempt_time_, received);
    }

    /// Whether the body is shorter or longer than Content-Length says; `fault` then says so.
    BELFRY_COLD bool has_wrong_length(std::string& fault) const {
        const auto length = response_.headers.find("Content-Length");
        if (!length.has_value() || operation_.method == "HEAD" || response_.status == 204 ||
            response_.status == 304 || response_.headers.contains("Transfer-Encoding") ||
            response_.headers.contains("Content-Encoding"))
            return false;
        const std::int64_t size = response_bytes();
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
    /// The call's, with the service's numbers where it leaves them out.
    RetryOptions retry_;
    detail::PreparedRequest prepared_;
    detail::BodyHooks* body_ = nullptr;
    detail::Owned<detail::BodyHooks> made_body_{};
    detail::BufferSink sink_{core_.config().max_response_bytes, options_.cancellation, core_.environment()};
    HttpResponse response_{};
    /// The size of its body as it came: an output or an error may have taken it.
    std::int64_t body_bytes_ = 0;
    Error error_{};
    ResponseMetadata metadata_{};
    Timestamp attempt_time_{};
    Duration delay_{};
    Duration started_{};
    /// The limit of each attempt, without the deadline.
    Duration total_{};
    int held_tokens_ = 0;
    bool clock_learned_ = false;
    bool succeeded_ = false;
    bool has_output_ = false;
    bool asked_again_ = false;
    bool attempting_ = false;
    bool given_up_ = false;
    bool pending_ = false;
    /// Whether an observer waits for the end.
    bool is_observed_ = false;
    mutable detail::ObserverNotes observer_notes_{};
};

} // namespace belfry::inline v0
