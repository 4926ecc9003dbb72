// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/duplex_transport.hpp>
#include <belfry/http/message_check.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/curl_exchange.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <curl/curl.h>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#if LIBCURL_VERSION_NUM < 0x074400
#error "belfry/transport/curl_duplex.hpp needs libcurl 7.68 or newer"
#endif

namespace belfry::inline v0 {
namespace detail {

/// One request over HTTP/2 whose body is written while its response is read. It has no thread: whoever waits
/// for something drives libcurl, and whoever comes to wait meanwhile is told when something has happened.
class CurlDuplexStream final : public DuplexStream {
  public:
    explicit CurlDuplexStream(const Timeouts& timeouts) noexcept : clock_(timeouts) {}
    CurlDuplexStream(const CurlDuplexStream&) = delete;
    CurlDuplexStream& operator=(const CurlDuplexStream&) = delete;
    ~CurlDuplexStream() override {
        if (added_) curl_multi_remove_handle(multi_, easy_);
        if (easy_ != nullptr) curl_easy_cleanup(easy_);
        if (multi_ != nullptr) curl_multi_cleanup(multi_);
    }

    TransportResult open(const HttpRequest& request, const CurlOptions& options) {
        multi_ = curl_multi_init();
        easy_ = curl_easy_init();
        if (multi_ == nullptr || easy_ == nullptr || !prepare(request, options))
            return {TransportStatus::failed, "libcurl has run out of memory"};
        if (const CURLMcode code = curl_multi_add_handle(multi_, easy_); code != CURLM_OK)
            return {TransportStatus::failed, curl_multi_strerror(code)};
        added_ = true;
        // libcurl asks for the body's first bytes once the request's head is on its way.
        TransportResult result = wait([this] { return asked_ || head_.is_complete(); });
        if (result.status == TransportStatus::ok && !asked_ && !head_.is_complete())
            return {TransportStatus::protocol_error, "the exchange ended before it began"};
        return result;
    }

    TransportResult write(std::span<const std::byte> bytes) noexcept override {
        {
            const std::lock_guard lock(mutex_);
            if (closing_) return {TransportStatus::failed, "the request's body was closed"};
            unsent_ = bytes;
        }
        curl_multi_wakeup(multi_);
        TransportResult result = wait([this] { return unsent_.empty() && flushed_; });
        const std::lock_guard lock(mutex_);
        if (result.status == TransportStatus::ok && !unsent_.empty())
            result = {TransportStatus::connection_reset, "the peer has ended the response"};
        unsent_ = {};
        return result;
    }
    TransportResult close_write() noexcept override {
        {
            const std::lock_guard lock(mutex_);
            closing_ = true;
        }
        curl_multi_wakeup(multi_);
        return wait([this] { return closed_ && flushed_; });
    }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        TransportResult result = wait([this] { return head_.is_complete(); });
        const std::lock_guard lock(mutex_);
        if (!head_.is_complete()) {
            if (result.status == TransportStatus::ok)
                result = {TransportStatus::protocol_error, "the response has no final head"};
            return result;
        }
        status = head_.status();
        headers = head_.take_headers();
        return {};
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        count = 0;
        if (buffer.empty()) return {TransportStatus::failed, "there is no room to read into"};
        TransportResult result = wait([this] { return taken_ < received_.size(); });
        const std::lock_guard lock(mutex_);
        // What came before a failure is still given.
        if (taken_ == received_.size() || cancelled_.load()) return result;
        count = std::min(buffer.size(), received_.size() - taken_);
        std::memcpy(buffer.data(), received_.data() + taken_, count);
        taken_ += count;
        if (taken_ == received_.size()) {
            received_.clear();
            taken_ = 0;
        }
        return {};
    }
    void cancel() noexcept override {
        cancelled_.store(true);
        curl_multi_wakeup(multi_);
    }

