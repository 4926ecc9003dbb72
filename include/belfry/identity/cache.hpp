// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/credentials_observer.hpp>
#include <belfry/call/buffer_sink.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/fetch_report.hpp>
#include <belfry/identity/kept_credentials.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/wipe.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace belfry::inline v0 {

namespace detail {
/// No document of credentials is larger.
inline constexpr std::size_t max_credentials_response = std::size_t{64} * 1024;

/// Passes what a sink of that limit has received to the fetch.
[[nodiscard]] inline CredentialsFetch::Step pass_response(CredentialsFetch& fetch, BufferSink& sink,
                                                          TransportResult sent) {
    if (sink.too_large) sent = {TransportStatus::failed, "the response is larger than 64 KiB"};
    return fetch.on_sent(sent, std::move(sink.response));
}
} // namespace detail

/// Drives a fetch to its end on the calling thread. An error of kind `ErrorKind::memory` if there is no
/// memory for a response.
[[nodiscard]] inline Result<Credentials> fetch_credentials(CredentialsFetch& fetch, Transport& transport,
                                                           Environment& environment) {
    CredentialsFetch::Step step = fetch.start();
    for (;;) {
        switch (step) {
        case CredentialsFetch::Step::send: {
            detail::BufferSink sink(detail::max_credentials_response, nullptr, environment);
            TransportResult sent = transport.send(fetch.request(), sink);
            if (sink.out_of_memory) {
                detail::wipe(sink.response.body);
                Error error;
                detail::fail_without_memory(error);
                return error;
            }
            step = detail::pass_response(fetch, sink, std::move(sent));
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
    /// The source's requests go through `transport`. All must outlive the cache. The first call of
    /// `credentials` fetches.
    CachedCredentials(CredentialsSource& source, Transport& transport,
                      Environment& environment = detail::system_environment) noexcept
        : CachedCredentials(source, transport, nullptr, environment) {}
    /// The observer, which sees each fetch, must outlive the cache, too; null for none.
    CachedCredentials(CredentialsSource& source, Transport& transport, CredentialsObserver* observer,
                      Environment& environment = detail::system_environment) noexcept
        : source_(source), transport_(transport), environment_(environment), observer_(observer) {}
    CachedCredentials(const CachedCredentials&) = delete;
    CachedCredentials& operator=(const CachedCredentials&) = delete;

    Result<Credentials> credentials() noexcept override {
        return detail::get_without_throwing([this] { return get(); });
    }

    [[nodiscard]] std::string describe() const override {
        const std::lock_guard lock(mutex_);
        return origin_;
    }

  private:
    Result<Credentials> get() {
        std::unique_lock lock(mutex_);
        const Timestamp now = environment_.now();
        if (kept_.is_valid(now) && (fetching_ || !kept_.is_due(now))) return kept_.get();
        if (!fetching_) return renew(lock);
        const std::uint64_t awaited = fetches_;
        fetched_.wait(lock, [&] { return fetches_ != awaited; });
        return kept_.outcome(environment_.now());
    }

    Result<Credentials> renew(std::unique_lock<std::mutex>& lock) {
        Telling telling(*this, lock);
        Fetching fetching(*this, lock);
        lock.unlock();
        telling.report.begin(source_.name());
        Result<Credentials> fetched = fetching.run();
        const Timestamp now = environment_.now();
        if (fetched) {
            // Memory may run out here, and what is kept may still be valid.
            Credentials copy = *fetched;
            kept_.keep(std::move(copy), now);
            fetching.end_with({});
            telling.report.end(kept_, {}, origin_);
            return fetched;
        }
        fetching.end_with(fetched.error());
        telling.report.end(kept_, fetched.error(), source_.name());
        if (!kept_.is_valid(now)) return fetched;
        kept_.postpone(now);
        return kept_.get();
    }

    /// Tells the observer of a fetch, after the others were woken and without the lock.
    struct Telling {
        Telling(CachedCredentials& cache, std::unique_lock<std::mutex>& lock_of_cache) noexcept
            : report(cache.observer_, cache.environment_), lock(lock_of_cache) {}
        Telling(const Telling&) = delete;
        Telling& operator=(const Telling&) = delete;
        ~Telling() {
            lock.unlock();
            report.tell();
        }
        detail::FetchReport report;
        std::unique_lock<std::mutex>& lock;
    };

    /// Takes the lock again after a fetch, and wakes the others behind it. If the fetch throws, they get an
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
            cache_.kept_.fail(std::move(outcome_));
            cache_.fetching_ = false;
            ++cache_.fetches_;
            cache_.fetched_.notify_all();
        }
        [[nodiscard]] Result<Credentials> run() {
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
    CredentialsObserver* observer_;
    mutable std::mutex mutex_{};
    std::condition_variable fetched_{};
    detail::KeptCredentials kept_{};
    /// Where they come from.
    std::string origin_{};
    std::uint64_t fetches_ = 0;
    bool fetching_ = false;
};

} // namespace belfry::inline v0
