// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#if defined(__cpp_exceptions)
#include <exception>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// For a `catch (...)`: `what`, and what the exception says. Empty if there is no memory for it.
[[nodiscard]] BELFRY_COLD BELFRY_NOINLINE inline std::string exception_text(std::string_view what) noexcept {
    try {
        std::string text(what);
        try {
            throw;
        } catch (const std::exception& exception) {
            text.append(": ").append(exception.what());
        } catch (...) {
            text += " that is not a std::exception";
        }
        return text;
    } catch (...) {
        return {};
    }
}

} // namespace belfry::inline v0::detail
#endif
