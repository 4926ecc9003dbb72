// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/credentials_observer.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/core/result.hpp>
#include <belfry/http/async_transport.hpp>
#include <belfry/identity/async_fetch.hpp>
#include <belfry/identity/fetch.hpp>
#include <belfry/identity/fetch_report.hpp>
#include <belfry/identity/kept_credentials.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// Keeps the credentials of a source for calls of an `AsyncCaller`, and fetches them on an event loop: no
/// thread blocks. The first call starts the fetch, and all calls that need it go on when it has ended.
///
///     belfry::DefaultCredentialsSource source(settings);
///     belfry::AsyncCredentials credentials(source, transport, timer);
///     voice::Client client{{.region = "us-east-1", .credentials = credentials}, belfry::AsyncOnly{}};
///
/// Credentials are fetched again at the times that `CachedCredentials` names, while calls go on with those
/// that are still valid. Some sources work on the thread that starts or completes their requests: they read
/// files, and `credential_process` waits for its process.
class AsyncCredentials final : public CredentialsProvider, private detail::AsyncFetch::Owner {
  public:
    /// All must outlive the object; transport, timer and environment also what is pending in them.
    AsyncCredentials(CredentialsSource& source, AsyncTransport& transport, AsyncTimer& timer,
                     Environment& environment = detail::system_environment) noexcept
        : AsyncCredentials(source, transport, timer, nullptr, environment) {}
    /// The observer, which sees each fetch that ends before the object does, must outlive it, too; null for
    /// none.
    AsyncCredentials(CredentialsSource& source, AsyncTransport& transport, AsyncTimer& timer,
                     CredentialsObserver* observer,
                     Environment& environment = detail::system_environment) noexcept
        : source_(source), transport_(transport), timer_(timer), environment_(environment),
          report_(observer, environment) {}
    AsyncCredentials(const AsyncCredentials&) = delete;
    AsyncCredentials& operator=(const AsyncCredentials&) = delete;
    /// No client may have this provider any more.
    ~AsyncCredentials() override {
        std::unique_lock lock(mutex_);
        detail::AsyncFetch* const fetch = std::exchange(fetch_, nullptr);
        const std::vector<CredentialsWaiter*> waiters = std::exchange(waiters_, {});
        lock.unlock();
        if (fetch != nullptr) fetch->leave();
        for (CredentialsWaiter* const waiter : waiters) waiter->on_fetch_ended();
    }

    /// Called for an `AsyncCaller`. Starts a fetch if one is due.
    Result<Credentials> try_credentials(CredentialsWaiter& waiter) noexcept override {
        return detail::get_without_throwing([&] { return ask(waiter); });
    }
    /// Called for calls that block, and for presigned URLs. Returns credentials that were fetched for an
    /// `AsyncCaller` before, or an error with the code `NotFetched`.
    Result<Credentials> credentials() noexcept override {
        return detail::get_without_throwing([&]() -> Result<Credentials> {
            const std::lock_guard lock(mutex_);
            if (kept_.is_valid(environment_.now())) return kept_.get();
            return detail::credentials_error(
                "NotFetched",
                {"the client's credentials are fetched on an event loop, and only the calls of ",
                 "an AsyncCaller wait for that; use CachedCredentials for calls that block"});
        });
    }
    /// Whether credentials are being fetched.
    [[nodiscard]] bool is_fetching() const noexcept {
        const std::lock_guard lock(mutex_);
        return fetch_ != nullptr;
    }
    [[nodiscard]] std::string describe() const override {
        const std::lock_guard lock(mutex_);
        return origin_;
    }

  private:
    Result<Credentials> ask(CredentialsWaiter& waiter) {
        std::unique_lock lock(mutex_);
        const Timestamp now = environment_.now();
        const bool has_waited = waiter.has_waited_for(*this, fetches_);
        const bool valid = kept_.is_valid(now);
        if (has_waited || (valid && (fetch_ != nullptr || !kept_.is_due(now)))) return kept_.outcome(now);
        // First what may throw.
        Result<Credentials> result = valid ? Result<Credentials>(kept_.get()) : Result<Credentials>(Error{});
        if (!valid) waiters_.reserve(waiters_.size() + 1);
        detail::AsyncFetch* begun = nullptr;
        if (fetch_ == nullptr)
            fetch_ = begun = new detail::AsyncFetch(*this, source_.fetch(), transport_, timer_, environment_);
        if (!valid) {
            waiters_.push_back(&waiter);
            waiter.wait_for(*this, fetches_ + 1);
        }
        lock.unlock();
        if (begun != nullptr) {
            report_.begin(source_.name());
            // Its end may end the program's use of this object.
            begun->run();
        }
        return result;
    }

    std::vector<CredentialsWaiter*> end_fetch(Result<Credentials>&& result,
                                              const std::string& origin) noexcept override {
        std::unique_lock lock(mutex_);
        const Timestamp now = environment_.now();
        if (result) {
            kept_.keep(*std::move(result), now);
            set_origin(origin);
        } else {
            Error& failure = result.error();
            // A source's mistake must not look like a success.
            if (failure.kind == ErrorKind::none) failure.kind = ErrorKind::credentials;
            kept_.fail(std::move(failure));
            if (kept_.is_valid(now)) kept_.postpone(now);
        }
        if (report_.is_wanted()) {
            const bool failed = kept_.failure().kind != ErrorKind::none;
            report_.end(kept_, kept_.failure(), failed ? source_.name() : std::string_view(origin_));
            // `fetch_` is still there, so that the destructor waits, and that no other fetch begins.
            lock.unlock();
            report_.tell();
            lock.lock();
        }
        ++fetches_;
        // Otherwise the destructor has taken it.
        if (detail::AsyncFetch* const ended = std::exchange(fetch_, nullptr)) ended->release();
        return std::exchange(waiters_, {});
    }
    void set_origin(const std::string& origin) noexcept {
#if defined(__cpp_exceptions)
        try {
            origin_ = origin.empty() ? source_.name() : std::string_view(origin);
        } catch (...) {
            origin_.clear();
        }
#else
        origin_ = origin.empty() ? source_.name() : std::string_view(origin);
#endif
    }

    CredentialsSource& source_;
    AsyncTransport& transport_;
    AsyncTimer& timer_;
    Environment& environment_;
    /// That of `fetch_`.
    detail::FetchReport report_;
    mutable std::mutex mutex_{};
    detail::KeptCredentials kept_{};
    /// Where they come from.
    std::string origin_{};
    /// The one that runs.
    detail::AsyncFetch* fetch_ = nullptr;
    std::vector<CredentialsWaiter*> waiters_{};
    /// How many have ended.
    std::uint64_t fetches_ = 0;
};

} // namespace belfry::inline v0
