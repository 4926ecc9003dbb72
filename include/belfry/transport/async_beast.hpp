// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<boost/beast.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/http/async_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/beast_options.hpp>
#include <belfry/transport/detail/asio_ssl.hpp>
#include <belfry/transport/detail/async_beast_attempt.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

namespace belfry::inline v0 {

/// Sends requests with Boost.Beast over TCP and TLS on an `io_context` of Boost.Asio, which one thread at a
/// time must run, or on another executor that runs handlers one after another:
/// `boost::asio::make_strand(context)` for a context that several threads run. Keeps connections open between
/// requests. Any number of attempts run at the same time, and nothing blocks; Asio looks names up on its own
/// thread. An `AsioTimer` (`belfry/transport/asio_timer.hpp`) is the timer of the calls.
///
/// `start` and `cancel` may be called on any thread. Completions come from the executor. The transport must
/// be destroyed while none of its handlers can run: on the only thread that runs the context and not from
/// within a completion, or after all threads have stopped. Attempts that have not ended by then never do. The
/// context must live longer. Connections that wait for their next request do not keep `io_context::run` from
/// returning.
class AsyncBeastTransport final : public AsyncTransport {
  public:
    explicit AsyncBeastTransport(boost::asio::io_context& context, BeastTlsOptions options = {})
        : AsyncBeastTransport(boost::asio::any_io_executor(context.get_executor()), std::move(options)) {}
    explicit AsyncBeastTransport(const boost::asio::any_io_executor& executor, BeastTlsOptions options = {})
        : core_(std::make_shared<detail::AsyncBeastCore>(executor, std::move(options))) {}
    ~AsyncBeastTransport() override { core_->close(); }
    AsyncBeastTransport(const AsyncBeastTransport&) = delete;
    AsyncBeastTransport& operator=(const AsyncBeastTransport&) = delete;

    /// Makes one attempt. A kept connection that closes under the request is reported as `connection_reset`.
    void start(const HttpRequest& request, ResponseSink& sink,
               AttemptCompletion completion) noexcept override {
        std::shared_ptr<detail::AsyncBeastAttempt> attempt;
        TransportResult result = detail::without_throwing([&] {
            attempt =
                std::make_shared<detail::AsyncBeastAttempt>(core_, request, sink, std::move(completion));
            boost::asio::post(core_->executor(), attempt->beginning());
        });
        // A handler that is not posted ends its attempt.
        if (!attempt) completion(std::move(result));
    }
    void cancel(const void* id) noexcept override {
        static_cast<void>(detail::without_throwing(
            [&] { boost::asio::post(core_->executor(), [core = core_, id] { core->cancel(id); }); }));
    }

    /// OpenSSL's settings, for what the options do not have; to be changed before the first request.
    [[nodiscard]] boost::asio::ssl::context& tls_context() { return core_->tls(); }

  private:
    std::shared_ptr<detail::AsyncBeastCore> core_;
};

} // namespace belfry::inline v0
