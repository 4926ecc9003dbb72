// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/exception_text.hpp>

#include <new>

namespace belfry::inline v0::detail {

/// The result of `part`, a piece of an attempt, or one that tells of its exception.
template <class Part> [[nodiscard]] TransportResult without_throwing(const Part& part) noexcept {
#if defined(__cpp_exceptions)
    try {
        return part();
    } catch (const std::bad_alloc&) {
        // Short enough for the small string optimisation: this must not allocate.
        return {TransportStatus::failed, "out of memory"};
    } catch (...) {
        return {TransportStatus::failed, exception_text("the attempt threw an exception")};
    }
#else
    return part();
#endif
}

} // namespace belfry::inline v0::detail
