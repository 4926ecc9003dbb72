// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials_observer.hpp>
#include <belfry/call/environment.hpp>
#include <belfry/core/error.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/identity/kept_credentials.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Tells a cache's observer of one fetch. Does nothing without an observer.
class FetchReport {
  public:
    FetchReport(CredentialsObserver* observer, Environment& environment) noexcept
        : observer_(observer), environment_(environment) {}

    /// Tells that the fetch begins. The caller does not hold a lock.
    void begin(std::string_view source) noexcept {
        if (observer_ == nullptr) return;
        // The outcome of a fetch that throws, for which `end` is not called.
        moment_ = CredentialsMoment::failed;
        static_cast<void>(fail_without_memory(failure_));
        expiration_.reset();
        started_ = environment_.steady_time();
        const Error none;
        observer_->on_credentials({CredentialsMoment::fetching, source, none});
    }
    /// Takes the outcome from what the cache keeps after the fetch. Texts are lost if memory runs out: an
    /// observer may not end a call.
    void end(const KeptCredentials& kept, const Error& failure, std::string_view origin) noexcept {
        if (observer_ == nullptr) return;
        const bool valid = kept.is_valid(environment_.now());
        if (valid) expiration_ = kept.get().expiration;
        failure_ = {};
        failure_.kind = failure.kind;
        moment_ = failure.kind == ErrorKind::none ? CredentialsMoment::fetched
                  : valid                         ? CredentialsMoment::kept
                                                  : CredentialsMoment::failed;
#if defined(__cpp_exceptions)
        try {
            origin_ = origin;
            failure_ = failure;
        } catch (...) {
            origin_.clear();
        }
#else
        origin_ = origin;
        failure_ = failure;
#endif
    }
    /// Tells the outcome. The caller does not hold a lock.
    void tell() noexcept {
        if (observer_ == nullptr) return;
        const std::int64_t elapsed = environment_.steady_time().count() - started_.count();
        observer_->on_credentials({moment_, origin_, failure_, expiration_, Duration::nanoseconds(elapsed)});
    }
    [[nodiscard]] bool is_wanted() const noexcept { return observer_ != nullptr; }

  private:
    CredentialsObserver* observer_;
    Environment& environment_;
    Duration started_{};
    CredentialsMoment moment_ = CredentialsMoment::failed;
    std::string origin_{};
    Error failure_{};
    std::optional<Timestamp> expiration_{};
};

} // namespace belfry::inline v0::detail
