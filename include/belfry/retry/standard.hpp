// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/retry/options.hpp>
#include <belfry/util/ascii.hpp>
#include <belfry/util/atomic.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/time.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <string_view>

/// The "standard" retry mode of the AWS SDKs (AWS SDKs and Tools Reference Guide, "Retry behavior"), as pure
/// functions and two small counters. The caller sleeps, sends and draws the random numbers.
namespace belfry::inline v0 {

/// Limits the retries of all calls of a client: while a service is down, each call tries less often. Safe to
/// use from several threads.
class RetryTokenBucket {
  public:
    static constexpr int default_capacity = 500;
    /// Tokens that a call gives back if its first attempt succeeds.
    static constexpr int success_refund = 1;

    explicit RetryTokenBucket(int capacity = default_capacity) noexcept
        : capacity_(capacity), available_(capacity) {}

    /// Takes `cost` tokens. If there are fewer, takes none and returns false.
    [[nodiscard]] bool acquire(int cost) noexcept {
        std::int64_t available = available_.load();
        do {
            if (cost > available) return false;
        } while (!available_.compare_exchange_weak(available, available - cost));
        return true;
    }
    /// Returns tokens: the cost of the retry that succeeded, or `success_refund`.
    void release(int amount) noexcept {
        std::int64_t available = available_.load();
        std::int64_t filled = 0;
        do {
            if (available >= capacity_) return;
            filled = available + amount < capacity_ ? available + amount : capacity_;
        } while (!available_.compare_exchange_weak(available, filled));
    }
    [[nodiscard]] int available() const noexcept { return static_cast<int>(available_.load()); }

