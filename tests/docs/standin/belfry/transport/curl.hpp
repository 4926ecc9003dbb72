// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/socket.hpp>

#include <cstdlib>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// Replaces the transport of the same name, so that examples/first_call.cpp runs unchanged: sends requests
/// for AWS to the endpoint that BELFRY_TEST_ENDPOINT names. The header `Host` is kept, because it is signed.
class CurlTransport final : public Transport {
  public:
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        const char* const endpoint = std::getenv("BELFRY_TEST_ENDPOINT");
        if (endpoint == nullptr) return {TransportStatus::failed, "BELFRY_TEST_ENDPOINT is not set"};
        HttpRequest redirected = request;
        redirected.url = endpoint + request.url.substr(request.url.find('/', request.url.find("://") + 3));
        return transport_.send(redirected, sink);
    }

  private:
    SocketTransport transport_{};
};

} // namespace belfry::inline v0
