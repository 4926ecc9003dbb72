// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/schema.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// A protocol's rules for XML beyond the shapes' tables.
struct XmlOptions {
    /// How many elements (reading), or structures, lists and maps (writing) may be nested in each other; the
    /// stack must hold that many calls.
    std::size_t max_depth = 128;
    /// How many elements, attributes and pieces of text a document may have. Each takes up to 64 bytes while
    /// the document is read.
    std::size_t max_nodes = std::size_t{16} * 1024 * 1024;
    /// How timestamps are written whose format the model leaves open. Reading accepts every format.
    TimestampFormat default_timestamp_format = TimestampFormat::date_time;
    /// Whether members of the outermost structure are left out whose location is not `Location::body`.
    bool body_members_only = false;
    /// The value of an absent idempotency token in the outermost structure, which is left out as well
    /// if this is empty.
    std::string_view idempotency_token = {};
};

} // namespace belfry::inline v0
