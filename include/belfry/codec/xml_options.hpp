// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// A protocol's rules for XML beyond the shapes' tables.
struct XmlOptions {
    /// How many structures, lists and maps may be nested in each other when writing; the stack must hold that
    /// many calls.
    std::size_t max_depth = 128;
    /// Limits and leniency of reading.
    DecodeOptions reading = {};
    /// Whether an error does not quote the text of a member, because the whole value is a secret.
    bool hide_text = false;
    /// How many elements, attributes and pieces of text a document may have. Each takes up to 64 bytes while
    /// the document is read.
    std::size_t max_nodes = std::size_t{16} * 1024 * 1024;
    /// Whether a member's text with a character that XML 1.0 forbids is an error: `XmlDocument::checks_text`.
    bool check_text = false;
    /// The size of the document that is read, for `reading.max_memory`.
    std::size_t document_size = 0;
    /// How timestamps are written whose format the model leaves open. Reading accepts every format.
    TimestampFormat default_timestamp_format = TimestampFormat::date_time;
    /// Whether members of the outermost structure are left out whose location is not `Location::body`.
    bool body_members_only = false;
    /// The value of an absent idempotency token in the outermost structure, which is left out as well
    /// if this is empty.
    std::string_view idempotency_token = {};
};

} // namespace belfry::inline v0