  private:
    std::int64_t capacity_;
    detail::AtomicInteger available_;
};

/// The outcome of an attempt, as far as retrying depends on it.
struct AttemptOutcome {
    /// Counted from 1.
    int attempt = 1;
    ErrorKind kind = ErrorKind::none;
    /// Used for the kinds `transport`, `timeout` and `cancelled`.
    TransportStatus transport = TransportStatus::ok;
    int http_status = 0;
    std::string_view error_code = {};
    /// Whether the model marks the error code as retryable, and as throttling (Smithy `retryable`).
    bool modelled_retryable = false;
    bool modelled_throttling = false;
    /// Whether the request's body can be sent again.
    bool replayable = true;
    /// Whether the response says success, cannot be read, and may be asked for again.
    bool unreadable = false;
    /// Whether `ClockSkew` explains the error, so that a new signature can succeed.
    bool clock_corrected = false;
    /// How long the service asks to wait (see `requested_delay`); zero when it does not say.
    Duration requested_delay = {};
};

/// The decision about a failed attempt.
struct RetryDecision {
    /// Whether to try again, if the bucket grants `cost`.
    bool retry = false;
    /// Whether the error is transient, even if this was the last attempt.
    bool retryable = false;
    bool throttling = false;
    /// Tokens to take from the bucket, and to give back if the next attempt succeeds.
    int cost = 0;
    Duration delay = {};
};

namespace detail {

[[nodiscard]] BELFRY_COLD constexpr bool is_throttling_code(std::string_view code) noexcept {
    return has_word("Throttling ThrottlingException ThrottledException RequestThrottled "
                    "RequestThrottledException TooManyRequestsException "
                    "ProvisionedThroughputExceededException TransactionInProgressException "
                    "RequestLimitExceeded BandwidthLimitExceeded LimitExceededException SlowDown "
                    "PriorRequestNotComplete EC2ThrottledException",
                    code);
}
[[nodiscard]] BELFRY_COLD constexpr bool is_transient_code(std::string_view code) noexcept {
    return has_word("RequestTimeout RequestTimeoutException", code);
}
[[nodiscard]] constexpr bool is_transient_status(int status) noexcept {
    return status == 500 || status == 502 || status == 503 || status == 504;
}
[[nodiscard]] BELFRY_COLD constexpr bool is_transient(TransportStatus status) noexcept {
    switch (status) {
    case TransportStatus::resolve_failed:
    case TransportStatus::connect_failed:
    case TransportStatus::timed_out:
    case TransportStatus::connection_reset:
    case TransportStatus::truncated:
    case TransportStatus::protocol_error: return true;
    // An unknown failure: the request may or may not have been sent.
    case TransportStatus::failed:
    case TransportStatus::ok:
    case TransportStatus::tls_failed:
    case TransportStatus::body_failed:
    case TransportStatus::cancelled: return false;
    }
    return false;
}
/// Error codes that a wrong clock can cause. A refused HEAD request has only a status.
[[nodiscard]] BELFRY_COLD constexpr bool is_clock_code(std::string_view code) noexcept {
    return has_word("403 AccessDeniedException RequestTimeTooSkewed RequestExpired "
                    "InvalidSignatureException SignatureDoesNotMatch AuthFailure RequestInTheFuture",
                    code);
}
/// `random` times the base doubled at each attempt, at most `max_delay`: full jitter.
[[nodiscard]] BELFRY_COLD constexpr Duration jittered_delay(Duration base, Duration max_delay, int attempt,
                                                            double random) noexcept {
    const std::int64_t limit = max_delay.count();
    std::int64_t longest = base.count() < limit ? base.count() : limit;
    for (int i = 1; i < attempt && longest < limit && longest > 0; ++i)
        longest = longest > limit / 2 ? limit : longest * 2;
    const double wait = random * static_cast<double>(longest);
    return Duration::nanoseconds(wait > 0 ? static_cast<std::int64_t>(wait) : 0);
}

} // namespace detail

/// Whether to repeat a failed attempt, and when. `random` is from 0 to 1.
[[nodiscard]] BELFRY_COLD constexpr RetryDecision
decide_retry(const AttemptOutcome& outcome, const RetryOptions& options, double random) noexcept {
    constexpr int transient_cost = 14;
    constexpr int throttling_cost = 5;
    // The service is well, and each call in flight needs this retry when the clocks turn out to differ.
    constexpr int clock_cost = 0;
    RetryDecision decision;
    switch (outcome.kind) {
    case ErrorKind::transport:
    case ErrorKind::timeout: decision.retryable = detail::is_transient(outcome.transport); break;
    case ErrorKind::service:
        decision.throttling = outcome.modelled_throttling || detail::is_throttling_code(outcome.error_code) ||
                              outcome.http_status == 429;
        decision.retryable = decision.throttling || outcome.modelled_retryable || outcome.clock_corrected ||
                             detail::is_transient_code(outcome.error_code) ||
                             detail::is_transient_status(outcome.http_status);
        break;
    case ErrorKind::none:
    case ErrorKind::validation:
    case ErrorKind::configuration:
    case ErrorKind::credentials:
    case ErrorKind::endpoint:
    case ErrorKind::signing:
    case ErrorKind::cancelled:
    case ErrorKind::waiter:
    case ErrorKind::memory: break;
    case ErrorKind::response: decision.retryable = outcome.unreadable; break;
    }
    const int max_attempts = options.max_attempts > 0 ? options.max_attempts : default_max_attempts;
    if (!decision.retryable || !outcome.replayable || outcome.attempt >= max_attempts) return decision;
    decision.retry = true;
    decision.cost = decision.throttling       ? throttling_cost
                    : outcome.clock_corrected ? clock_cost
                                              : transient_cost;
    decision.delay = detail::jittered_delay(
        decision.throttling ? options.throttling_base_delay : options.base_delay.value_or(default_base_delay),
        options.max_delay, outcome.attempt, random);
    if (outcome.requested_delay > decision.delay) {
        std::int64_t extra = outcome.requested_delay.count() - decision.delay.count();
        if (extra > options.max_extra_delay.count()) extra = options.max_extra_delay.count();
        if (extra > 0) decision.delay = Duration::nanoseconds(decision.delay.count() + extra);
    }
    return decision;
}

/// How long a response asks to wait: `x-amz-retry-after` in milliseconds, else `Retry-After` in seconds (RFC
/// 9110 section 10.2.3; its date form is ignored). Zero when it does not say or cannot be read.
[[nodiscard]] BELFRY_COLD inline Duration requested_delay(const Headers& headers) noexcept {
    auto text = headers.find("x-amz-retry-after");
    std::int64_t unit = 1'000'000;
    if (!text.has_value()) {
        text = headers.find("Retry-After");
        unit = 1'000'000'000;
    }
    // Nine digits of seconds stay below the largest duration.
    if (!text.has_value() || text->empty() || text->size() > 9) return {};
    std::int64_t value = 0;
    for (const char c : *text) {
        if (c < '0' || c > '9') return {};
        value = value * 10 + (c - '0');
    }
    return Duration::nanoseconds(value * unit);
}

/// How far the service's clock is ahead of the local one, learned from its responses. Safe to use from
/// several threads.
class ClockSkew {
  public:
    /// Smaller differences do not make a signature invalid: it is valid for five minutes.
    static constexpr std::int64_t tolerated_seconds = 4 * 60;
    /// The `Date` of a response that took longer says too little about the clock.
    static constexpr std::int64_t longest_attempt_seconds = 15 * 60;

