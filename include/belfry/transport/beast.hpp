// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<boost/beast.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/body_reader.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/proxy_tunnel.hpp>
#include <belfry/transport/detail/routed_transport.hpp>
#include <belfry/transport/detail/socket_options.hpp>
#include <belfry/transport/detail/wire.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
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
    /// URL of the proxy, `http://user:password@proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// The local address to connect from, or the name of the network interface (Linux, macOS); empty for the
    /// system's choice.
    std::string local_interface{};
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
    [[nodiscard]] const ResponseSink& sink() const noexcept { return sink_; }
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
    /// Runs the handlers that are ready.
    void run_ready() {
        if (context_.stopped()) context_.restart();
        context_.poll();
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

/// Bytes over a connected socket of Asio without waiting, for the talk with a proxy.
class AsioWire {
  public:
    AsioWire(boost::asio::io_context& context, boost::asio::ip::tcp::socket& socket)
        : context_(&context), socket_(&socket) {
        boost::system::error_code ignored;
        socket.non_blocking(true, ignored);
    }
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
    void wait(unsigned events, int milliseconds) const {
        using boost::asio::ip::tcp;
        socket_->async_wait((events & wire_writable) != 0 ? tcp::socket::wait_write : tcp::socket::wait_read,
                            [](const boost::system::error_code&) {});
        context_->restart();
        context_->run_one_for(std::chrono::milliseconds(milliseconds));
        boost::system::error_code ignored;
        socket_->cancel(ignored);
        context_->restart();
        context_->run();
    }

  private:
    static WireStep step(std::size_t count, WireStep::Kind wants, const boost::system::error_code& error) {
        if (!error) return {WireStep::moved, count};
        return {error == boost::asio::error::would_block ? wants : WireStep::broken};
    }
    boost::asio::io_context* context_;
    boost::asio::ip::tcp::socket* socket_;
};

/// One request and its response on a stream that is connected.
template <class Stream> class BeastExchange {
  public:
    BeastExchange(Stream& stream, boost::beast::flat_buffer& buffer, BeastPump& pump,
                  const HttpRequest& request, const Http1Form& form, ResponseSink& sink)
        : stream_(stream), buffer_(buffer), pump_(pump), request_(request), sink_(sink), body_(request),
          message_(boost::beast::http::verb::unknown, as_beast(form.target), 11), serializer_(message_) {
        if (!form.proxy_authorization.empty())
            message_.insert("Proxy-Authorization", as_beast(form.proxy_authorization));
    }

    /// `close` must end all operations on the stream.
    template <class Close> TransportResult run(Close close) {
        prepare();
        expect_head();
        receive();
        // RFC 9112 section 9.2: what comes before the request is not its response.
        pump_.run_ready();
        sending_ = true;
        if (!done_ && fill()) write_some();
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
    static constexpr std::size_t block_size = std::size_t{64} * 1024;

    /// Beast's own type of views in Boost 1.74.
    static boost::beast::string_view as_beast(std::string_view text) { return {text.data(), text.size()}; }
    void prepare() {
        message_.method_string(request_.method);
        for (const Header& header : request_.headers)
            message_.insert(as_beast(header.name), as_beast(trim_blanks(header.value)));
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

    void expect_head() {
        parser_.emplace();
        parser_->header_limit(longest_head);
        parser_->body_limit((std::numeric_limits<std::uint64_t>::max)()); // Boost 1.74 takes none for zero
        if (request_.method == "HEAD") parser_->skip(true);
    }
    /// Reads what is there. Beast's own read returns only when the parser has taken something, which for a
    /// head is its end: a slow one would look like silence.
    void receive() {
        stream_.async_read_some(buffer_.prepare(block_size), [this](Error error, std::size_t count) {
            if (finished_ || done_) return;
            buffer_.commit(count);
            if (count > 0) pump_.clock().moved();
            if (!sending_ && count > 0)
                finish(TransportStatus::connection_reset,
                       "the peer sent bytes before the request: the connection is of no use");
            else if (error == boost::asio::error::eof)
                end();
            else if (error)
                fail(error);
            else
                parse();
        });
    }
    void parse() {
        while (!done_) {
            if (buffer_.size() == 0) return receive();
            if (head_done_) {
                parser_->get().body().data = block_;
                parser_->get().body().size = block_size;
            }
            Error error;
            buffer_.consume(parser_->put(buffer_.data(), error));
            if (error == HttpError::need_more && !head_done_) return receive();
            if (error && error != HttpError::need_buffer && error != HttpError::need_more) return fail(error);
            take();
            if (error == HttpError::need_more && !done_) return receive();
        }
    }
    /// The peer has closed the connection in order.
    void end() {
        if (!parser_->got_some()) return fail(HttpError::end_of_stream);
        Error error;
        parser_->put_eof(error);
        if (error) return fail(error);
        done_ = true;
    }
    void take() {
        if (!head_done_ && parser_->is_header_done() && !take_head()) return;
        if (head_done_ && !take_body()) return;
        if (head_done_ && parser_->is_done()) done_ = true;
    }
    bool take_head() {
        const auto& head = parser_->get();
        const int status = static_cast<int>(head.result_int());
        if (status >= 100 && status < 200) {
            if (const char* reason = refuse_interim(status, ++interim_count_))
                finish(TransportStatus::protocol_error, reason);
            else
                expect_head();
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
            parser_->get().body().data == nullptr ? block_size : parser_->get().body().size;
        const std::size_t count = block_size - left;
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
        } else if (!head_done_ && is_alert(error)) {
            // TLS 1.3 lets a server refuse the client's certificate after the handshake.
            status = TransportStatus::tls_failed;
        } else if (error.category() == Error(HttpError::bad_version).category() &&
                   error != HttpError::end_of_stream) {
            status = TransportStatus::protocol_error;
        } else if (head_done_ && error.category() != boost::system::system_category()) {
            // The end of the stream, also without a TLS close_notify.
            status = TransportStatus::truncated;
        }
        finish(status, error.message());
    }
    /// Whether the peer has ended TLS with an alert. By the category's name, because this header needs no
    /// OpenSSL; a stream that is cut has another category.
    static bool is_alert(const Error& error) {
        return std::string_view(error.category().name()) == "asio.ssl" &&
               error.message().find("alert") != std::string::npos;
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
    int interim_count_ = 0;
    bool sending_ = false;
    bool writing_ = false;
    bool head_done_ = false;
    bool done_ = false;
    bool finished_ = false;
    bool reusable_ = false;
    char block_[block_size];
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
    /// `local` is an address or an interface to connect from; empty for the system's choice.
    BeastConnection(Route route, std::string local) : route_(std::move(route)), local_(std::move(local)) {}

    [[nodiscard]] const Route& route() const noexcept { return route_; }
    TransportResult connect(BeastPump& pump, const Origin& origin) {
        boost::system::error_code error;
        // Synchronous: the asynchronous lookup would use a thread, and could not be cancelled either.
        boost::asio::ip::tcp::resolver resolver(context_);
        const auto addresses = resolver.resolve(route_.host, route_.port, error);
        if (error) return {TransportStatus::resolve_failed, error.message()};
        TransportResult result{TransportStatus::connect_failed, "the host name has no address"};
        bool done = false; // out of the loop, because a cancelled operation still sets it
        for (const auto& address : addresses) {
            done = false;
            close();
            if (!open_socket(address.endpoint().protocol(), error)) {
                result = {TransportStatus::connect_failed, error.message()};
                continue;
            }
            socket_.async_connect(address.endpoint(), [&](const boost::system::error_code& outcome) {
                error = outcome;
                done = true;
            });
            result = pump.run_until(done);
            if (result.status != TransportStatus::ok) break;
            if (!error) break;
            result = {TransportStatus::connect_failed, error.message()};
        }
        if (result.status == TransportStatus::ok) {
            socket_.set_option(boost::asio::ip::tcp::no_delay(true), error);
            limit_unsent(static_cast<int>(socket_.native_handle()));
            if (route_.tunnel)
                result = open_tunnel(AsioWire(context_, socket_), route_, origin, pump.clock(), pump.sink());
        }
        if (result.status != TransportStatus::ok) {
            close();
            pump.drain();
        }
        return result;
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

  private:
    bool open_socket(const boost::asio::ip::tcp& protocol, boost::system::error_code& error) {
        socket_.open(protocol, error);
        if (error || local_.empty()) return !error;
        const boost::asio::ip::address address = boost::asio::ip::make_address(local_, error);
        if (!error) {
            socket_.bind({address, 0}, error);
            return !error;
        }
        error.assign(use_interface(static_cast<int>(socket_.native_handle()), local_.c_str()),
                     boost::system::generic_category());
        return !error;
    }

    Route route_;
    std::string local_;
};

class BeastPlainConnection final : public BeastConnection {
  public:
    BeastPlainConnection(Route route, std::string local)
        : BeastConnection(std::move(route), std::move(local)) {}

    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) override {
        BeastPump pump(context_, request.timeouts, sink);
        if (!socket_.is_open())
            if (TransportResult result = connect(pump, origin); result.status != TransportStatus::ok)
                return result;
        pump.clock().connected();
        const auto exchange = std::make_unique<BeastExchange<boost::asio::ip::tcp::socket>>(
            socket_, buffer_, pump, request,
            Http1Form{route().whole_url ? request.url : origin.target,
                      route().whole_url ? route().authorization : std::string_view()},
            sink);
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
class BeastTransport : public detail::RoutedTransport<detail::BeastConnection> {
  public:
    BeastTransport() : BeastTransport(BeastOptions{}) {}
    explicit BeastTransport(const BeastOptions& options) : RoutedTransport(options) {}

  protected:
    [[nodiscard]] std::unique_ptr<detail::BeastConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (origin.tls) {
            refusal = {TransportStatus::failed,
                       "BeastTransport has no TLS: use BeastTlsTransport for https URLs"};
            return nullptr;
        }
        detail::Route route;
        if (!find_route(origin, route, refusal)) return nullptr;
        return std::make_unique<detail::BeastPlainConnection>(std::move(route), local_interface());
    }
};

} // namespace belfry::inline v0
