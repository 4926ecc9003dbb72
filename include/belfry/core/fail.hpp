// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <initializer_list>
#include <string_view>

namespace belfry::inline v0::detail {

/// Makes `error` say what went wrong: its kind, its code, and a message that is the parts one after another,
/// none of them a view of the old message. What it says of the response (status, request id, attempts) stays.
/// Always false.
BELFRY_COLD BELFRY_NOINLINE inline bool fail(Error& error, ErrorKind kind, std::string_view code,
                                             std::initializer_list<std::string_view> message) {
    error.kind = kind;
    error.code = code;
    error.message.clear();
    for (const std::string_view part : message) append_text(error.message, part);
    error.retryable = false;
    error.throttling = false;
    return false;
}

BELFRY_COLD BELFRY_NOINLINE inline bool fail(Error& error, ErrorKind kind, std::string_view code,
                                             std::string_view message) {
    return fail(error, kind, code, {message});
}

} // namespace belfry::inline v0::detail
