// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/body_reader.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/pooled_transport.hpp>
#include <belfry/transport/detail/socket_options.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// How a `BeastTransport` treats its connections.
struct BeastOptions {
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

/// Runs an io_context until a condition holds, a limit runs out or the caller gives up.
class BeastPump {
  public:
    BeastPump(boost::asio::io_context& context, const Timeouts& timeouts, const ResponseSink& sink)
        : context_(context), clock_(timeouts), sink_(sink) {}

    [[nodiscard]] AttemptClock& clock() noexcept { return clock_; }
    /// Runs handlers until `done`. If something else stopped it, the result says what.
    TransportResult run_until(const bool& done) {
        while (!done) {
            if (TransportResult end = interruption(sink_, clock_); end.status != TransportStatus::ok)
                return end;
            if (context_.stopped()) context_.restart();
            context_.run_one_for(std::chrono::milliseconds(clock_.wait_milliseconds()));
        }
        return {};
    }
    /// Runs the handlers of cancelled operations to their end.
    void drain() {
        context_.restart();
        context_.run();
    }

  private:
    boost::asio::io_context& context_;
    AttemptClock clock_;
    const ResponseSink& sink_;
};

/// One request and its response on a stream that is connected.
template <class Stream> class BeastExchange {
  public:
    BeastExchange(Stream& stream, boost::beast::flat_buffer& buffer, BeastPump& pump,
                  const HttpRequest& request, const std::string& target, ResponseSink& sink)
        : stream_(stream), buffer_(buffer), pump_(pump), request_(request), sink_(sink), body_(request),
          message_(boost::beast::http::verb::unknown, target, 11), serializer_(message_) {}

    /// `close` must end all operations on the stream.
    template <class Close> TransportResult run(Close close) {
        prepare();
        buffer_.reserve(16 * 1024);
        parser_.emplace();
        if (fill()) write_some();
        if (!done_) read_head();
        TransportResult stopped = pump_.run_until(done_);
        reusable_ = stopped.status == TransportStatus::ok && result_.status == TransportStatus::ok &&
                    !writing_ && serializer_.is_done() && parser_->keep_alive() && buffer_.size() == 0;
        if (!reusable_) {
            finished_ = true;
            close();
            pump_.drain();
        }
        return stopped.status == TransportStatus::ok ? std::move(result_) : std::move(stopped);
    }
    /// Whether the stream can carry another request.
    [[nodiscard]] bool reusable() const noexcept { return reusable_; }

  private:
    using Error = boost::system::error_code;
    using HttpError = boost::beast::http::error;
    static constexpr std::uint32_t longest_head = 512 * 1024;

    void prepare() {
        message_.method_string(request_.method);
        for (const Header& header : request_.headers) {
            const std::string_view value = trim_blanks(header.value);
            message_.insert(header.name, boost::beast::string_view(value.data(), value.size()));
        }
        if (request_.content_length < 0)
            message_.chunked(true);
        else if (announces_length(request_))
            message_.content_length(static_cast<std::uint64_t>(request_.content_length));
    }
    /// Passes the next piece of the body to the serializer. Returns false if the source has failed.
    bool fill() {
        const std::string_view piece = body_.next();
        if (body_.failure() != nullptr) {
            finish(TransportStatus::body_failed, body_.failure());
            return false;
        }
        // Beast never writes to the buffer, though its type says it may.
        message_.body().data = piece.empty() ? nullptr : const_cast<char*>(piece.data());
        message_.body().size = piece.size();
        message_.body().more = !body_.done();
        return true;
    }
    void write_some() {
        writing_ = true;
        boost::beast::http::async_write_some(stream_, serializer_, [this](Error error, std::size_t count) {
            writing_ = false;
            if (finished_ || done_) return;
            if (count > 0) pump_.clock().moved();
            if (error == HttpError::need_buffer) {
                if (!fill()) return;
            } else if (error) {
                // The server may have refused the upload and answered; read that response.
                return;
            }
            if (!serializer_.is_done()) write_some();
        });
    }

    void read_head() {
        parser_->header_limit(longest_head);
        parser_->body_limit((std::numeric_limits<std::uint64_t>::max)()); // Boost 1.74 takes none for zero
        if (request_.method == "HEAD") parser_->skip(true);
        read_some();
    }
    void read_some() {
        if (head_done_) {
            parser_->get().body().data = block_;
            parser_->get().body().size = sizeof block_;
        }
        // Read the head piece by piece as well, so that each read counts against the idle limit.
        boost::beast::http::async_read_some(stream_, buffer_, *parser_,
                                            [this](Error error, std::size_t count) {
                                                if (finished_ || done_) return;
                                                if (count > 0) pump_.clock().moved();
                                                if (error == HttpError::need_buffer) error = {};
                                                if (error) return fail(error);
                                                take();
                                            });
    }
    void take() {
        if (!head_done_ && parser_->is_header_done() && !take_head()) return;
        if (head_done_ && !take_body()) return;
        if (head_done_ && parser_->is_done())
            done_ = true;
        else
            read_some();
    }
    bool take_head() {
        const auto& head = parser_->get();
        const int status = static_cast<int>(head.result_int());
        if (status >= 100 && status < 200) {
            parser_.emplace();
            read_head();
            return false;
        }
        Headers headers;
        for (const auto& field : head)
            headers.append(std::string_view(field.name_string().data(), field.name_string().size()),
                           trim_blanks(std::string_view(field.value().data(), field.value().size())));
        if (const char* reason = refuse_head(status, headers)) {
            finish(TransportStatus::protocol_error, reason);
            return false;
        }
        head_done_ = true;
        if (sink_.on_head(status, std::move(headers))) return true;
        finish(TransportStatus::cancelled, "stopped by the sink");
        return false;
    }
    bool take_body() {
        const std::size_t left =
            parser_->get().body().data == nullptr ? sizeof block_ : parser_->get().body().size;
        const std::size_t count = sizeof block_ - left;
        if (count == 0) return true;
        const bool go_on = sink_.on_body(std::as_bytes(std::span<const char>(block_, count)));
        pump_.clock().moved(); // the sink's time does not count as idle
        if (!go_on) finish(TransportStatus::cancelled, "stopped by the sink");
        return go_on;
    }

    void fail(const Error& error) {
        TransportStatus status = TransportStatus::connection_reset;
        if (error == HttpError::partial_message) {
            status = head_done_ ? TransportStatus::truncated : TransportStatus::connection_reset;
        } else if (error.category() == Error(HttpError::bad_version).category() &&
                   error != HttpError::end_of_stream) {
            status = TransportStatus::protocol_error;
        } else if (head_done_ && error.category() != boost::system::system_category()) {
            // The end of the stream, also without a TLS close_notify.
            status = TransportStatus::truncated;
        }
        finish(status, error.message());
    }
    void finish(TransportStatus status, std::string message) {
        if (done_) return;
        done_ = true;
        result_ = {status, std::move(message)};
    }

    Stream& stream_;
    boost::beast::flat_buffer& buffer_;
    BeastPump& pump_;
    const HttpRequest& request_;
    ResponseSink& sink_;
    BodyReader body_;
    boost::beast::http::request<boost::beast::http::buffer_body> message_;
    boost::beast::http::request_serializer<boost::beast::http::buffer_body> serializer_;
    std::optional<boost::beast::http::response_parser<boost::beast::http::buffer_body>> parser_;
    TransportResult result_;
    bool writing_ = false;
    bool head_done_ = false;
    bool done_ = false;
    bool finished_ = false;
    bool reusable_ = false;
    char block_[64 * 1024];
};

/// A connection of a `BeastTransport`. A derived class adds TLS.
class BeastConnection {
  public:
    virtual ~BeastConnection() = default;
    /// Makes an attempt, and connects first if needed. Sets `reusable` if another may follow.
    virtual TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                                 bool& reusable) = 0;
    /// Whether the peer has neither closed an idle connection nor written on it.
    [[nodiscard]] virtual bool fresh() = 0;

