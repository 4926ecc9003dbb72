// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<curl/curl.h>)
#error "libcurl is missing: install libcurl4-openssl-dev (apt), libcurl-devel (dnf), curl-dev (apk) or curl"
#endif

#include <belfry/http/transport.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/curl_connection.hpp>
#include <belfry/transport/detail/pooled_transport.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/sigpipe.hpp>

#include <curl/curl.h>
#include <memory>
#include <utility>

#if LIBCURL_VERSION_NUM < 0x074200
#error "belfry/transport/curl.hpp needs libcurl 7.66 or newer"
#endif

namespace belfry::inline v0 {

/// Sends requests by HTTP/1.1 over connections of libcurl, with its TLS and proxies, and keeps connections
/// open between them. May be used from several threads at once; each attempt runs on the thread that calls
/// `send`.
class CurlTransport final : public detail::PooledTransport<detail::CurlConnection> {
  public:
    CurlTransport() : CurlTransport(CurlOptions{}) {}
    explicit CurlTransport(CurlOptions options)
        : PooledTransport(options.max_idle_connections), options_(std::move(options)) {}
    ~CurlTransport() override {
        // Closing may write, and the peer may have gone.
        const detail::ScopedSigpipeBlock block;
        clear();
    }

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        const detail::ScopedSigpipeBlock block;
        return PooledTransport::send(request, sink);
    }

  protected:
    [[nodiscard]] std::unique_ptr<detail::CurlConnection> make_connection(const detail::Origin& origin,
                                                                          TransportResult& refusal) override {
        if (const CURLcode started = detail::start_curl(); started != CURLE_OK) {
            refusal = {TransportStatus::failed, curl_easy_strerror(started)};
            return nullptr;
        }
        detail::Proxy proxy;
        if (!find_proxy(detail::proxy_settings(options_), origin, proxy)) {
            refusal = {TransportStatus::failed, detail::malformed_proxy};
            return nullptr;
        }
        return std::make_unique<detail::CurlConnection>(options_, std::move(proxy));
    }

  private:
    CurlOptions options_;
};

} // namespace belfry::inline v0
