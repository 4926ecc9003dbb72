// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/schema/schema.hpp>

#include <cstddef>
#include <string_view>

namespace belfry::inline v0 {

/// A protocol's rules for JSON beyond the shapes' tables.
struct JsonOptions {
    /// How many objects and lists may be nested in each other when writing; the stack must hold that many
    /// calls.
    std::size_t max_depth = 128;
    /// Limits and leniency of reading.
    DecodeOptions reading = {};
    /// Whether an error does not quote the text of a member, because the whole value is a secret.
    bool hide_text = false;
    /// How timestamps are written whose format the model leaves open. Reading accepts every format.
    TimestampFormat default_timestamp_format = TimestampFormat::epoch_seconds;
    /// Whether timestamps are written in the format that the model names for them, if it names one.
    bool use_model_timestamp_formats = true;
    /// Whether keys are the model's member names instead of the names on the wire.
    bool use_member_names = false;
    /// Whether reading fails at a member that the shape does not have.
    bool reject_unknown_members = false;
    /// Whether members of the outermost structure are left out whose location is not `Location::body`.
    bool body_members_only = false;
    /// The value of an absent idempotency token in the outermost structure, which is left out as well
    /// if this is empty.
    std::string_view idempotency_token = {};
};

} // namespace belfry::inline v0
