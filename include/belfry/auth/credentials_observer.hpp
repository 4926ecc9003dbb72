// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace belfry::inline v0 {

/// A moment in the life of cached credentials.
enum class CredentialsMoment : std::uint8_t {
    fetching, ///< They are about to be fetched, for the first time or again.
    fetched,  ///< They have been fetched.
    kept,     ///< The fetch has failed, and those from before stay in use because they are still valid.
    failed,   ///< The fetch has failed, and no credentials are valid.
};

/// An event, as a `CredentialsObserver` sees it. The texts are views that must be copied to be kept. No keys
/// and tokens are among them.
struct CredentialsEvent {
    CredentialsMoment moment;
    /// Where the credentials come from, for people, such as `the profile`. Before they are fetched, the name
    /// of the source that is asked.
    std::string_view origin;
    /// Why the fetch has failed; of kind `none` otherwise.
    const Error& error;
    /// When those in use expire; absent if that is unknown, never, or if there are none.
    std::optional<Timestamp> expiration{};
    /// How long the fetch took; zero while it begins.
    Duration elapsed{};
};

/// Sees when cached credentials are fetched: `CachedCredentials`, `AsyncCredentials` and
/// `CredentialsOptions::observer` take one. Its function runs on the thread that drives the fetch, so it must
/// be callable from several threads at once if caches share it. It may not ask the cache for credentials, nor
/// destroy it.
class CredentialsObserver {
  public:
    virtual void on_credentials(const CredentialsEvent& event) noexcept = 0;

  protected:
    ~CredentialsObserver() = default;
};

} // namespace belfry::inline v0