  private:
    /// Bytes that are kept for who reads; more of them wait with the peer.
    static constexpr std::size_t most_received = std::size_t{256} * 1024;
    static constexpr int poll_milliseconds = 50;

    bool prepare(const HttpRequest& request, const CurlOptions& options) {
        error_[0] = '\0';
        CURLcode code = lines_.prepare(easy_, request, options, error_);
        auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = curl_easy_setopt(easy_, option, value);
        };
        // Without TLS nothing is negotiated.
        const bool plain = request.url.starts_with("http:");
        set(CURLOPT_HTTP_VERSION,
            static_cast<long>(plain ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2TLS));
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(-1));
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
        set(CURLOPT_HEADERFUNCTION, &CurlDuplexStream::on_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(this));
        set(CURLOPT_WRITEFUNCTION, &CurlDuplexStream::on_write);
        set(CURLOPT_WRITEDATA, static_cast<void*>(this));
        set(CURLOPT_READFUNCTION, &CurlDuplexStream::on_read);
        set(CURLOPT_READDATA, static_cast<void*>(this));
        return code == CURLE_OK;
    }

    /// Drives the exchange, or waits while another thread does, until `ready` or until it has ended.
    template <class Ready> TransportResult wait(Ready ready) {
        std::unique_lock lock(mutex_);
        // Between two calls nobody expects a byte to move.
        clock_.moved();
        for (;;) {
            if (cancelled_.load()) return {TransportStatus::cancelled, "cancelled by the caller"};
            if (ready()) return {};
            if (stopped_.status != TransportStatus::ok) return stopped_;
            if (done_) return ended();
            if (driving_) {
                changed_.wait(lock);
                continue;
            }
            driving_ = true;
            drive(lock);
            driving_ = false;
            changed_.notify_all();
        }
    }
    /// How an exchange ended that libcurl takes for complete.
    [[nodiscard]] TransportResult ended() const {
        if (code_ == CURLE_OK) return {};
        return {curl_status(easy_, code_, error_), error_[0] != '\0' ? error_ : curl_easy_strerror(code_)};
    }
    /// One turn. The callbacks take the lock themselves.
    void drive(std::unique_lock<std::mutex>& lock) {
        const std::uint64_t before = events_;
        const bool send = sending_paused_ && (!unsent_.empty() || closing_);
        const bool receive = receiving_paused_ && received_.size() - taken_ < most_received;
        if (send || receive) {
            const int still = (sending_paused_ && !send ? CURLPAUSE_SEND : 0) |
                              (receiving_paused_ && !receive ? CURLPAUSE_RECV : 0);
            if (send) sending_paused_ = false;
            if (receive) receiving_paused_ = false;
            lock.unlock();
            curl_easy_pause(easy_, still);
            lock.lock();
        }
        lock.unlock();
        int running = 0;
        const CURLMcode code = curl_multi_perform(multi_, &running);
        int left = 0;
        const CURLMsg* const message = code == CURLM_OK ? curl_multi_info_read(multi_, &left) : nullptr;
        curl_off_t connected = 0;
        curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &connected);
        lock.lock();
        // What libcurl was given before this turn is on its way by now.
        if (!flushed_ && events_ == before) flushed_ = true;
        if (connected > 0) clock_.connected();
        if (code != CURLM_OK) stop(TransportStatus::failed, curl_multi_strerror(code));
        if (message != nullptr && message->msg == CURLMSG_DONE) {
            done_ = true;
            code_ = message->data.result;
        }
        if (const char* const limit = clock_.expired()) stop(TransportStatus::timed_out, limit);
        if (done_ || stopped_.status != TransportStatus::ok || events_ != before || !flushed_) return;
        const int milliseconds = clock_.wait_milliseconds(poll_milliseconds);
        lock.unlock();
        curl_multi_poll(multi_, nullptr, 0, milliseconds, nullptr);
        lock.lock();
    }
    void stop(TransportStatus status, const char* message) {
        if (stopped_.status == TransportStatus::ok) stopped_ = {status, message};
    }
    void note_event() {
        ++events_;
        clock_.moved();
    }

    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) noexcept {
        CurlDuplexStream& self = *static_cast<CurlDuplexStream*>(user);
        const std::lock_guard lock(self.mutex_);
        self.note_event();
        switch (self.head_.take_line(std::string_view(data, size))) {
        case CurlHead::Step::more: return size;
        case CurlHead::Step::complete:
            if (self.head_.is_http2()) return size;
            self.stop(TransportStatus::protocol_error, "the peer does not speak HTTP/2");
            return 0;
        case CurlHead::Step::refused: break;
        }
        self.stop(TransportStatus::protocol_error, self.head_.fault());
        return 0;
    }
    static std::size_t on_write(char* data, std::size_t, std::size_t size, void* user) noexcept {
        CurlDuplexStream& self = *static_cast<CurlDuplexStream*>(user);
        const std::lock_guard lock(self.mutex_);
        if (self.received_.size() - self.taken_ >= most_received) {
            self.receiving_paused_ = true;
            return CURL_WRITEFUNC_PAUSE;
        }
        self.note_event();
        self.received_.append(data, size);
        return size;
    }
    static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) noexcept {
        CurlDuplexStream& self = *static_cast<CurlDuplexStream*>(user);
        const std::lock_guard lock(self.mutex_);
        if (!self.asked_) self.note_event();
        self.asked_ = true;
        if (self.unsent_.empty()) {
            if (!self.closing_) {
                self.sending_paused_ = true;
                return CURL_READFUNC_PAUSE;
            }
            self.closed_ = true;
            self.flushed_ = false;
            self.note_event();
            return 0;
        }
        const std::size_t taken = std::min(size * count, self.unsent_.size());
        std::memcpy(buffer, self.unsent_.data(), taken);
        self.unsent_ = self.unsent_.subspan(taken);
        self.flushed_ = false;
        self.note_event();
        return taken;
    }

    CURLM* multi_ = nullptr;
    CURL* easy_ = nullptr;
    CurlHeaderLines lines_;
    bool added_ = false;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> cancelled_{false};
    // Guarded by the mutex.
    AttemptClock clock_;
    CurlHead head_;
    TransportResult stopped_;
    std::uint64_t events_ = 0;
    bool driving_ = false;
    bool done_ = false;
    CURLcode code_ = CURLE_OK;
    std::span<const std::byte> unsent_;
    bool asked_ = false;
    bool sending_paused_ = false;
    bool flushed_ = true;
    bool closing_ = false;
    bool closed_ = false;
    std::string received_;
    std::size_t taken_ = 0;
    bool receiving_paused_ = false;
    char error_[CURL_ERROR_SIZE];
};

} // namespace detail

/// Opens streams with libcurl over HTTP/2: negotiated with TLS, and by prior knowledge without. Each has a
/// connection of its own and no thread: bytes move only while a call waits, so somebody should be reading.
/// May be used from several threads at once.
class CurlDuplexTransport final : public DuplexTransport {
  public:
    CurlDuplexTransport() = default;
    explicit CurlDuplexTransport(CurlOptions options) : options_(std::move(options)) {}

    TransportResult open(const HttpRequest& request, DuplexStreamPointer& stream) noexcept override {
        if (const char* const reason = detail::refuse_request(request))
            return {TransportStatus::failed, reason};
        const CURLcode started = detail::start_curl();
        if (started != CURLE_OK) return {TransportStatus::failed, curl_easy_strerror(started)};
        if ((curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) == 0)
            return {TransportStatus::failed, "this libcurl was built without HTTP/2"};
        auto* const opened = new detail::CurlDuplexStream(request.timeouts);
        DuplexStreamPointer owner(opened);
        TransportResult result = opened->open(request, options_);
        if (result.status == TransportStatus::ok) stream = std::move(owner);
        return result;
    }

  private:
    CurlOptions options_;
};

} // namespace belfry::inline v0
