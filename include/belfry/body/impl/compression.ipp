// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/content_coding.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

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

BELFRY_INLINE bool compress_request(const BodyContext& context, HttpRequest& request,
                                    Owned<BodySource>& compressed, Error& error) {
    const ClientConfig& config = context.config;
    if (config.compressor == nullptr || config.disable_compression) return true;
    if (request.source != nullptr) {
        if (requires_length(*context.operation.input)) return true;
        if (request.content_length >= 0 &&
            static_cast<std::uint64_t>(request.content_length) < config.min_compression_size)
            return true;
        compressed = Owned<BodySource>(config.compressor->compress(*request.source));
        if (!compressed)
            return fail(error, ErrorKind::validation, "CompressionFailed", "the body cannot be compressed");
        request.source = compressed.get();
        request.content_length = -1;
    } else {
        if (request.body.empty() || request.body.size() < config.min_compression_size) return true;
        std::string bytes;
        if (!config.compressor->compress(request.body, bytes))
            return fail(error, ErrorKind::validation, "CompressionFailed", "the body cannot be compressed");
        request.body = std::move(bytes);
        request.content_length = static_cast<std::int64_t>(request.body.size());
    }
    // Smithy's protocol tests expect a blank after the comma.
    add_content_coding(request.headers, "gzip", ", ");
    return true;
}

} // namespace belfry::inline v0::detail
