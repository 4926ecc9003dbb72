// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/content_coding.hpp>
#include <belfry/call/call_body.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// Whether the service has to know how long the body is, so that it cannot be compressed while it is sent.
[[nodiscard]] inline bool requires_length(const Structure& input) noexcept {
    for (std::size_t i = 0; i < input.count; ++i)
        if (input.members[i].has(MemberFlags::requires_length)) return true;
    return false;
}

BELFRY_INLINE bool compress_request(const Operation& operation, const ClientConfig& config,
                                    HttpRequest& request, CallBody& body, Error& error) {
    if (config.compressor == nullptr) return true;
    if (request.source != nullptr) {
        if (requires_length(*operation.input)) return true;
        if (request.content_length >= 0 &&
            static_cast<std::uint64_t>(request.content_length) < config.min_compression_size)
            return true;
        BodySource* const compressed = config.compressor->compress(*request.source);
        if (compressed == nullptr)
            return fail(error, ErrorKind::validation, "CompressionFailed", "the body cannot be compressed");
        request.source = body.own(compressed);
        request.content_length = -1;
    } else {
        if (request.body.empty() || request.body.size() < config.min_compression_size) return true;
        std::string compressed;
        if (!config.compressor->compress(request.body, compressed))
            return fail(error, ErrorKind::validation, "CompressionFailed", "the body cannot be compressed");
        request.body = std::move(compressed);
        request.content_length = static_cast<std::int64_t>(request.body.size());
    }
    // The blank is in Smithy's tests of this.
    add_content_coding(request.headers, "gzip", ", ");
    return true;
}

} // namespace belfry::inline v0::detail
