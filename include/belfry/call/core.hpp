// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/client_config.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0 {

struct Service;

namespace detail {
struct ClientState;
}

/// The core of every generated client: its service, its configuration, its transport, and the state
/// that its calls share (clock offset, retry tokens). Safe to use from several threads if the transport is.
class ClientCore {
  public:
    /// Does no I/O and cannot fail; what is wrong with the configuration is an error of the first call.
    BELFRY_INLINE ClientCore(const Service& service, ClientConfig&& config, TransportHandle&& transport);
    BELFRY_INLINE ~ClientCore();
    ClientCore(const ClientCore&) = delete;
    ClientCore& operator=(const ClientCore&) = delete;

    [[nodiscard]] const Service& service() const noexcept { return *service_; }
    [[nodiscard]] const ClientConfig& config() const noexcept { return config_; }
    [[nodiscard]] Transport& transport() const noexcept { return transport_.get(); }
    /// The configuration's environment, or the operating system's.
    [[nodiscard]] BELFRY_INLINE Environment& environment() const noexcept;
    /// Retry tokens, the service's clock and signing keys: see `call/state.hpp`.
    [[nodiscard]] detail::ClientState& state() const noexcept { return *state_; }

  private:
    const Service* service_;
    ClientConfig config_;
    TransportHandle transport_;
    detail::ClientState* state_;
};

namespace detail {

/// A client's core, which has its own memory: the calls, pages and streams that refer to it are not affected
/// when the client is moved. After a move it is empty.
class OwnedCore {
  public:
    BELFRY_INLINE OwnedCore(const Service& service, ClientConfig&& config, TransportHandle&& transport);
    OwnedCore(OwnedCore&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
    OwnedCore& operator=(OwnedCore&& other) noexcept {
        std::swap(core_, other.core_);
        return *this;
    }
    BELFRY_INLINE ~OwnedCore();

    operator const ClientCore&() const noexcept { return *core_; } // NOLINT: calls take the core

  private:
    ClientCore* core_;
};

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/call/impl/core.ipp>
#endif
