// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/body_reader.hpp>
#include <belfry/transport/detail/http1.hpp>
#include <belfry/transport/detail/wire.hpp>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Sends one request and reads its response over an open connection. `Wire` moves the bytes: it has `read`
/// and `write` with the outcome of a step, and `wait`.
template <class Wire> class Http1Exchange {
  public:
    Http1Exchange(Wire wire, const HttpRequest& request, const Http1Form& form, ResponseSink& sink,
                  AttemptClock& clock)
        : wire_(wire), request_(request), sink_(sink), clock_(clock), body_(request),
          response_(request.method, sink), out_(http1_head(request, form)),
          body_done_(request.source == nullptr && request.body.empty()) {}

    /// Waits until the exchange is over.
    TransportResult run() {
        TransportResult result;
        unsigned wanted = 0;
        while (step(wanted, result))
            if (wanted != 0) wire_.wait(wanted, clock_.wait_milliseconds());
        return result;
    }
    /// Reads and writes once, without waiting; false when the exchange is over, as `result` says. Otherwise
    /// `wanted` has the `WireEvents` to wait for before the next step, none if it should come at once.
    bool step(unsigned& wanted, TransportResult& result) {
        wanted = 0;
        if (body_fails(result)) return false;
        if (sink_.cancelled()) return may_go_on(result);
        // An answer that is here counts, even if this is late to see it.
        const bool got = read(wanted);
        if (response_.done()) {
            result = response_.result();
            return false;
        }
        if (!may_go_on(result)) return false;
        const bool put = write(wanted);
        if (body_fails(result)) return false;
        if (got || put) wanted = 0;
        return true;
    }
    /// Whether the connection can carry another request.
    [[nodiscard]] bool reusable() const noexcept {
        return response_.keep_alive() && written() && !write_failed_;
    }
    /// Whether bytes came after the end of the response.
    [[nodiscard]] bool has_surplus() const noexcept { return response_.has_surplus(); }

  private:
    bool may_go_on(TransportResult& result) const {
        result = interruption(sink_, clock_);
        return result.status == TransportStatus::ok;
    }
    bool body_fails(TransportResult& result) const {
        if (body_.failure() == nullptr) return false;
        result = {TransportStatus::body_failed, body_.failure()};
        return true;
    }
    bool read(unsigned& wanted) {
        const WireStep step = wire_.read(in_, sizeof in_);
        switch (step.kind) {
        case WireStep::moved:
            // RFC 9112 section 9.2: what comes before the request is not its response.
            if (!sending_)
                response_.fail(TransportStatus::connection_reset,
                               "the peer sent bytes before the request: the connection is of no use");
            else
                response_.feed({in_, step.count});
            clock_.moved(); // after the sink: its time does not count as idle
            return true;
        case WireStep::wants_read: wanted |= wire_readable; return false;
        case WireStep::wants_write: wanted |= wire_writable; return false;
        case WireStep::ended: response_.end(true); return true;
        case WireStep::rejected:
            // TLS 1.3 lets a server refuse the client's certificate after the handshake.
            response_.fail(TransportStatus::tls_failed,
                           "the server ended TLS with an alert; it may demand a client certificate");
            return true;
        case WireStep::cut_off:
        case WireStep::broken: response_.end(false); return true;
        }
        return false;
    }
    [[nodiscard]] bool written() const noexcept {
        return body_done_ && position_ == out_.size() && piece_.empty();
    }
    bool write(unsigned& wanted) {
        if (written() || write_failed_) return false;
        if (position_ == out_.size() && piece_.empty() && !next_piece()) return body_done_;
        const bool framing = position_ < out_.size();
        const char* const bytes = framing ? out_.data() + position_ : piece_.data();
        const WireStep step = wire_.write(bytes, framing ? out_.size() - position_ : piece_.size());
        switch (step.kind) {
        case WireStep::moved:
            sending_ = true;
            clock_.moved();
            if (framing)
                position_ += step.count;
            else
                piece_.remove_prefix(step.count);
            return true;
        case WireStep::wants_read: wanted |= wire_readable; return false;
        case WireStep::wants_write: wanted |= wire_writable; return false;
        default:
            // The server may have refused the upload and answered; read that response.
            write_failed_ = true;
            wanted |= wire_readable;
            return true;
        }
    }
    /// Prepares the next piece of the body. Returns false at the end.
    bool next_piece() {
        const bool chunked = request_.content_length < 0;
        out_.clear();
        position_ = 0;
        if (!body_.done()) piece_ = body_.next();
        if (body_.failure() != nullptr) return false;
        if (chunked) {
            // The line break that ends a chunk is written together with the next chunk's size line.
            if (started_) out_ += "\r\n";
            started_ = true;
            char size[24];
            std::snprintf(size, sizeof size, "%zx\r\n", piece_.size());
            out_ += size;
            if (piece_.empty()) out_ += "\r\n";
            body_done_ = piece_.empty();
            return true;
        }
        body_done_ = body_.done();
        return !piece_.empty();
    }

    Wire wire_;
    const HttpRequest& request_;
    ResponseSink& sink_;
    AttemptClock& clock_;
    BodyReader body_;
    Http1Response response_;
    std::string out_;
    std::size_t position_ = 0;
    std::string_view piece_;
    bool body_done_;
    bool sending_ = false;
    bool started_ = false;
    bool write_failed_ = false;
    char in_[64 * 1024];
};

} // namespace belfry::inline v0::detail