    /// After an attempt that was no longer than this, the middle of it is taken for the date's time.
    static constexpr std::int64_t precise_seconds = 60;
    /// A difference that is known this well does not put the end of an attempt's time into the past.
    static constexpr std::int64_t exact_seconds = 4;

    /// Converts a time of the local clock to the service's clock.
    [[nodiscard]] Timestamp apply(Timestamp now) const noexcept {
        const Timestamp moved{now.seconds + offset_.load(), now.nanoseconds};
        // An absurd date must not make every later signature impossible: then no response could correct it.
        return detail::is_civil(moved) ? moved : now;
    }
    /// Learns from the `Date` of a response to a request that was sent and answered at these times of the
    /// local clock. Returns false if the attempt took too long to tell the difference between the clocks.
    BELFRY_COLD bool learn(Timestamp date, Timestamp sent, Timestamp received) noexcept {
        if (received < sent || received.seconds - sent.seconds > longest_attempt_seconds) return false;
        // The service wrote the date, which has whole seconds, after `sent` and before `received`. A known
        // difference that agrees with this stays, and after a long upload changes as little as possible: the
        // middle is wrong by minutes then.
        const std::int64_t least = date.seconds - received.seconds - 1;
        const std::int64_t most = date.seconds - sent.seconds + 1;
        const std::int64_t known = offset_.load();
        const bool exact = most - least <= exact_seconds;
        if (known >= least && known <= most) {
            if (exact) exact_.store(true);
            return true;
        }
        // No thread may take the former difference for an exact one.
        exact_.store(false);
        if (most - least <= precise_seconds)
            offset_.store(least + (most - least) / 2);
        else
            offset_.store(known < least ? least : most);
        exact_.store(exact);
        return true;
    }
    /// Whether clock skew explains an error of a request that was signed with this offset, after its response
    /// has updated the skew. Signing again can then succeed.
    [[nodiscard]] BELFRY_COLD bool explains(std::string_view error_code,
                                            std::int64_t signed_offset) const noexcept {
        const std::int64_t difference = offset_.load() - signed_offset;
        return (difference > tolerated_seconds || difference < -tolerated_seconds) &&
               detail::is_clock_code(error_code);
    }
    [[nodiscard]] std::int64_t offset_seconds() const noexcept { return offset_.load(); }
    /// Whether a response has told the difference between the clocks to within `exact_seconds`.
    [[nodiscard]] bool is_exact() const noexcept { return exact_.load(); }

  private:
    detail::AtomicInteger offset_{};
    detail::Atomic<bool> exact_{};
};

} // namespace belfry::inline v0
