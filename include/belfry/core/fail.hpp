// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <initializer_list>
#include <string_view>

namespace belfry::inline v0::detail {

/// Sets the error's kind, code and message, which is the parts one after another. No part may be a view of
/// the old message, nor `code` one of the old code. Status, request id and attempts stay as they are. Returns
/// false, so that callers can `return fail(...)`.
BELFRY_COLD BELFRY_NOINLINE inline bool fail(Error& error, ErrorKind kind, std::string_view code,
                                             std::initializer_list<std::string_view> message) {
    error.kind = kind;
    assign_text(error.code, code);
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

/// Makes `error` say that memory ran out, without allocating any: both texts fit into a string's own buffer.
/// Always false.
BELFRY_COLD inline bool fail_without_memory(Error& error) noexcept {
    error.kind = ErrorKind::memory;
    assign_text(error.code, "OutOfMemory");
    assign_text(error.message, "out of memory");
    error.detail = {};
    error.retryable = true;
    error.throttling = false;
    return false;
}

} // namespace belfry::inline v0::detail
