// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/ascii.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// The parts of a request line and header section that the request does not hold.
struct Http1Form {
    /// The request target (RFC 9112 section 3.2).
    std::string_view target;
    /// The value of `Proxy-Authorization`; empty for none.
    std::string_view proxy_authorization = {};
};

/// The request line and header lines of a request, the empty line included (RFC 9112 section 3).
[[nodiscard]] inline std::string http1_head(const HttpRequest& request, const Http1Form& form) {
    std::string head = request.method;
    head.append(" ").append(form.target).append(" HTTP/1.1\r\n");
    for (const Header& header : request.headers)
        head.append(header.name).append(": ").append(trim_blanks(header.value)).append("\r\n");
    if (!form.proxy_authorization.empty())
        head.append("Proxy-Authorization: ").append(form.proxy_authorization).append("\r\n");
    if (request.content_length < 0)
        head += "Transfer-Encoding: chunked\r\n";
    else if (announces_length(request))
        head.append("Content-Length: ").append(std::to_string(request.content_length)).append("\r\n");
    return head += "\r\n";
}

/// Parses one HTTP/1 response from its bytes as they arrive and passes it to a sink (RFC 9112 sections 4 to
/// 7). It does not use sockets.
class Http1Response {
  public:
    Http1Response(std::string_view method, ResponseSink& sink)
        : sink_(sink), is_head_(method == "HEAD"), is_connect_(method == "CONNECT") {}

    /// Takes bytes from the peer. Bytes after the end of the response make the connection unusable.
    void feed(std::string_view bytes) {
        while (!bytes.empty() && state_ != State::done) {
            if (state_ == State::sized || state_ == State::chunk)
                take_body(bytes);
            else if (state_ == State::until_end)
                give(std::exchange(bytes, {}));
            else
                take_line(bytes);
        }
        if (!bytes.empty()) surplus_ = true;
    }
    /// Makes the response a failure: the peer did something that no parser of one response sees.
    void fail(TransportStatus status, const char* message) {
        result_ = {status, message};
        state_ = State::done;
    }
    /// The peer has closed the connection; `orderly` is false if TLS sent no close_notify.
    void end(bool orderly) {
        keep_alive_ = false;
        if (state_ == State::done) return;
        if (state_ == State::until_end && orderly)
            state_ = State::done;
        else if (state_ == State::status || state_ == State::fields)
            fail(TransportStatus::connection_reset,
                 "the connection closed before the response's head was complete");
        else
            fail(TransportStatus::truncated, "the connection closed within the response's body");
    }

