// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/wire.hpp>
#include <belfry/util/ascii.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <nghttp2/nghttp2.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// One request over HTTP/2 (RFC 9113) on its own connection, whose body is written while its response is
/// read. nghttp2 implements the protocol; `Wire` moves the bytes. Never waits: a driver calls `exchange`
/// whenever bytes can move. One thread at a time uses it.
template <class Wire> class Http2Session {
  public:
    Http2Session(Wire wire, AttemptClock& clock) noexcept : wire_(wire), clock_(clock) {}
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;
    ~Http2Session() {
        if (session_ != nullptr) say_goodbye();
        nghttp2_session_del(session_);
    }

    /// Queues the request's head.
    [[nodiscard]] TransportResult begin(const HttpRequest& request, const Origin& origin) {
        if (make_session() && submit(request, origin)) return {};
        return {TransportStatus::failed, "nghttp2 could not begin the exchange"};
    }
    /// Whether the peer's system has taken all that was queued.
    [[nodiscard]] bool has_sent() const noexcept { return unwritten_.empty(); }
    /// Ends the exchange soon. Any thread may call it.
    void cancel() noexcept { cancelled_.store(true); }
    [[nodiscard]] bool is_cancelled() const noexcept { return cancelled_.load(); }
    static TransportResult cancellation() { return {TransportStatus::cancelled, "cancelled by the caller"}; }
    [[nodiscard]] bool has_failed() const noexcept { return failure_.status != TransportStatus::ok; }
    /// Why the exchange has failed; `ok` if it has not.
    [[nodiscard]] TransportResult failure() const { return failure_.result(); }
    void fail(TransportStatus status, const char* message) {
        if (failure_.status == TransportStatus::ok) failure_ = {status, message};
    }
    /// Whether no byte moves any more.
    [[nodiscard]] bool is_over() const noexcept { return wire_ended_ || has_failed(); }
    /// Whether more bytes may be waiting than `exchange` has taken.
    [[nodiscard]] bool has_more() const noexcept { return more_; }
    /// Whether bytes were received since the last question.
    [[nodiscard]] bool take_received() noexcept { return std::exchange(has_received_, false); }

    /// Queues the next bytes of the request's body, which live until they are sent or dropped.
    void write(std::span<const std::byte> bytes) {
        unsent_ = bytes;
        resume();
    }
    [[nodiscard]] bool has_written() const noexcept {
        return peer_is_done() || (unsent_.empty() && unwritten_.empty());
    }
    /// The outcome of `write`, after `has_written`.
    [[nodiscard]] TransportResult written() const {
        if (unsent_.empty()) return {};
        return {TransportStatus::connection_reset, "the peer has ended the response"};
    }
    void drop_unsent() noexcept { unsent_ = {}; }
    /// Queues the end of the request's body.
    void close() {
        closing_ = true;
        resume();
    }
    [[nodiscard]] bool is_closing() const noexcept { return closing_; }
    [[nodiscard]] bool has_closed() const noexcept {
        return peer_is_done() || (closed_ && unwritten_.empty());
    }

    [[nodiscard]] bool has_head() const noexcept { return head_done_ || remote_ended_; }
    /// After `has_head`.
    TransportResult take_head(int& status, Headers& headers) {
        if (!head_done_) return {TransportStatus::protocol_error, "the response has no final head"};
        status = status_;
        headers = std::move(headers_);
        return {};
    }
    [[nodiscard]] bool has_bytes() const noexcept { return taken_ < received_.size(); }
    /// Whether there are bytes, or there will be none.
    [[nodiscard]] bool has_body() const noexcept { return has_bytes() || remote_ended_; }
    /// Moves bytes of the response's body to `buffer`, and opens the flow control window by as many.
    std::size_t take_bytes(std::span<std::byte> buffer) {
        const std::size_t count = std::min(buffer.size(), received_.size() - taken_);
        std::memcpy(buffer.data(), received_.data() + taken_, count);
        taken_ += count;
        // Compact, or a slow reader would make the buffer grow.
        if (taken_ == received_.size() || taken_ >= window) {
            received_.erase(0, taken_);
            taken_ = 0;
        }
        nghttp2_session_consume(session_, id_, count);
        return count;
    }

    /// Sends and receives as much as is possible without waiting.
    void exchange() {
        if (failure_.status != TransportStatus::ok) return;
        receive();
        send();
        // nghttp2 ends the session if the peer breaks the protocol, and reports it only this way.
        if (wire_ended_ || nghttp2_session_want_read(session_) != 0 ||
            nghttp2_session_want_write(session_) != 0)
            return;
        wire_ended_ = true;
        if (!remote_ended_) fail(TransportStatus::protocol_error, "the peer violated HTTP/2");
    }

  private:
    /// Receives what has arrived, up to a limit: a peer may send faster than the bytes are processed.
    void receive() {
        more_ = false;
        char bytes[16 * 1024];
        for (int reads = 0; failure_.status == TransportStatus::ok && !wire_ended_; ++reads) {
            if (reads == most_reads) {
                more_ = true;
                return;
            }
            const WireStep step = wire_.read(bytes, sizeof bytes);
            if (step.kind == WireStep::wants_read || step.kind == WireStep::wants_write) return;
            if (step.kind != WireStep::moved) {
                wire_ended_ = true;
                if (!remote_ended_)
                    fail(TransportStatus::connection_reset,
                         "the connection was closed before the response was complete");
                return;
            }
            clock_.moved();
            has_received_ = true;
            const auto taken =
                nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes), step.count);
            if (taken < 0) fail(TransportStatus::protocol_error, nghttp2_strerror(static_cast<int>(taken)));
        }
    }
    void send() {
        while (!wire_ended_) {
            if (unwritten_.empty()) {
                const std::uint8_t* bytes = nullptr;
                const auto size = nghttp2_session_mem_send(session_, &bytes);
                if (size < 0) fail(TransportStatus::protocol_error, nghttp2_strerror(static_cast<int>(size)));
                if (size <= 0) return;
                unwritten_ = {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
            }
            const WireStep step = wire_.write(unwritten_.data(), unwritten_.size());
            if (step.kind == WireStep::wants_read || step.kind == WireStep::wants_write) return;
            if (step.kind != WireStep::moved) {
                // Bytes that the peer sent before may still be unread.
                unwritten_ = {};
                do receive();
                while (more_ && !cancelled_.load() && clock_.expired() == nullptr);
                if (!remote_ended_)
                    fail(TransportStatus::connection_reset, "the peer has closed the connection");
                wire_ended_ = true;
                return;
            }
            clock_.moved();
            unwritten_.remove_prefix(step.count);
        }
    }
    /// Bytes that a peer may send before they are read.
    static constexpr std::size_t window = std::size_t{256} * 1024;
    /// Bytes of header fields, counted as RFC 9113 section 6.5.2 does, in all heads and the trailer together.
    static constexpr std::size_t longest_head = std::size_t{512} * 1024;
    /// Reads of the wire between two checks of the limits and of cancellation.
    static constexpr int most_reads = 16;

    /// Why the exchange has failed, in words that need no memory.
    struct Failure {
        TransportStatus status = TransportStatus::ok;
        const char* message = "";
        [[nodiscard]] TransportResult result() const { return {status, message}; }
    };
    bool make_session() {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_option* option = nullptr;
        if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&option) != 0) {
            nghttp2_session_callbacks_del(callbacks);
            return false;
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks, &Http2Session::on_header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Http2Session::on_frame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Http2Session::on_data);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Http2Session::on_close);
        nghttp2_option_set_no_auto_window_update(option, 1);
        const bool made = nghttp2_session_client_new2(&session_, callbacks, this, option) == 0;
        nghttp2_option_del(option);
        nghttp2_session_callbacks_del(callbacks);
        const nghttp2_settings_entry settings[] = {
            {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
            {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(window)},
            {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(longest_head)}};
        return made &&
               nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings)) == 0 &&
               nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                                     static_cast<std::int32_t>(window)) == 0;
    }
    bool submit(const HttpRequest& request, const Origin& origin) {
        std::vector<nghttp2_nv> fields;
        std::vector<std::string> names;
        names.reserve(request.headers.size());
        const auto add = [&fields](std::string_view name, std::string_view value) {
            fields.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                              reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                              value.size(), NGHTTP2_NV_FLAG_NONE});
        };
        const auto host = request.headers.find("Host");
        add(":method", request.method);
        add(":scheme", origin.tls ? "https" : "http");
        add(":authority", host.has_value() ? std::string_view(*host) : std::string_view(origin.host));
        add(":path", origin.target);
        for (const Header& header : request.headers) {
            if (equals_ignoring_case(header.name, "host")) continue;
            // RFC 9113 section 8.2: field names are sent in lower case.
            std::string& name = names.emplace_back(header.name);
            for (char& c : name) c = ascii_lower(c);
            add(name, trim_blanks(header.value));
        }
        nghttp2_data_provider body{};
        body.read_callback = &Http2Session::on_read;
        id_ = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), &body, nullptr);
        return id_ > 0;
    }

    /// Whether the peer can no longer use anything that is sent.
    [[nodiscard]] bool peer_is_done() const noexcept {
        return remote_ended_ && (stream_closed_ || wire_ended_);
    }
    /// Lets nghttp2 ask for bytes of the body again.
    void resume() {
        if (!deferred_ || stream_closed_) return;
        deferred_ = false;
        nghttp2_session_resume_data(session_, id_);
    }
    /// Resets the stream, if that is possible without waiting.
    void say_goodbye() {
        if (failure_.status != TransportStatus::ok || wire_ended_) return;
        const ScopedSigpipeBlock block;
        if (!stream_closed_) nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id_, NGHTTP2_CANCEL);
        nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
        send();
    }

    /// Runs code that allocates inside a callback of nghttp2, where exceptions must not escape.
    template <class Work> int within_memory(Work work) noexcept {
#if defined(__cpp_exceptions)
        try {
            work();
        } catch (...) {
            fail(TransportStatus::failed, "out of memory");
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
#else
        work();
#endif
        return 0;
    }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) noexcept {
        Http2Session& self = *static_cast<Http2Session*>(user);
        if (frame->hd.stream_id != self.id_) return 0;
        // HPACK can repeat a large field with a few compressed bytes.
        self.head_size_ += name_size + value_size + 32;
        if (self.head_size_ > longest_head) {
            self.fail(TransportStatus::protocol_error, "the response's head or trailer is too large");
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        if (self.head_done_) return 0; // a trailer
        const std::string_view key(reinterpret_cast<const char*>(name), name_size);
        const std::string_view text(reinterpret_cast<const char*>(value), value_size);
        if (key == ":status") {
            // nghttp2 has checked that these are three digits.
            self.status_ = 0;
            for (const char digit : text) self.status_ = self.status_ * 10 + (digit - '0');
            self.headers_.clear();
        } else {
            return self.within_memory([&] { self.headers_.append(key, text); });
        }
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
        Http2Session& self = *static_cast<Http2Session*>(user);
        if (frame->hd.stream_id != self.id_) return 0;
        if (frame->hd.type == NGHTTP2_HEADERS && !self.head_done_ && self.status_ < 200)
            if (const char* const why = refuse_interim(self.status_, ++self.interim_count_))
                self.fail(TransportStatus::protocol_error, why);
        if (frame->hd.type == NGHTTP2_HEADERS && !self.head_done_ && self.status_ >= 200) {
            self.head_done_ = true;
            if (const char* const why = refuse_head(self.status_, self.headers_))
                self.fail(TransportStatus::protocol_error, why);
        }
        if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
            (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
            self.remote_ended_ = true;
        return 0;
    }
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                       std::size_t size, void* user) noexcept {
        Http2Session& self = *static_cast<Http2Session*>(user);
        if (stream != self.id_) return 0;
        return self.within_memory([&] { self.received_.append(reinterpret_cast<const char*>(data), size); });
    }
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* user) noexcept {
        Http2Session& self = *static_cast<Http2Session*>(user);
        if (stream != self.id_) return 0;
        self.stream_closed_ = true;
        if (!self.remote_ended_)
            self.fail(code == NGHTTP2_PROTOCOL_ERROR ? TransportStatus::protocol_error
                                                     : TransportStatus::connection_reset,
                      nghttp2_http2_strerror(code));
        return 0;
    }
    static ssize_t on_read(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t capacity,
                           std::uint32_t* flags, nghttp2_data_source*, void* user) noexcept {
        Http2Session& self = *static_cast<Http2Session*>(user);
        if (self.unsent_.empty()) {
            if (!self.closing_) {
                self.deferred_ = true;
                return NGHTTP2_ERR_DEFERRED;
            }
            self.closed_ = true;
            *flags |= NGHTTP2_DATA_FLAG_EOF;
            return 0;
        }
        const std::size_t count = std::min(capacity, self.unsent_.size());
        std::memcpy(buffer, self.unsent_.data(), count);
        self.unsent_ = self.unsent_.subspan(count);
        return static_cast<ssize_t>(count);
    }

    Wire wire_;
    AttemptClock& clock_;
    std::atomic<bool> cancelled_{false};
    nghttp2_session* session_ = nullptr;
    std::int32_t id_ = 0;
    Failure failure_;
    bool wire_ended_ = false;
    bool more_ = false;
    bool has_received_ = false;
    bool stream_closed_ = false;
    std::string_view unwritten_;
    std::span<const std::byte> unsent_;
    bool deferred_ = false;
    bool closing_ = false;
    bool closed_ = false;
    Headers headers_;
    int status_ = 0;
    int interim_count_ = 0;
    std::size_t head_size_ = 0;
    bool head_done_ = false;
    std::string received_;
    std::size_t taken_ = 0;
    bool remote_ended_ = false;
};

} // namespace belfry::inline v0::detail
