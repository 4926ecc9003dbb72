// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

namespace belfry::transport_kit {

/// An `io_context` with the functions of a `PollLoop`.
class AsioContext {
  public:
    void run() { context_.run(); }
    void stop() { context_.stop(); }
    operator boost::asio::io_context&() noexcept { return context_; } // NOLINT: stands for it

  private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
};

} // namespace belfry::transport_kit