    /// Whether the response is complete or has failed.
    [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
    [[nodiscard]] const TransportResult& result() const noexcept { return result_; }
    /// Whether the connection can carry another request after this response.
    [[nodiscard]] bool keep_alive() const noexcept {
        return done() && keep_alive_ && !surplus_ && result_.status == TransportStatus::ok;
    }
    /// Whether bytes came after the end of the response, which belong to no request (RFC 9112 section 9.2).
    [[nodiscard]] bool has_surplus() const noexcept { return surplus_; }

  private:
    enum class State : std::uint8_t {
        status,
        fields,
        sized,
        until_end,
        chunk_size,
        chunk,
        chunk_end,
        trailer,
        done
    };
    static constexpr std::size_t longest_head = 512 * 1024;

    void refuse(const char* message) { fail(TransportStatus::protocol_error, message); }

    void take_line(std::string_view& bytes) {
        const std::size_t end = bytes.find('\n');
        const std::size_t count = end == std::string_view::npos ? bytes.size() : end + 1;
        head_size_ += count;
        if (head_size_ > longest_head)
            return refuse("the response's head, chunk head or trailer is too large");
        line_.append(bytes.substr(0, count));
        bytes.remove_prefix(count);
        if (state_ == State::status && !std::string_view("HTTP/1.").starts_with(line_.substr(0, 7)))
            return refuse("the response is not HTTP/1");
        if (end == std::string_view::npos) return;
        line_.pop_back();
        if (line_.ends_with('\r')) line_.pop_back();
        const std::string line = std::exchange(line_, {});
        // RFC 9112 section 2.2: a CR that does not end a line must not be read as part of it.
        if (!is_field_value(line)) return refuse("a line of the response holds a bare CR or NUL");
        switch (state_) {
        case State::status: return take_status(line);
        case State::fields: return line.empty() ? end_head() : take_field(line);
        case State::chunk_size: return take_chunk_size(line);
        case State::chunk_end:
            head_size_ = 0;
            state_ = State::chunk_size;
            if (!line.empty()) refuse("a chunk is longer than its size");
            return;
        default: // trailer fields are ignored
            if (line.empty()) state_ = State::done;
        }
    }
    void take_status(std::string_view line) {
        constexpr std::size_t digits = 9; // behind "HTTP/1.1 "
        bool good = line.size() >= digits + 3 && (line[7] == '0' || line[7] == '1') && line[8] == ' ' &&
                    (line.size() == digits + 3 || line[digits + 3] == ' ');
        status_ = 0;
        for (std::size_t i = digits; good && i < digits + 3; ++i) {
            good = line[i] >= '0' && line[i] <= '9';
            status_ = status_ * 10 + (line[i] - '0');
        }
        if (!good || status_ < 100) return refuse("the response's status line is malformed");
        keep_alive_ = line[7] == '1';
        headers_.clear();
        state_ = State::fields;
    }
    void take_field(std::string_view line) {
        if (line.front() == ' ' || line.front() == '\t') {
            if (field_.empty()) return refuse("the response's first header line is folded");
            // RFC 9112 section 5.2: a folded line counts as one with a space.
            field_.append(" ").append(trim_blanks(line));
            return;
        }
        if (end_field()) field_ = line;
    }
    /// Takes the last header line, behind which no folded one can follow any more; false if it is malformed.
    bool end_field() {
        if (field_.empty()) return true;
        const std::string line = std::exchange(field_, {});
        const std::string_view text = line;
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos || !is_token(text.substr(0, colon))) {
            refuse("the response has a malformed header line");
            return false;
        }
        headers_.append(text.substr(0, colon), trim_blanks(text.substr(colon + 1)));
        return true;
    }
    void end_head() {
        if (!end_field()) return;
        if (status_ < 200) { // an interim response: the final one follows
            state_ = State::status;
            if (const char* reason = refuse_interim(status_, ++interim_count_)) refuse(reason);
            return;
        }
        if (const char* reason = refuse_head(status_, headers_)) return refuse(reason);
        frame();
        head_size_ = 0;
        if (!sink_.on_head(status_, std::move(headers_)))
            fail(TransportStatus::cancelled, "stopped by the sink");
    }
    /// How the body ends (RFC 9112 section 6.3).
    void frame() {
        bool chunked = false;
        bool coded = false;
        const auto length = headers_.find("content-length");
        for (const Header& header : headers_) {
            if (equals_ignoring_case(header.name, "transfer-encoding")) {
                coded = true;
                const std::size_t comma = header.value.rfind(',');
                const std::size_t last = comma == std::string::npos ? 0 : comma + 1;
                chunked =
                    equals_ignoring_case(trim_blanks(std::string_view(header.value).substr(last)), "chunked");
            } else if (equals_ignoring_case(header.name, "connection")) {
                if (names_close(header.value)) keep_alive_ = false;
            }
        }
        if (coded && length.has_value()) keep_alive_ = false;
        // RFC 9110 section 9.3.6: a CONNECT that succeeds turns the connection into a tunnel.
        if (is_head_ || status_ == 204 || status_ == 304 || (is_connect_ && status_ < 300)) {
            state_ = State::done;
        } else if (coded) {
            state_ = chunked ? State::chunk_size : State::until_end;
        } else if (length.has_value()) {
            left_ = 0;
            for (char digit : *length) left_ = left_ * 10 + static_cast<std::uint64_t>(digit - '0');
            state_ = left_ == 0 ? State::done : State::sized;
        } else {
            state_ = State::until_end;
        }
    }
    static bool names_close(std::string_view value) {
        while (!value.empty())
            if (equals_ignoring_case(trim_blanks(cut(value, ',')), "close")) return true;
        return false;
    }
    void take_chunk_size(std::string_view line) {
        std::size_t digits = 0;
        left_ = 0;
        for (; digits < line.size(); ++digits) {
            const char c = ascii_lower(line[digits]);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) break;
            if (left_ >> 58 != 0) return refuse("a chunk's size is too large");
            left_ = left_ * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
        }
        const std::string_view rest = trim_blanks(line.substr(digits));
        if (digits == 0 || (!rest.empty() && rest.front() != ';'))
            return refuse("a chunk's size is malformed");
        state_ = left_ == 0 ? State::trailer : State::chunk;
    }
    void take_body(std::string_view& bytes) {
        const std::size_t count = bytes.size() < left_ ? bytes.size() : static_cast<std::size_t>(left_);
        const std::string_view piece = bytes.substr(0, count);
        bytes.remove_prefix(count);
        left_ -= count;
        if (left_ == 0) state_ = state_ == State::chunk ? State::chunk_end : State::done;
        give(piece);
    }
    void give(std::string_view piece) {
        if (!sink_.on_body(std::as_bytes(std::span(piece.data(), piece.size()))))
            fail(TransportStatus::cancelled, "stopped by the sink");
    }

    ResponseSink& sink_;
    bool is_head_;
    bool is_connect_;
    bool keep_alive_ = false;
    bool surplus_ = false;
    int interim_count_ = 0;
    State state_ = State::status;
    int status_ = 0;
    std::size_t head_size_ = 0;
    std::uint64_t left_ = 0;
    std::string line_;
    /// The last header line that has come, until it is known whether it goes on.
    std::string field_;
    Headers headers_;
    TransportResult result_;
};

} // namespace belfry::inline v0::detail
