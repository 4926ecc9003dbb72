// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/detail/tls_wire.hpp>
#include <belfry/transport/nghttp2_options.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace belfry::inline v0::detail {

/// Where a request over HTTP/2 goes.
struct Http2Target {
    /// `ok`, or why there is no way.
    [[nodiscard]] TransportResult find(const HttpRequest& request, const Nghttp2Options& options) {
        if (const char* const reason = refuse_request(request)) return {TransportStatus::failed, reason};
        std::optional<Origin> found = find_origin(request.url);
        if (!found) return {TransportStatus::failed, "the request's URL is malformed"};
        origin = std::move(*found);
        if (const char* const reason = find_route(proxy_settings(options), origin, route))
            return {TransportStatus::failed, reason};
        if (route.whole_url)
            return {TransportStatus::failed, "HTTP/2 without TLS does not go through a proxy: use https, or "
                                             "name the host in no_proxy"};
        return {};
    }

    Origin origin{};
    Route route{};
};

/// The settings of TLS, which offer HTTP/2.
[[nodiscard]] inline std::unique_ptr<TlsContext> make_http2_context(const Nghttp2Options& options) {
    auto context = std::make_unique<TlsContext>(tls_settings(options));
    // RFC 9113 section 3.2, as RFC 7301 writes names.
    if (context->get() != nullptr)
        SSL_CTX_set_alpn_protos(context->get(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
    return context;
}
/// Whether both sides have agreed on HTTP/2.
[[nodiscard]] inline TransportResult check_protocol(const TlsSession& session) {
    if (session.protocol() == "h2") return {};
    return {TransportStatus::protocol_error, "the peer does not support HTTP/2"};
}

} // namespace belfry::inline v0::detail
