// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

BELFRY_INLINE TransportResult hand_over(HttpResponse response, ResponseSink& sink) {
    if (!sink.on_head(response.status, std::move(response.headers))) return {TransportStatus::cancelled, {}};
    if (!response.body.empty() &&
        !sink.on_body(std::as_bytes(std::span(response.body.data(), response.body.size()))))
        return {TransportStatus::cancelled, {}};
    return {};
}

} // namespace belfry::inline v0::detail
