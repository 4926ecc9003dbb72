// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>

namespace belfry::inline v0::detail {

/// The outcome of a non-blocking read or write.
struct WireStep {
    enum Kind {
        moved,
        wants_read,
        wants_write,
        ended,    ///< The peer has closed the connection, and within TLS said so.
        cut_off,  ///< It ended without TLS's goodbye.
        rejected, ///< The peer has ended TLS with an alert.
        broken,
    } kind = moved;
    std::size_t count = 0;
};

/// The events that a wire can be waited for; the values may be combined.
enum WireEvents : unsigned { wire_readable = 1, wire_writable = 2 };

} // namespace belfry::inline v0::detail
