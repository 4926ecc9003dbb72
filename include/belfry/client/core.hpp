// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/sigv4.hpp>
#include <belfry/client/config.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/protocol/operation.hpp>
#include <belfry/retry/standard.hpp>

#include <utility>

namespace belfry::inline v0 {

/// What every generated client consists of: its service, its configuration, its transport, and the little
/// that calls learn from each other. Safe to use from several threads if the transport is.
class ClientCore {
  public:
    ClientCore(const Service& service, ClientConfig config, TransportHandle transport) noexcept
        : service_(&service), config_(std::move(config)), transport_(std::move(transport)) {}
    ClientCore(const ClientCore&) = delete;
    ClientCore& operator=(const ClientCore&) = delete;

    [[nodiscard]] const Service& service() const noexcept { return *service_; }
    [[nodiscard]] const ClientConfig& config() const noexcept { return config_; }
    [[nodiscard]] Transport& transport() const noexcept { return transport_.get(); }
    [[nodiscard]] RetryTokenBucket& retry_tokens() const noexcept { return retry_tokens_; }
    [[nodiscard]] ClockSkew& clock_skew() const noexcept { return clock_skew_; }
    [[nodiscard]] SigningKeyCache& signing_keys() const noexcept { return signing_keys_; }

  private:
    const Service* service_;
    ClientConfig config_;
    TransportHandle transport_;
    mutable RetryTokenBucket retry_tokens_{};
    mutable ClockSkew clock_skew_{};
    mutable SigningKeyCache signing_keys_{};
};

} // namespace belfry::inline v0
