// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/print.hpp>

#include <ostream>

namespace belfry::inline v0 {

/// Writes `to_string(error)`.
inline std::ostream& operator<<(std::ostream& stream, const Error& error) {
    return stream << to_string(error);
}
/// Writes the kind's name.
inline std::ostream& operator<<(std::ostream& stream, ErrorKind kind) { return stream << to_string(kind); }
/// Writes `to_string(result)`: the value or the error.
template <Shape S> std::ostream& operator<<(std::ostream& stream, const Result<S>& result) {
    return stream << to_string(result);
}
/// Writes the time as RFC 3339 does.
inline std::ostream& operator<<(std::ostream& stream, Timestamp time) { return stream << to_string(time); }
/// Writes the value as the service does, escaped for logs.
template <OpenEnumType E> std::ostream& operator<<(std::ostream& stream, const E& value) {
    return stream << to_string(value);
}

} // namespace belfry::inline v0
