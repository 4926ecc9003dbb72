// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// A protocol's rules for form data beyond the shapes' tables.
struct QueryOptions {
    /// How many structures, lists and maps may be nested in each other; the stack must hold that many calls.
    std::size_t max_depth = 128;
    /// Whether names are those of the EC2 protocol (Smithy `ec2Query`): with a capital, or the member's
    /// `query_name`, no name between a list's and its numbers, and nothing at all for an empty list.
    bool ec2 = false;
    /// The value of an absent idempotency token in the outermost structure, which is left out as well
    /// if this is empty.
    std::string_view idempotency_token = {};
};

} // namespace belfry::inline v0
