// SPDX-License-Identifier: Apache-2.0
#include "transports.hpp"

#include <belfry/transport/curl.hpp>
#include <belfry/transport/socket.hpp>
#if defined(SOAK_HAS_BEAST)
#include <belfry/transport/beast.hpp>
#endif

namespace soak {

std::optional<Carrier> carrier_of(std::string_view name) noexcept {
    for (const Carrier carrier : {Carrier::curl, Carrier::sockets})
        if (name == text_of(carrier)) return carrier;
#if defined(SOAK_HAS_BEAST)
    if (name == text_of(Carrier::beast)) return Carrier::beast;
#endif
    return std::nullopt;
}

std::unique_ptr<belfry::Transport> make_transport(Carrier carrier) {
    if (carrier == Carrier::sockets)
        return std::make_unique<belfry::SocketTransport>(
            belfry::SocketOptions{.proxy_from_environment = false});
#if defined(SOAK_HAS_BEAST)
    if (carrier == Carrier::beast)
        return std::make_unique<belfry::BeastTransport>(
            belfry::BeastOptions{.proxy_from_environment = false});
#endif
    return std::make_unique<belfry::CurlTransport>(belfry::CurlOptions{.proxy_from_environment = false});
}

} // namespace soak
