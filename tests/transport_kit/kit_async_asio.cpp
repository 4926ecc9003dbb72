// SPDX-License-Identifier: Apache-2.0
// The asynchronous transport on libcurl, driven by Boost.Asio.
#include <belfry/transport/asio_loop.hpp>
#include <belfry/transport/async_curl.hpp>

#include "kit.hpp"
#include "on_loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace {

/// A context with the functions of a `PollLoop`.
class Context final {
  public:
    void run() { context_.run(); }
    void stop() { context_.stop(); }
    operator belfry::SocketLoop&() noexcept { return loop_; } // NOLINT: stands for the loop

  private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    belfry::AsioLoop loop_{context_};
};

} // namespace

int main(int argc, char** argv) {
    belfry::CurlOptions options;
    options.ca_file = belfry::transport_kit::trusted_certificate_file();
    options.proxy_from_environment = false;
    belfry::transport_kit::OnLoop<belfry::AsyncCurlTransport, Context> transport(options);
    return belfry::transport_kit::run(transport, argc, argv, {.trusts_kit_certificate = true});
}
