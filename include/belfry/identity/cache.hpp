// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/buffer_sink.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// Drives a fetch to its end on the calling thread. An error of kind `ErrorKind::memory` if there is no
/// memory for a response.
[[nodiscard]] inline Result<Credentials> fetch_credentials(CredentialsFetch& fetch, Transport& transport,
                                                           Environment& environment) {
    // No document of credentials is larger.
    constexpr std::size_t limit = std::size_t{64} * 1024;
    CredentialsFetch::Step step = fetch.start();
    for (;;) {
        switch (step) {
        case CredentialsFetch::Step::send: {
            detail::BufferSink sink(limit, nullptr, environment);
            TransportResult sent = transport.send(fetch.request(), sink);
            if (sink.out_of_memory) {
                detail::wipe(sink.response.body);
                Error error;
                detail::fail_without_memory(error);
                return error;
            }
            if (sink.too_large) sent = {TransportStatus::failed, "the response is larger than 64 KiB"};
            step = fetch.on_sent(sent, std::move(sink.response));
            break;
        }
        case CredentialsFetch::Step::wait:
            environment.sleep(fetch.delay());
            step = fetch.on_waited();
            break;
        case CredentialsFetch::Step::done: return std::move(fetch.result());
        }
    }
}

/// Keeps the credentials of a source until shortly before they expire. Threads may share it: one of them
/// fetches, the others go on with credentials that are still valid, or wait.
///
/// Credentials are fetched again when a quarter of their life is left, and at most five minutes before they
/// expire; those without an expiration after 15 minutes. If that fails, credentials that are still valid stay
/// in use, and the next attempt is a minute later.
class CachedCredentials final : public CredentialsProvider {
  public:
    /// The source's requests go through `transport`. All three must outlive the cache. The first call of
    /// `credentials` fetches.
    CachedCredentials(CredentialsSource& source, Transport& transport,
                      Environment& environment = detail::system_environment) noexcept
        : source_(source), transport_(transport), environment_(environment) {}
    CachedCredentials(const CachedCredentials&) = delete;
    CachedCredentials& operator=(const CachedCredentials&) = delete;
    ~CachedCredentials() override { drop(kept_); }

    Result<Credentials> credentials() noexcept override {
#if defined(__cpp_exceptions)
        // A provider may not throw, and memory may run out.
        try {
            return get();
        } catch (...) {
            Error error;
            detail::fail_without_memory(error);
            return error;
        }
#else
        return get();
#endif
    }

    [[nodiscard]] std::string describe() const override {
        const std::lock_guard lock(mutex_);
        return origin_;
    }

  private:
    Result<Credentials> get() {
        std::unique_lock lock(mutex_);
        const Timestamp now = environment_.now();
        if (kept_ && is_valid(now) && (fetching_ || now < renew_at_)) return *kept_;
        if (!fetching_) return renew(lock);
        const std::uint64_t awaited = fetches_;
        fetched_.wait(lock, [&] { return fetches_ != awaited; });
        // All that waited share the outcome. Otherwise each would ask a source that fails, or whose
        // credentials expire at once.
        if (failure_.kind == ErrorKind::none || (kept_ && is_valid(environment_.now()))) return *kept_;
        return failure_;
    }

    [[nodiscard]] bool is_valid(Timestamp now) const noexcept {
        // A request takes time to arrive.
        return !kept_->expiration || now.seconds + 10 < kept_->expiration->seconds;
    }

    Result<Credentials> renew(std::unique_lock<std::mutex>& lock) {
        Fetching fetching(*this, lock);
        Result<Credentials> fetched = fetching.run();
        const Timestamp now = environment_.now();
        if (fetched) {
            // Memory may run out here, and what is kept may still be valid.
            Credentials copy = *fetched;
            drop(kept_);
            kept_ = std::move(copy);
            renew_at_ = renewal(now);
            fetching.end_with({});
            return fetched;
        }
        fetching.end_with(fetched.error());
        if (!kept_ || !is_valid(now)) return fetched;
        renew_at_ = Timestamp{now.seconds + 60, 0};
        return *kept_;
    }

    [[nodiscard]] Timestamp renewal(Timestamp now) const noexcept {
        if (!kept_->expiration) return {now.seconds + 900, 0};
        const std::int64_t life = kept_->expiration->seconds - now.seconds;
        const std::int64_t early = life / 4 < 300 ? life / 4 : 300;
        const std::int64_t at = kept_->expiration->seconds - early;
        // The source may give the same credentials once more.
        return {at > now.seconds + 60 || life < 60 ? at : now.seconds + 60, 0};
    }

    static void drop(std::optional<Credentials>& credentials) noexcept {
        if (!credentials) return;
        detail::wipe(credentials->secret_access_key);
        detail::wipe(credentials->session_token);
        detail::wipe(credentials->bearer_token);
        credentials.reset();
    }

    /// Lets go of the lock during a fetch, and wakes the others behind it. If the fetch throws, they get an
    /// error as well, which takes no memory.
    class Fetching {
      public:
        Fetching(CachedCredentials& cache, std::unique_lock<std::mutex>& lock) : cache_(cache), lock_(lock) {
            cache_.fetching_ = true;
            detail::fail_without_memory(outcome_);
        }
        Fetching(const Fetching&) = delete;
        Fetching& operator=(const Fetching&) = delete;
        ~Fetching() {
            if (!lock_.owns_lock()) lock_.lock();
            cache_.failure_ = std::move(outcome_);
            cache_.fetching_ = false;
            ++cache_.fetches_;
            cache_.fetched_.notify_all();
        }
        [[nodiscard]] Result<Credentials> run() {
            lock_.unlock();
            const detail::Owned<CredentialsFetch> fetch = cache_.source_.fetch();
            Result<Credentials> result = fetch_credentials(*fetch, cache_.transport_, cache_.environment_);
            std::string origin = fetch->origin();
            if (origin.empty()) origin = cache_.source_.name();
            lock_.lock();
            if (result) cache_.origin_.swap(origin);
            return result;
        }
        /// The outcome for those that wait; of the kind `ErrorKind::none` for a success.
        void end_with(Error outcome) noexcept { outcome_ = std::move(outcome); }

      private:
        CachedCredentials& cache_;
        std::unique_lock<std::mutex>& lock_;
        Error outcome_{};
    };

    CredentialsSource& source_;
    Transport& transport_;
    Environment& environment_;
    mutable std::mutex mutex_{};
    std::condition_variable fetched_{};
    std::optional<Credentials> kept_{};
    /// Where they come from.
    std::string origin_{};
    /// Why the last fetch failed; of the kind `ErrorKind::none` if it succeeded.
    Error failure_{};
    Timestamp renew_at_{};
    std::uint64_t fetches_ = 0;
    bool fetching_ = false;
};

} // namespace belfry::inline v0
