// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/wipe_credentials.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace belfry::inline v0::detail {

/// Calls a function that returns credentials. If memory runs out, the result is an error of kind
/// `ErrorKind::memory`: a provider may not throw.
template <class Get> [[nodiscard]] Result<Credentials> get_without_throwing(const Get& get) noexcept {
#if defined(__cpp_exceptions)
    try {
        return get();
    } catch (...) {
        Error error;
        fail_without_memory(error);
        return error;
    }
#else
    return get();
#endif
}

/// The credentials that a cache keeps, the outcome of its last fetch, and when the next one is due. Not safe
/// for several threads.
class KeptCredentials {
  public:
    KeptCredentials() = default;
    KeptCredentials(const KeptCredentials&) = delete;
    KeptCredentials& operator=(const KeptCredentials&) = delete;
    ~KeptCredentials() { drop(); }

    /// Whether there are credentials that can still sign a request.
    [[nodiscard]] bool is_valid(Timestamp now) const noexcept {
        // A request takes time to arrive.
        return kept_ && (!kept_->expiration || now.seconds + 10 < kept_->expiration->seconds);
    }
    /// Whether valid credentials should be fetched again.
    [[nodiscard]] bool is_due(Timestamp now) const noexcept { return now >= renew_at_; }
    [[nodiscard]] const Credentials& get() const noexcept { return *kept_; }
    /// Why the last fetch failed; of the kind `ErrorKind::none` if it succeeded.
    [[nodiscard]] const Error& failure() const noexcept { return failure_; }
    /// The result for those that have waited for the last fetch. Otherwise each of them would ask a source
    /// that fails, or whose credentials expire at once.
    [[nodiscard]] Result<Credentials> outcome(Timestamp now) const {
        if (kept_ && (failure_.kind == ErrorKind::none || is_valid(now))) return *kept_;
        return failure_;
    }

    /// After a fetch that succeeded.
    void keep(Credentials&& fetched, Timestamp now) noexcept {
        drop();
        kept_ = std::move(fetched);
        renew_at_ = renewal(now);
        failure_ = {};
    }
    /// After a fetch that failed. Credentials that are still valid stay in use.
    void fail(Error&& failure) noexcept { failure_ = std::move(failure); }
    /// Makes the next fetch due in a minute.
    void postpone(Timestamp now) noexcept { renew_at_ = Timestamp{now.seconds + 60, 0}; }

  private:
    [[nodiscard]] Timestamp renewal(Timestamp now) const noexcept {
        if (!kept_->expiration) return {now.seconds + 900, 0};
        const std::int64_t life = kept_->expiration->seconds - now.seconds;
        const std::int64_t early = life / 4 < 300 ? life / 4 : 300;
        const std::int64_t at = kept_->expiration->seconds - early;
        // The source may give the same credentials once more.
        return {at > now.seconds + 60 || life < 60 ? at : now.seconds + 60, 0};
    }
    void drop() noexcept {
        if (!kept_) return;
        wipe(*kept_);
        kept_.reset();
    }

    std::optional<Credentials> kept_{};
    Error failure_{};
    Timestamp renew_at_{};
};

} // namespace belfry::inline v0::detail
