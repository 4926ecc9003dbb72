// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdint>

namespace belfry::inline v0 {

/// A version of TLS, to be the oldest that a transport accepts.
enum class TlsVersion : std::uint8_t {
    tls_1_2, ///< RFC 5246.
    tls_1_3, ///< RFC 8446.
};

} // namespace belfry::inline v0
