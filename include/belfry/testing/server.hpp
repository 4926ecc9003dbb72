// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<boost/beast.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/events/message.hpp>
#include <belfry/testing/detail/channel.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/fake.hpp>

#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace belfry::inline v0::testing {
namespace detail {

/// Sends a response in chunks (RFC 9112 section 7.1) while a handler makes it.
class ServerChannel final : public Channel {
  public:
    /// `chunked` is false for clients of HTTP/1.0, for which the end of the connection ends the body.
    ServerChannel(boost::asio::ip::tcp::socket& socket, const std::atomic<bool>& stopping, bool chunked)
        : socket_(socket), stopping_(stopping), chunked_(chunked) {}
    /// The request was read whole.
    [[nodiscard]] bool read(std::string&) override { return false; }
    [[nodiscard]] bool write(std::string_view bytes) override {
        if (!chunked_ || bytes.empty()) return put(bytes);
        std::string chunk;
        append_hex(chunk, bytes.size());
        chunk.append("\r\n").append(bytes).append("\r\n");
        return put(chunk);
    }
    /// Ends the body; false if the connection has to be closed.
    [[nodiscard]] bool finish() { return chunked_ && put("0\r\n\r\n"); }

  private:
    static void append_hex(std::string& out, std::size_t number) {
        if (number >= 16) append_hex(out, number / 16);
        out += "0123456789abcdef"[number % 16];
    }
    [[nodiscard]] bool on_begin(HttpResponse head) override {
        if (chunked_)
            head.headers.set("Transfer-Encoding", "chunked");
        else
            head.headers.set("Connection", "close");
        std::string text("HTTP/1.1 ");
        text.append(std::to_string(head.status)).append(" \r\n");
        for (const Header& header : head.headers)
            text.append(header.name).append(": ").append(header.value).append("\r\n");
        text.append("\r\n");
        return put(text);
    }
    /// Waits until the client takes the bytes. The socket must not block, because the server may have to end
    /// in the meantime.
    [[nodiscard]] bool put(std::string_view bytes) {
        boost::system::error_code error;
        socket_.non_blocking(true, error);
        while (!bytes.empty() && !error && !stopping_) {
            const std::size_t count =
                socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
            bytes.remove_prefix(count);
            if (error != boost::asio::error::would_block) continue;
            error.clear();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return bytes.empty() && !error;
    }

    boost::asio::ip::tcp::socket& socket_;
    const std::atomic<bool>& stopping_;
    bool chunked_;
};

/// One connection to a `Server`, which owns itself while it has something to do.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
  public:
    ServerConnection(boost::asio::ip::tcp::socket socket, Fake& fake, const std::atomic<bool>& stopping)
        : socket_(std::move(socket)), fake_(fake), stopping_(stopping) {}

    void read() {
        parser_.emplace();
        // Boost 1.74 does not read a body without a limit.
        parser_->body_limit(std::uint64_t{1} << 40);
        boost::beast::http::async_read_header(
            socket_, buffer_, *parser_,
            [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                if (!error) self->read_body();
            });
    }

  private:
    using error_code = boost::system::error_code;

