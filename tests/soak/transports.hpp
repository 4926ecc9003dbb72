// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace soak {

/// The transport whose calls are tested.
enum class Carrier : std::uint8_t {
    curl,    ///< `CurlTransport`, and on a loop `AsyncCurlTransport`.
    sockets, ///< `SocketTransport`, for threads only.
    beast,   ///< `BeastTransport`, for threads only; only where Boost is there.
};
[[nodiscard]] constexpr std::string_view text_of(Carrier carrier) noexcept {
    switch (carrier) {
    case Carrier::curl: return "curl";
    case Carrier::sockets: return "sockets";
    case Carrier::beast: return "beast";
    }
    return "";
}
/// The carrier of that name; empty if there is none, or if this program was compiled without it.
[[nodiscard]] std::optional<Carrier> carrier_of(std::string_view name) noexcept;
/// A transport for threads, which ignores proxies.
[[nodiscard]] std::unique_ptr<belfry::Transport> make_transport(Carrier carrier);

} // namespace soak
