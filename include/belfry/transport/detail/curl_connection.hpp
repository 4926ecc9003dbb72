// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/curl_handle.hpp>
#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>

#include <curl/curl.h>
#include <memory>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// A connection of a `CurlTransport`.
class CurlConnection {
  public:
    CurlConnection(const CurlOptions& options, Proxy proxy) : handle_(options, std::move(proxy)) {}

    /// Makes an attempt, connecting first if need be. Says in `reusable` whether another may follow; after
    /// any other attempt the connection is of no use.
    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) {
        AttemptClock clock(request.timeouts);
        if (!handle_.connected())
            if (TransportResult result = connect(origin, request.timeouts, clock, sink);
                result.status != TransportStatus::ok)
                return result;
        clock.connected();
        // On the heap because of its buffer of 64 kB.
        const auto exchange = std::make_unique<Http1Exchange<CurlWire>>(
            handle_.wire(), request, handle_.form(request, origin), sink, clock);
        TransportResult result = exchange->run();
        reusable = exchange->reusable();
        return result;
    }
    /// Whether the peer has neither closed an idle connection nor written on it, within TLS or outside.
    [[nodiscard]] bool fresh() const noexcept { return handle_.fresh(); }

    /// Scheme, host and port, by which connections are found again.
    std::string key;

  private:
    TransportResult connect(const Origin& origin, const Timeouts& timeouts, const AttemptClock& clock,
                            const ResponseSink& sink) {
        CURLM* const multi = multi_.get();
        if (TransportResult begun = handle_.begin(multi, origin, timeouts, nullptr);
            begun.status != TransportStatus::ok)
            return begun;
        for (;;) {
            int running = 0;
            if (const CURLMcode moved = curl_multi_perform(multi, &running); moved != CURLM_OK)
                return {TransportStatus::failed, curl_multi_strerror(moved)};
            int left = 0;
            while (CURLMsg* message = curl_multi_info_read(multi, &left))
                if (message->msg == CURLMSG_DONE) return handle_.finish(message->data.result);
            if (TransportResult end = interruption(sink, clock); end.status != TransportStatus::ok)
                return end;
            curl_multi_poll(multi, nullptr, 0, clock.wait_milliseconds(), nullptr);
        }
    }

    // In this order: the handle leaves it when it ends.
    CurlMulti multi_;
    CurlHandle handle_;
};

} // namespace belfry::inline v0::detail
