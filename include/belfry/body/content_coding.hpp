// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/headers.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Adds a coding to the header `Content-Encoding` (RFC 9110 section 8.4), after `separator` if there is one
/// already.
BELFRY_COLD inline void add_content_coding(Headers& headers, std::string_view coding,
                                           std::string_view separator) {
    std::string codings;
    if (const auto before = headers.find("Content-Encoding"); before.has_value() && !before->empty()) {
        codings = *before;
        append_text(codings, separator);
    }
    append_text(codings, coding);
    headers.set("Content-Encoding", codings);
}

} // namespace belfry::inline v0::detail
