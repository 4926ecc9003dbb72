// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/pooled_transport.hpp>
#include <belfry/transport/detail/proxy.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// The options of a `RoutedTransport`.
struct RouteSettings {
    ProxySettings proxy;
    /// The address or interface to connect from; empty for the system's choice.
    std::string local_interface;
    std::size_t max_idle_connections;
};

template <class Options> [[nodiscard]] RouteSettings route_settings(const Options& options) {
    return {proxy_settings(options), options.local_interface, options.max_idle_connections};
}

/// A transport that keeps connections open and finds the way to each origin itself, perhaps through a proxy.
template <class Connection> class RoutedTransport : public PooledTransport<Connection> {
  protected:
    explicit RoutedTransport(RouteSettings settings)
        : PooledTransport<Connection>(settings.max_idle_connections), settings_(std::move(settings)) {}

    /// The address or interface to connect from; empty for the system's choice.
    [[nodiscard]] const std::string& local_interface() const noexcept { return settings_.local_interface; }
    /// The route to an origin; false with the reason in `refusal` if there is none.
    [[nodiscard]] bool find_route(const Origin& origin, Route& route, TransportResult& refusal) const {
        const char* const reason = detail::find_route(settings_.proxy, origin, route);
        if (reason != nullptr) refusal = {TransportStatus::failed, reason};
        return reason == nullptr;
    }

  private:
    RouteSettings settings_;
};

} // namespace belfry::inline v0::detail
