// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/call/interceptor.hpp>
#include <belfry/util/timestamp.hpp>

#include <cmath>
#include <cstdint>
#include <mutex>

/// The "adaptive" retry mode of the AWS SDKs (AWS SDKs and Tools Reference Guide, "Retry behavior").
namespace belfry::inline v0 {

/// Limits how many attempts are made in a second to what a service takes. The rate has no limit until the
/// service asks to slow down; from then on each such answer lowers the rate, which grows again along a cubic
/// curve, as the window of TCP CUBIC does (RFC 9438). Safe to use from several threads. Times are those of
/// `Environment::steady_time`.
class AdaptiveRateLimiter {
  public:
    /// Returns zero if an attempt may be made now. Else it returns how long to wait before asking again.
    [[nodiscard]] Duration acquire(Duration now) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const double time = start(now);
        if (!enabled_) return {};
        refill(time);
        if (tokens_ >= 1) {
            tokens_ -= 1;
            return {};
        }
        // Rounded up: a part of a nanosecond earlier the token would not be there.
        return Duration::nanoseconds(static_cast<std::int64_t>((1 - tokens_) / rate_ * 1e9) + 1);
    }
    /// After each attempt; `throttled` if the service asked to slow down.
    void on_attempt(bool throttled, Duration now) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const double time = start(now);
        measure(time);
        double rate = 0;
        if (throttled) {
            highest_ = enabled_ && rate_ < measured_ ? rate_ : measured_;
            // When the rate is again what it was.
            inflection_ = std::cbrt(highest_ * (1 - beta) / scale);
            throttled_at_ = time;
            rate = highest_ * beta;
            enabled_ = true;
        } else {
            const double distance = time - throttled_at_ - inflection_;
            rate = scale * distance * distance * distance + highest_;
        }
        set_rate(rate < 2 * measured_ ? rate : 2 * measured_, time);
    }

    /// Attempts in a second that are allowed now; only a limit once the service has asked to slow down.
    [[nodiscard]] double rate() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return rate_;
    }
    /// Whether the service has asked to slow down.
    [[nodiscard]] bool enabled() const {
        const std::lock_guard<std::mutex> lock(mutex_);
        return enabled_;
    }

  private:
    static constexpr double beta = 0.7;
    static constexpr double scale = 0.4;
    static constexpr double smoothing = 0.8;
    static constexpr double least_rate = 0.5;
    /// Parts of a second for which attempts are counted.
    static constexpr double buckets = 2;

    /// The time in seconds. The first one is the limiter's beginning, since the clock's zero has no meaning.
    double start(Duration now) noexcept {
        const double time = static_cast<double>(now.count()) / 1e9;
        if (!started_) {
            started_ = true;
            throttled_at_ = time;
            filled_at_ = time;
            bucket_ = std::floor(time);
        }
        return time;
    }
    /// Counts an attempt.
    void measure(double time) noexcept {
        const double bucket = std::floor(time * buckets) / buckets;
        ++count_;
        if (bucket <= bucket_) return;
        measured_ =
            static_cast<double>(count_) / (bucket - bucket_) * smoothing + measured_ * (1 - smoothing);
        count_ = 0;
        bucket_ = bucket;
    }
    void set_rate(double rate, double time) noexcept {
        // Tokens of the time until now come at the old rate.
        refill(time);
        rate_ = rate > least_rate ? rate : least_rate;
        capacity_ = rate > 1 ? rate : 1;
        if (tokens_ > capacity_) tokens_ = capacity_;
    }
    void refill(double time) noexcept {
        // A clock that was set back must not take tokens away.
        if (time > filled_at_) tokens_ += (time - filled_at_) * rate_;
        if (tokens_ > capacity_) tokens_ = capacity_;
        filled_at_ = time;
    }

    mutable std::mutex mutex_{};
    bool enabled_ = false;
    bool started_ = false;
    std::int64_t count_ = 0;
    double bucket_ = 0;
    double measured_ = 0;
    double highest_ = 0;
    double inflection_ = 0;
    double throttled_at_ = 0;
    double rate_ = 1;
    double capacity_ = 1;
    double tokens_ = 0;
    double filled_at_ = 0;
};

namespace detail {

/// Delays the attempts of a client, and has the program's interceptor see them.
class AdaptiveRetry final : public Interceptor {
  public:
    explicit AdaptiveRetry(const ClientConfig& config) noexcept
        : environment_(environment_or_system(config.environment)), inner_(config.interceptor) {}
    [[nodiscard]] Duration before_attempt(const AttemptInfo& attempt, HttpRequest& request) override {
        const Duration wait = limiter_.acquire(environment_.steady_time());
        if (wait.count() > 0 || inner_ == nullptr) return wait;
        return inner_->before_attempt(attempt, request);
    }
    void after_attempt(const AttemptInfo& attempt, int http_status, const Headers& headers,
                       const Error& error) override {
        limiter_.on_attempt(error.throttling, environment_.steady_time());
        if (inner_ != nullptr) inner_->after_attempt(attempt, http_status, headers, error);
    }

  private:
    Environment& environment_;
    Interceptor* inner_;
    AdaptiveRateLimiter limiter_{};
};

} // namespace detail

/// For `ClientConfig::retry_mode`: retries as the standard mode does, and slows down all calls of the client
/// while the service throttles, so that a call may wait before its first attempt.
[[nodiscard]] inline Interceptor* adaptive_retry(const ClientConfig& config) {
    return new detail::AdaptiveRetry(config);
}

} // namespace belfry::inline v0
