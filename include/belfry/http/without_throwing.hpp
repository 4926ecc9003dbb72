// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/exception_text.hpp>

#include <new>
#include <string_view>
#include <type_traits>

namespace belfry::inline v0::detail {

/// The result of `part`, or success if it returns nothing.
template <class Part> [[nodiscard]] TransportResult run_part(const Part& part) {
    if constexpr (std::is_void_v<decltype(part())>) {
        part();
        return {};
    } else {
        return part();
    }
}

/// The result of `part`, a piece of an attempt, or one that tells of its exception after the text `what`.
template <class Part>
[[nodiscard]] TransportResult
without_throwing(const Part& part,
                 [[maybe_unused]] std::string_view what = "the attempt threw an exception") noexcept {
#if defined(__cpp_exceptions)
    try {
        return run_part(part);
    } catch (const std::bad_alloc&) {
        // Short enough for the small string optimisation: this must not allocate.
        return {TransportStatus::failed, "out of memory"};
    } catch (...) {
        return {TransportStatus::failed, exception_text(what)};
    }
#else
    return run_part(part);
#endif
}

} // namespace belfry::inline v0::detail
