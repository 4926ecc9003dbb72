// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/pooled_transport.hpp>
#include <belfry/transport/detail/proxy.hpp>

#include <string>

namespace belfry::inline v0::detail {

/// A transport that keeps connections open and finds the way to each origin itself, perhaps through a proxy.
template <class Connection> class RoutedTransport : public PooledTransport<Connection> {
  protected:
    /// `Options` has the members of `SocketOptions`.
    template <class Options>
    explicit RoutedTransport(const Options& options)
        : PooledTransport<Connection>(options.max_idle_connections),
          proxy_{options.proxy, options.no_proxy, options.proxy_from_environment},
          local_interface_(options.local_interface) {}

    /// The address or interface to connect from; empty for the system's choice.
    [[nodiscard]] const std::string& local_interface() const noexcept { return local_interface_; }
    /// The route to an origin; false with the reason in `refusal` if there is none.
    [[nodiscard]] bool find_route(const Origin& origin, Route& route, TransportResult& refusal) const {
        const char* const reason = detail::find_route(proxy_, origin, route);
        if (reason != nullptr) refusal = {TransportStatus::failed, reason};
        return reason == nullptr;
    }

  private:
    ProxySettings proxy_;
    std::string local_interface_;
};

} // namespace belfry::inline v0::detail
