// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/headers.hpp>

#include <string>

namespace belfry::inline v0 {

/// A whole response held in memory.
struct HttpResponse {
    /// The status code, 100 to 599 (RFC 9110 section 15).
    int status = 0;
    Headers headers;
    std::string body;
};

} // namespace belfry::inline v0
