// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0::detail {

/// Calls `update` with everything left in `source`; false when the source fails.
template <class Update> [[nodiscard]] bool read_all(BodySource& source, Update update) {
    char buffer[4'096];
    for (;;) {
        const std::ptrdiff_t got = source.read(buffer, sizeof buffer);
        if (got == 0) return true;
        if (got < 0 || static_cast<std::size_t>(got) > sizeof buffer) return false;
        update(std::string_view(buffer, static_cast<std::size_t>(got)));
    }
}

} // namespace belfry::inline v0::detail
