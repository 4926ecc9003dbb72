// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// A protocol's rules for CBOR beyond the shapes' tables.
struct CborOptions {
    /// How many maps and arrays may be nested in each other when writing; the stack must hold that many
    /// calls.
    std::size_t max_depth = 128;
    /// Limits and leniency of reading.
    DecodeOptions reading = {};
    /// The value of an absent idempotency token in the outermost structure, which is left out as well
    /// if this is empty.
    std::string_view idempotency_token = {};
};

} // namespace belfry::inline v0
