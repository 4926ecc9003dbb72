// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/detail/asio_socket.hpp>
#include <belfry/transport/detail/asio_ssl.hpp>
#include <belfry/transport/detail/asio_tls.hpp>
#include <belfry/transport/detail/proxy.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// A connection of an `AsyncBeastTransport`: a stream for Beast, with or without TLS.
class AsyncBeastConnection {
  public:
    using executor_type = boost::asio::ip::tcp::socket::executor_type;

    AsyncBeastConnection(const boost::asio::any_io_executor& executor, Route way, std::string origin)
        : key(std::move(origin)), route(std::move(way)), socket_(executor) {}

    /// Scheme, host and port, by which connections are found again.
    const std::string key;
    const Route route;
    boost::beast::flat_buffer buffer;

    [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }
    /// TLS over the socket, from now on.
    [[nodiscard]] AsioTlsStream& add_tls(boost::asio::ssl::context& context) {
        return tls_.emplace(socket_, context);
    }
    /// Whether the peer has neither closed an idle connection nor written on it.
    [[nodiscard]] bool fresh() { return is_silent(*this); }
    /// Ends all operations.
    void close() noexcept {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

    // Asio and Beast ask these functions of streams.
    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
    template <class Buffers> std::size_t read_some(const Buffers& buffers, boost::system::error_code& error) {
        return tls_ ? tls_->read_some(buffers, error) : socket_.read_some(buffers, error);
    }
    template <class Buffers, class Handler> void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (tls_)
            tls_->async_read_some(buffers, std::forward<Handler>(handler));
        else
            socket_.async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <class Buffers, class Handler> void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (tls_)
            tls_->async_write_some(buffers, std::forward<Handler>(handler));
        else
            socket_.async_write_some(buffers, std::forward<Handler>(handler));
    }

  private:
    boost::asio::ip::tcp::socket socket_;
    std::optional<AsioTlsStream> tls_;
};

} // namespace belfry::inline v0::detail
