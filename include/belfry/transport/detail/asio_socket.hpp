// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/socket_options.hpp>
#include <belfry/transport/detail/system_reason.hpp>
#include <belfry/transport/detail/wire.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// Opens a socket to connect from the address or interface `local`; empty for the system's choice. Returns
/// whether it is open and bound.
[[nodiscard]] inline bool open_socket(boost::asio::ip::tcp::socket& socket,
                                      const boost::asio::ip::tcp& protocol, const std::string& local,
                                      boost::system::error_code& error) {
    socket.open(protocol, error);
    if (error || local.empty()) return !error;
    const boost::asio::ip::address address = boost::asio::ip::make_address(local, error);
    if (!error) {
        socket.bind({address, 0}, error);
        return !error;
    }
    error.assign(use_interface(static_cast<int>(socket.native_handle()), local.c_str()),
                 boost::system::generic_category());
    return !error;
}

/// Sets the options of a socket that has connected. Reads and writes then do not block.
inline void set_up_socket(boost::asio::ip::tcp::socket& socket) {
    boost::system::error_code ignored;
    socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    limit_unsent(static_cast<int>(socket.native_handle()));
}

/// Whether the peer of an idle connection has neither closed it nor written on it. Takes what TLS has sent
/// for itself, such as session tickets. `Stream` must not wait.
template <class Stream> [[nodiscard]] bool is_silent(Stream& stream) {
    char byte = 0;
    boost::system::error_code error;
    stream.read_some(boost::asio::buffer(&byte, 1), error);
    return error == boost::asio::error::would_block;
}

/// Bytes over a connected socket of Asio without waiting, for the talk with a proxy.
class AsioWire {
  public:
    explicit AsioWire(boost::asio::ip::tcp::socket& socket) noexcept : socket_(&socket) {}
    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const {
        boost::system::error_code error;
        const std::size_t count = socket_->read_some(boost::asio::buffer(buffer, size), error);
        if (error == boost::asio::error::eof) return {WireStep::ended};
        return step(count, WireStep::wants_read, error);
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const {
        boost::system::error_code error;
        const std::size_t count = socket_->write_some(boost::asio::buffer(bytes, size), error);
        return step(count, WireStep::wants_write, error);
    }
    /// Waits for one of the `WireEvents`, as an asynchronous operation.
    template <class Handler> void async_wait(unsigned events, Handler&& handler) const {
        using boost::asio::ip::tcp;
        socket_->async_wait((events & wire_writable) != 0 ? tcp::socket::wait_write : tcp::socket::wait_read,
                            std::forward<Handler>(handler));
    }

  protected:
    [[nodiscard]] boost::asio::ip::tcp::socket& socket() const noexcept { return *socket_; }

  private:
    static WireStep step(std::size_t count, WireStep::Kind wants, const boost::system::error_code& error) {
        if (!error) return {WireStep::moved, count};
        return {error == boost::asio::error::would_block ? wants : WireStep::broken};
    }
    boost::asio::ip::tcp::socket* socket_;
};

/// The outcome of an attempt whose host has not been found. `refused` is that of `refused_socket`.
[[nodiscard]] inline TransportResult unresolved(const boost::system::error_code& error, int refused) {
    TransportResult result{TransportStatus::resolve_failed, error.message()};
    add_system_reason(result.message, refused);
    return result;
}

} // namespace belfry::inline v0::detail
