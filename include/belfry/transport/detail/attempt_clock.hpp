// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/steady_time.hpp>

#include <cstdint>

namespace belfry::inline v0::detail {

/// How often a transport that waits asks whether the caller gave up.
inline constexpr int poll_milliseconds = 50;

/// Measures one attempt against its `Timeouts`.
class AttemptClock {
  public:
    explicit AttemptClock(const Timeouts& timeouts) noexcept
        : timeouts_(timeouts), start_(now()), moved_(start_) {}

    /// The connection stands: from here the idle limit counts, no longer the connect limit.
    void connected() noexcept {
        if (!connected_) moved_ = now();
        connected_ = true;
    }
    /// Bytes went in or out.
    void moved() noexcept { moved_ = now(); }

    /// Which limit ran out; null while none has.
    [[nodiscard]] const char* expired() const noexcept {
        const std::int64_t time = now();
        if (past(timeouts_.total, time - start_)) return "the attempt took longer than its total limit";
        if (!connected_)
            return past(timeouts_.connect, time - start_) ? "no connection within the connect limit"
                                                          : nullptr;
        return past(timeouts_.idle, time - moved_) ? "no byte moved within the idle limit" : nullptr;
    }
    /// Milliseconds until the next limit runs out, at least 1 and at most `most`.
    [[nodiscard]] int wait_milliseconds(int most = poll_milliseconds) const noexcept {
        const std::int64_t time = now();
        std::int64_t left = std::int64_t{most} * 1'000'000;
        shorten(left, timeouts_.total, time - start_);
        shorten(left, connected_ ? timeouts_.idle : timeouts_.connect, time - (connected_ ? moved_ : start_));
        return left <= 0 ? 1 : static_cast<int>((left + 999'999) / 1'000'000);
    }

  private:
    static std::int64_t now() noexcept { return steady_nanoseconds(); }
    static bool past(Duration limit, std::int64_t elapsed) noexcept {
        return limit.count() > 0 && elapsed >= limit.count();
    }
    static void shorten(std::int64_t& left, Duration limit, std::int64_t elapsed) noexcept {
        if (limit.count() > 0 && limit.count() - elapsed < left) left = limit.count() - elapsed;
    }

    Timeouts timeouts_;
    std::int64_t start_;
    std::int64_t moved_;
    bool connected_ = false;
};

/// Whether an attempt has to end: `cancelled`, `timed_out`, or `ok` while it may go on.
[[nodiscard]] inline TransportResult interruption(const ResponseSink& sink, const AttemptClock& clock) {
    if (sink.cancelled()) return {TransportStatus::cancelled, "cancelled by the caller"};
    if (const char* limit = clock.expired()) return {TransportStatus::timed_out, limit};
    return {};
}

} // namespace belfry::inline v0::detail
