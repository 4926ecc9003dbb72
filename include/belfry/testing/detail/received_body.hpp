// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/body_source.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/url.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

/// From the request that a client sends to the one that a service reads.
namespace belfry::inline v0::testing::detail {

/// Copies a request of this process; false if its body cannot be read.
[[nodiscard]] inline bool receive(const HttpRequest& request, ReceivedRequest& received) {
    const belfry::detail::Url url = belfry::detail::parse_url(request.url);
    received.method = request.method;
    received.path.assign(url.path.empty() ? std::string_view("/") : url.path);
    received.query.assign(url.query);
    received.headers = request.headers;
    // HTTP/1.1 requires it (RFC 9112 section 3.2), and presigned requests leave it to the transport.
    if (!request.headers.contains("Host")) {
        std::string host;
        belfry::detail::append_host(host, url);
        received.headers.append("Host", host);
    }
    if (request.source == nullptr) {
        received.body = request.body;
        return true;
    }
    return belfry::detail::read_all(*request.source,
                                    [&](std::string_view piece) { received.body.append(piece); });
}

} // namespace belfry::inline v0::testing::detail
