// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/print.hpp>

#include <string_view>
#include <type_traits>
#include <version>

// Stops here, like `belfry/util/config.hpp` does, instead of printing an error for each use of std::format.
#if !defined(__cpp_lib_format)
#error "belfry/format.hpp needs std::format (g++ 13, clang 17 with libc++); belfry/print.hpp works without"
#include <Belfry needs std::format>
#endif
#include <format>

namespace belfry::inline v0::detail {

template <class T> inline constexpr bool is_printable = Shape<T> || OpenEnumType<T>;
template <> inline constexpr bool is_printable<Error> = true;
template <> inline constexpr bool is_printable<ErrorKind> = true;
template <> inline constexpr bool is_printable<Timestamp> = true;
template <Shape S> inline constexpr bool is_printable<Result<S>> = true;

} // namespace belfry::inline v0::detail

/// Formats errors, results, times, enums and shapes as `belfry::to_string` writes them, with the options of
/// `std::string_view`, such as a width.
template <class T>
    requires belfry::detail::is_printable<T>
struct std::formatter<T, char> : std::formatter<std::string_view, char> {
    template <class Context> auto format(const T& value, Context& context) const {
        return std::formatter<std::string_view, char>::format(belfry::to_string(value), context);
    }
};