    /// Scheme, host and port, by which connections are found again.
    std::string key;

  protected:
    TransportResult connect(BeastPump& pump, const Origin& origin) {
        boost::system::error_code error;
        // Synchronous: the asynchronous lookup would use a thread, and could not be cancelled either.
        boost::asio::ip::tcp::resolver resolver(context_);
        const auto addresses = resolver.resolve(origin.host, origin.port, error);
        if (error) return {TransportStatus::resolve_failed, error.message()};
        bool done = false;
        boost::asio::async_connect(socket_, addresses,
                                   [&](const boost::system::error_code& result, const auto&) {
                                       error = result;
                                       done = true;
                                   });
        TransportResult result = pump.run_until(done);
        if (result.status != TransportStatus::ok) {
            close();
            pump.drain();
            return result;
        }
        if (error) return {TransportStatus::connect_failed, error.message()};
        socket_.set_option(boost::asio::ip::tcp::no_delay(true), error);
        limit_unsent(static_cast<int>(socket_.native_handle()));
        return {};
    }
    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    /// Reads from an idle socket: there may be bytes, the end, or neither.
    [[nodiscard]] boost::system::error_code peek() {
        boost::system::error_code error;
        char byte = 0;
        socket_.non_blocking(true, error);
        if (!error)
            socket_.receive(boost::asio::buffer(&byte, 1), boost::asio::socket_base::message_peek, error);
        return error;
    }

    boost::asio::io_context context_{1};
    boost::asio::ip::tcp::socket socket_{context_};
    boost::beast::flat_buffer buffer_;
};

class BeastPlainConnection final : public BeastConnection {
  public:
    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) override {
        BeastPump pump(context_, request.timeouts, sink);
        if (!socket_.is_open())
            if (TransportResult result = connect(pump, origin); result.status != TransportStatus::ok)
                return result;
        pump.clock().connected();
        const auto exchange = std::make_unique<BeastExchange<boost::asio::ip::tcp::socket>>(
            socket_, buffer_, pump, request, origin.target, sink);
        TransportResult result = exchange->run([this] { close(); });
        reusable = exchange->reusable();
        return result;
    }
    [[nodiscard]] bool fresh() override { return peek() == boost::asio::error::would_block; }
};

} // namespace detail

/// Sends requests with Boost.Beast over plain TCP and keeps connections open between them; for `https` take
/// `BeastTlsTransport`. May be used from several threads at once: each attempt runs its own io_context on the
/// thread that calls `send`. Looking up a name cannot be interrupted.
class BeastTransport : public detail::PooledTransport<detail::BeastConnection> {
  public:
    BeastTransport() : BeastTransport(BeastOptions{}) {}
    explicit BeastTransport(const BeastOptions& options) : PooledTransport(options.max_idle_connections) {}

  protected:
    [[nodiscard]] std::unique_ptr<detail::BeastConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (!origin.tls) return std::make_unique<detail::BeastPlainConnection>();
        refusal = {TransportStatus::failed,
                   "BeastTransport has no TLS: use BeastTlsTransport for https URLs"};
        return nullptr;
    }
};

} // namespace belfry::inline v0
