// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/body_reader.hpp>
#include <belfry/transport/detail/http1.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// One request and its response on a stream that is connected, and that does not wait in functions which are
/// not asynchronous. `Host` has the attempt's `clock`, and makes handlers out of functions by `handler`.
template <class Stream, class Host> class BeastExchange {
  public:
    BeastExchange(Stream& stream, boost::beast::flat_buffer& buffer, Host& host, const HttpRequest& request,
                  const Http1Form& form, ResponseSink& sink)
        : stream_(stream), buffer_(buffer), host_(host), request_(request), sink_(sink), body_(request),
          message_(boost::beast::http::verb::unknown, as_beast(form.target), 11), serializer_(message_) {
        if (!form.proxy_authorization.empty())
            message_.insert("Proxy-Authorization", as_beast(form.proxy_authorization));
    }

    /// Begins to send and to read. Handlers do the rest, until `done`.
    void begin() {
        prepare();
        expect_head();
        Error error;
        // RFC 9112 section 9.2: what comes before the request is not its response.
        if (stream_.read_some(buffer_.prepare(1), error) > 0)
            return finish(TransportStatus::connection_reset,
                          "the peer sent bytes before the request: the connection is of no use");
        if (error == boost::asio::error::eof) error = HttpError::end_of_stream;
        if (error != boost::asio::error::would_block) return fail(error);
        receive();
        if (fill()) write_some();
    }
    /// Whether the response is complete or the exchange has failed.
    [[nodiscard]] const bool& done() const noexcept { return done_; }
    [[nodiscard]] TransportResult take_result() noexcept { return std::move(result_); }
    /// From here on handlers do nothing.
    void stop() noexcept { done_ = true; }
    /// Whether the stream can carry another request.
    [[nodiscard]] bool reusable() {
        return done_ && result_.status == TransportStatus::ok && !writing_ && serializer_.is_done() &&
               parser_->keep_alive() && buffer_.size() == 0;
    }

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
        auto written = [this](Error error, std::size_t count) { on_written(error, count); };
        boost::beast::http::async_write_some(stream_, serializer_, host_.handler(std::move(written)));
    }
    void on_written(const Error& error, std::size_t count) {
        writing_ = false;
        if (done_) return;
        if (complete_) {
            linger_->cancel();
            return;
        }
        if (count > 0) host_.clock().moved();
        if (error == HttpError::need_buffer) {
            if (!fill()) return;
        } else if (error) {
            // The server may have refused the upload and answered; read that response.
            return;
        }
        if (!serializer_.is_done()) write_some();
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
        auto received = [this](Error error, std::size_t count) { on_received(error, count); };
        stream_.async_read_some(buffer_.prepare(block_size), host_.handler(std::move(received)));
    }
    void on_received(const Error& error, std::size_t count) {
        if (done_) return;
        buffer_.commit(count);
        if (count > 0) host_.clock().moved();
        if (error == boost::asio::error::eof)
            end();
        else if (error)
            fail(error);
        else
            parse();
    }
    void parse() {
        while (!done_ && !complete_) {
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
            if (error == HttpError::need_more && !done_ && !complete_) return receive();
        }
    }
    /// The peer has closed the connection in order.
    void end() {
        if (!parser_->got_some()) return fail(HttpError::end_of_stream);
        Error error;
        parser_->put_eof(error);
        if (error) return fail(error);
        complete();
    }
    void take() {
        if (!head_done_ && parser_->is_header_done() && !take_head()) return;
        if (head_done_ && !take_body()) return;
        if (head_done_ && parser_->is_done()) complete();
    }
    /// The response has come.
    void complete() {
        complete_ = true;
        if (!writing_ || !parser_->keep_alive()) {
            done_ = true;
            return;
        }
        // The response may be seen before the end of the write that it answers, and the connection can only
        // be used again after that. A server that has answered early may never take the rest.
        linger_.emplace(stream_.get_executor(), std::chrono::milliseconds(20));
        linger_->async_wait(host_.handler([this](const Error&) { done_ = true; }));
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
        host_.clock().moved(); // the sink's time does not count as idle
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
        } else if (head_done_) {
            // The end of the stream, also without a TLS close_notify, or a reset.
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
    Host& host_;
    const HttpRequest& request_;
    ResponseSink& sink_;
    BodyReader body_;
    boost::beast::http::request<boost::beast::http::buffer_body> message_;
    boost::beast::http::request_serializer<boost::beast::http::buffer_body> serializer_;
    std::optional<boost::beast::http::response_parser<boost::beast::http::buffer_body>> parser_;
    /// Waits for the end of a write after the response has come.
    std::optional<boost::asio::steady_timer> linger_;
    TransportResult result_;
    int interim_count_ = 0;
    bool writing_ = false;
    bool head_done_ = false;
    bool complete_ = false;
    bool done_ = false;
    char block_[block_size];
};

} // namespace belfry::inline v0::detail