    void read_body() {
        // Clients such as botocore wait for this before they send a large body (RFC 9110 section 10.1.1).
        if (parser_->get()[boost::beast::http::field::expect] == "100-continue" && !parser_->is_done()) {
            static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            error_code error;
            boost::asio::write(socket_, boost::asio::buffer(go_on.data(), go_on.size()), error);
            if (error) return;
        }
        boost::beast::http::async_read(socket_, buffer_, *parser_,
                                       [self = shared_from_this()](error_code error, std::size_t) {
                                           if (!error) self->answer();
                                       });
    }
    [[nodiscard]] ReceivedRequest received() {
        const auto& message = parser_->get();
        ReceivedRequest request;
        request.method = std::string(message.method_string());
        const std::string target(message.target());
        const std::size_t question = target.find('?');
        request.path = target.substr(0, question);
        if (question != std::string::npos) request.query = target.substr(question + 1);
        for (const auto& field : message)
            request.headers.append({field.name_string().data(), field.name_string().size()},
                                   {field.value().data(), field.value().size()});
        request.body = message.body();
        return request;
    }
    void answer() {
        const bool keep_alive = parser_->get().keep_alive();
        const bool is_head = parser_->get().method() == boost::beast::http::verb::head;
        ServerChannel channel(socket_, stopping_, parser_->get().version() >= 11);
        Reply reply;
#if defined(__cpp_exceptions)
        try {
            reply = fake_.answer(received(), channel);
        } catch (...) {
            reply.status = TransportStatus::failed;
            reply.broken = true;
            reply.message = belfry::detail::exception_text("a handler of the fake threw an exception");
        }
#else
        reply = fake_.answer(received(), channel);
#endif
        if (channel.begun()) {
            if (reply.broken) return tell(reply.message, channel);
            if (reply.status == TransportStatus::ok && channel.finish() && keep_alive) read();
            return;
        }
        if (reply.broken) {
            reply.status = TransportStatus::ok;
            reply.response = {500, {{"Content-Type", "text/plain"}}, reply.message + '\n'};
        }
        // Closing the connection is what a failure of a transport looks like from the other side.
        if (reply.status != TransportStatus::ok) return;
        auto response = std::make_shared<boost::beast::http::response<boost::beast::http::string_body>>();
        response->result(static_cast<unsigned>(reply.response.status));
        for (const Header& header : reply.response.headers)
            response->insert(boost::string_view(header.name.data(), header.name.size()),
                             boost::string_view(header.value.data(), header.value.size()));
        response->keep_alive(keep_alive);
        response->body() = std::move(reply.response.body);
        if (!is_head && reply.response.status != 204) response->prepare_payload();
        boost::beast::http::async_write(
            socket_, *response,
            [self = shared_from_this(), response, keep_alive](error_code error, std::size_t) {
                if (!error && keep_alive) self->read();
            });
    }

    /// Ends a stream of events with an error, because the response has its status already.
    static void tell(std::string_view what, ServerChannel& channel) {
        EventMessage message;
        message.headers = {EventHeader::string(":message-type", "error"),
                           EventHeader::string(":error-code", "InternalFailure"),
                           EventHeader::string(":error-message", what)};
        std::string bytes;
        std::string fault;
        if (encode_event_message(message, bytes, fault) && channel.write(bytes))
            static_cast<void>(channel.finish());
    }

    boost::asio::ip::tcp::socket socket_;
    Fake& fake_;
    const std::atomic<bool>& stopping_;
    boost::beast::flat_buffer buffer_{};
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_{};
};

} // namespace detail

/// Serves a fake on the loopback interface over HTTP/1.1, for programs that are not called in the test's own
/// process. It has one thread, on which handlers are called one after the other. A reply that is a failure of
/// the transport closes the connection; what a handler returns and cannot be written is a response with the
/// status 500 that says why, or, behind events, the error `InternalFailure`. The events of a response are
/// sent one after the other, in chunks; those of a request are read before the handler is called.
class Server {
  public:
    /// Listens on a port of 127.0.0.1, by default on one that is free. `fake` must outlive the server. Throws
    /// `boost::system::system_error` if the port is in use.
    explicit Server(Fake& fake, std::uint16_t port = 0)
        : fake_(fake), acceptor_(context_, {boost::asio::ip::address_v4::loopback(), port}) {
        accept();
        thread_ = std::thread([this] { context_.run(); });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Closes all connections. Waits for a handler that is running, which cannot send events any more.
    ~Server() {
        stopping_ = true;
        context_.stop();
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    /// The URL for `ClientConfig::endpoint`, such as `http://127.0.0.1:40001`.
    [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port()); }

  private:
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, boost::asio::ip::tcp::socket socket) {
            if (error) return;
            std::make_shared<detail::ServerConnection>(std::move(socket), fake_, stopping_)->read();
            accept();
        });
    }

    Fake& fake_;
    std::atomic<bool> stopping_{false};
    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::thread thread_{};
};

} // namespace belfry::inline v0::testing
