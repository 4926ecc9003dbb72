// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/duplex_transport.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/sigpipe.hpp>
#include <belfry/transport/detail/socket_wire.hpp>
#include <belfry/transport/detail/tls_wire.hpp>
#include <belfry/util/ascii.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <mutex>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace belfry::inline v0::detail {

/// One request over HTTP/2 (RFC 9113) on its own connection, whose body is written while its response is
/// read. nghttp2 implements the protocol; `Wire` moves the bytes. It starts no thread: a caller that waits
/// drives the connection, and wakes other waiting callers when it has read or written something.
template <class Wire> class Http2Stream final : public DuplexStream {
  public:
    Http2Stream(int socket, Wire wire, AttemptClock& clock) noexcept
        : socket_(socket), wire_(wire), clock_(clock) {}
    Http2Stream(const Http2Stream&) = delete;
    Http2Stream& operator=(const Http2Stream&) = delete;
    ~Http2Stream() override {
        if (session_ != nullptr) say_goodbye();
        nghttp2_session_del(session_);
        for (const int end : alarm_)
            if (end >= 0) ::close(end);
    }

    /// Sends the request's head, within the connect limit.
    TransportResult begin(const HttpRequest& request, const Origin& origin) {
        if (::pipe(alarm_) != 0) return {TransportStatus::failed, std::strerror(errno)};
        for (const int end : alarm_) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
        }
        if (!make_session() || !submit(request, origin))
            return {TransportStatus::failed, "nghttp2 could not begin the exchange"};
        static_cast<void>(wait([this] { return unwritten_.empty(); }));
        clock_.connected();
        // The limit may have expired while the last byte was written.
        return failure_.result();
    }

    TransportResult write(std::span<const std::byte> bytes) noexcept override {
        TransportResult result = guarded([&] { return write_all(bytes); });
        const std::lock_guard lock(mutex_);
        unsent_ = {};
        return result;
    }
    TransportResult close_write() noexcept override {
        return guarded([&] {
            {
                const std::lock_guard lock(mutex_);
                closing_ = true;
                resume();
            }
            return wait([this] { return peer_is_done() || (closed_ && unwritten_.empty()); });
        });
    }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        return guarded([&]() -> TransportResult {
            TransportResult result = wait([this] { return head_done_ || remote_ended_; });
            const std::lock_guard lock(mutex_);
            if (result.status != TransportStatus::ok) return result;
            if (!head_done_) return {TransportStatus::protocol_error, "the response has no final head"};
            status = status_;
            headers = std::move(headers_);
            return {};
        });
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        count = 0;
        return guarded([&] { return read_some(buffer, count); });
    }
    void cancel() noexcept override {
        cancelled_.store(true);
        ring();
    }

  private:
    /// Bytes that a peer may send before they are read.
    static constexpr std::size_t window = std::size_t{256} * 1024;
    /// Bytes of header fields, counted as RFC 9113 section 6.5.2 does, in all heads and the trailer together.
    static constexpr std::size_t longest_head = std::size_t{512} * 1024;
    /// Reads of the wire between two checks of the limits and of cancellation.
    static constexpr int most_reads = 16;

    TransportResult write_all(std::span<const std::byte> bytes) {
        {
            const std::lock_guard lock(mutex_);
            if (closing_) return {TransportStatus::failed, "the request's body was closed"};
            unsent_ = bytes;
            resume();
        }
        TransportResult result =
            wait([this] { return peer_is_done() || (unsent_.empty() && unwritten_.empty()); });
        const std::lock_guard lock(mutex_);
        if (result.status == TransportStatus::ok && !unsent_.empty())
            result = {TransportStatus::connection_reset, "the peer has ended the response"};
        return result;
    }
    TransportResult read_some(std::span<std::byte> buffer, std::size_t& count) {
        if (buffer.empty()) return {TransportStatus::failed, "the read buffer is empty"};
        TransportResult result = wait([this] { return taken_ < received_.size() || remote_ended_; });
        const std::lock_guard lock(mutex_);
        // A cancellation after the wait must not be reported as the end of the body.
        if (cancelled_.load()) return cancellation();
        // Bytes that arrived before a failure are delivered first.
        if (taken_ == received_.size()) return result;
        count = std::min(buffer.size(), received_.size() - taken_);
        std::memcpy(buffer.data(), received_.data() + taken_, count);
        taken_ += count;
        // Compact, or a slow reader would make the buffer grow.
        if (taken_ == received_.size() || taken_ >= window) {
            received_.erase(0, taken_);
            taken_ = 0;
        }
        // Opens the flow control window by as much as was read.
        nghttp2_session_consume(session_, id_, count);
        return {};
    }

    /// Why the exchange has failed, in words that need no memory.
    struct Failure {
        TransportStatus status = TransportStatus::ok;
        const char* message = "";
        [[nodiscard]] TransportResult result() const { return {status, message}; }
    };
    /// Runs a function of the interface, where exceptions must not escape.
    template <class Work> static TransportResult guarded(Work work) noexcept {
#if defined(__cpp_exceptions)
        try {
            return work();
        } catch (...) {
            // Short enough for the small string optimisation.
            return {TransportStatus::failed, "out of memory"};
        }
#else
        return work();
#endif
    }
    static TransportResult cancellation() { return {TransportStatus::cancelled, "cancelled by the caller"}; }
    bool make_session() {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_option* option = nullptr;
        if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&option) != 0) {
            nghttp2_session_callbacks_del(callbacks);
            return false;
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks, &Http2Stream::on_header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Http2Stream::on_frame);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Http2Stream::on_data);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Http2Stream::on_close);
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
        body.read_callback = &Http2Stream::on_read;
        id_ = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), &body, nullptr);
        return id_ > 0;
    }

    /// Whether the peer can no longer use anything that is sent.
    [[nodiscard]] bool peer_is_done() const noexcept {
        return remote_ended_ && (stream_closed_ || wire_ended_);
    }
    /// Wakes the driver because there are bytes to send again.
    void resume() {
        if (deferred_ && !stream_closed_) {
            deferred_ = false;
            nghttp2_session_resume_data(session_, id_);
        }
        if (driving_) ring();
    }
    /// Ends the driver's sleep.
    void ring() const noexcept {
        const char byte = 0;
        while (::write(alarm_[1], &byte, 1) < 0 && errno == EINTR) {
        }
    }

    /// Drives the connection, or waits while another thread does, until `ready` or until that is hopeless.
    template <class Ready> TransportResult wait(Ready ready) {
        const ScopedSigpipeBlock block;
        std::unique_lock lock(mutex_);
        // The time between two calls does not count as idle.
        clock_.moved();
        for (;;) {
            if (cancelled_.load()) return cancellation();
            exchange();
            if (const char* const limit = clock_.expired()) fail(TransportStatus::timed_out, limit);
            if (ready()) {
                changed_.notify_all();
                return {};
            }
            if (failure_.status != TransportStatus::ok) {
                changed_.notify_all();
                return failure_.result();
            }
            if (driving_) {
                changed_.wait(lock);
                continue;
            }
            driving_ = true;
            pollfd entries[] = {{socket_, static_cast<short>(POLLIN | (unwritten_.empty() ? 0 : POLLOUT)), 0},
                                {alarm_[0], POLLIN, 0}};
            // Let other threads run even if there is more to receive.
            const int milliseconds = more_ ? 0 : clock_.wait_milliseconds();
            lock.unlock();
            ::poll(entries, 2, milliseconds);
            lock.lock();
            driving_ = false;
            char bytes[64];
            while (::read(alarm_[0], bytes, sizeof bytes) > 0) {
            }
            changed_.notify_all();
        }
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
            // These bytes may be what another thread waits for; the socket will not wake it again.
            if (driving_) ring();
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
    void fail(TransportStatus status, const char* message) {
        if (failure_.status == TransportStatus::ok) failure_ = {status, message};
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
        Http2Stream& self = *static_cast<Http2Stream*>(user);
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
        Http2Stream& self = *static_cast<Http2Stream*>(user);
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
        Http2Stream& self = *static_cast<Http2Stream*>(user);
        if (stream != self.id_) return 0;
        return self.within_memory([&] { self.received_.append(reinterpret_cast<const char*>(data), size); });
    }
    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* user) noexcept {
        Http2Stream& self = *static_cast<Http2Stream*>(user);
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
        Http2Stream& self = *static_cast<Http2Stream*>(user);
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

    int socket_;
    Wire wire_;
    int alarm_[2] = {-1, -1};
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> cancelled_{false};
    // Guarded by the mutex.
    AttemptClock& clock_;
    nghttp2_session* session_ = nullptr;
    std::int32_t id_ = 0;
    Failure failure_;
    bool driving_ = false;
    bool wire_ended_ = false;
    bool more_ = false;
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
