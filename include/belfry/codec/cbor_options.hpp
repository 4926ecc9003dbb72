// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// What a protocol says about its CBOR beyond the shapes' tables.
struct CborOptions {
    /// How many maps and arrays may be nested in each other; the stack must hold that many calls.
    std::size_t max_depth = 128;
    /// Written for a member of the outermost structure that is an idempotency token and was left out, unless
    /// this is empty.
    std::string_view idempotency_token = {};
};

} // namespace belfry::inline v0
