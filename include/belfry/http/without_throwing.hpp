// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/exception_text.hpp>

#include <new>
#include <string_view>

namespace belfry::inline v0::detail {

/// The result of `part`, a piece of an attempt, or one that tells of its exception after the text `what`.
template <class Part>
[[nodiscard]] TransportResult
without_throwing(const Part& part,
                 [[maybe_unused]] std::string_view what = "the attempt threw an exception") noexcept {
#if defined(__cpp_exceptions)
    try {
        return part();
    } catch (const std::bad_alloc&) {
        // Short enough for the small string optimisation: this must not allocate.
        return {TransportStatus::failed, "out of memory"};
    } catch (...) {
        return {TransportStatus::failed, exception_text(what)};
    }
#else
    return part();
#endif
}

} // namespace belfry::inline v0::detail
