// SPDX-License-Identifier: Apache-2.0
// The asynchronous transport on libcurl, driven by Boost.Asio.
#include <belfry/transport/asio_loop.hpp>
#include <belfry/transport/async_curl.hpp>

#include "asio_context.hpp"
#include "kit.hpp"
#include "on_loop.hpp"

namespace {

class Context final : public belfry::transport_kit::AsioContext {
  public:
    operator belfry::SocketLoop&() noexcept { return loop_; } // NOLINT: stands for the loop

  private:
    belfry::AsioLoop loop_{*this};
};

} // namespace

int main(int argc, char** argv) {
    belfry::CurlOptions options;
    options.ca_file = belfry::transport_kit::trusted_certificate_file();
    options.proxy_from_environment = false;
    belfry::transport_kit::OnLoop<belfry::AsyncCurlTransport, Context> transport(options);
    return belfry::transport_kit::run(transport, argc, argv, {.trusts_kit_certificate = true});
}
