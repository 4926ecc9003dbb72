// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <string_view>

/// The hook of operations whose responses never have a body. Their generated headers include it.
namespace belfry::inline v0 {

/// An error of an operation that its status alone tells from all others of the operation.
struct StatusError {
    std::uint16_t status;
    std::string_view code;
};

namespace detail {

/// Whether `errors` has the error `code` for that status. See `OperationHooks::is_error_of_status`.
template <const auto& errors>
[[nodiscard]] BELFRY_COLD bool is_error_of_status(std::string_view code, int status) noexcept {
    for (const StatusError& error : errors)
        if (error.status == status && error.code == code) return true;
    return false;
}

} // namespace detail
} // namespace belfry::inline v0
