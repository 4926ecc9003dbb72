// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/async_credentials.hpp>
#include <belfry/default_credentials.hpp>
#include <belfry/transport/async_curl.hpp>
#include <belfry/transport/poll_loop.hpp>

#include "calls.hpp"
#include "run.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace soak {

/// Makes the calls of a run: threads that share a client, or a loop on which many calls are in flight.
class Fleet {
  public:
    /// The library's own cache keeps the credentials of a source, and the configuration's environment tells
    /// the cache the time.
    Fleet(Run& run, belfry::ClientConfig config, belfry::CredentialsSource* source = nullptr);

    /// Makes the calls from `first` to before `last`, and lets the run judge each. Returns when all have
    /// ended.
    void make_calls(std::uint32_t first, std::uint32_t last, belfry::CallOptions options, const Judge& judge);

  private:
    void call_on_threads(std::uint32_t first, std::uint32_t last, const belfry::CallOptions& options,
                         const Judge& judge);
    void call_on_loop(std::uint32_t first, std::uint32_t last, const belfry::CallOptions& options,
                      const Judge& judge);
    [[nodiscard]] std::uint32_t end_of_slice(std::uint32_t begin, std::uint32_t last) const noexcept;

    Run& run_;
    // In the order in which they use each other.
    belfry::PollLoop loop_{};
    std::unique_ptr<belfry::Transport> transport_;
    belfry::AsyncCurlTransport async_transport_;
    std::optional<belfry::CachedCredentials> cached_{};
    std::optional<belfry::AsyncCredentials> async_cached_{};
    std::optional<belfry::chime_sdk_voice::Client> client_{};
};

} // namespace soak
