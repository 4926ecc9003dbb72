// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/curl_exchange.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <curl/curl.h>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if LIBCURL_VERSION_NUM < 0x074200
#error "belfry/transport/curl.hpp needs libcurl 7.66 or newer"
#endif

namespace belfry::inline v0 {

namespace detail {

/// One attempt on libcurl: what its callbacks need to know.
class CurlAttempt {
  public:
    CurlAttempt(const HttpRequest& request, ResponseSink& sink) noexcept
        : request_(request), sink_(sink), clock_(request.timeouts) {}
    CurlAttempt(const CurlAttempt&) = delete;
    CurlAttempt& operator=(const CurlAttempt&) = delete;

    TransportResult run(CURLM* multi, CURL* easy, const CurlOptions& options) {
        if (!prepare(easy, options)) return {TransportStatus::failed, "libcurl has run out of memory"};
        if (request_.source != nullptr && !request_.source->rewind())
            return {TransportStatus::body_failed, "the body source cannot be read from its start"};
        if (CURLMcode code = curl_multi_add_handle(multi, easy); code != CURLM_OK)
            return {TransportStatus::failed, curl_multi_strerror(code)};
        drive(multi, easy);
        curl_multi_remove_handle(multi, easy);
        return result(easy);
    }

  private:
    bool prepare(CURL* easy, const CurlOptions& options) {
        error_[0] = '\0';
        CURLcode code = lines_.prepare(easy, request_, options, error_);
        auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value);
        };
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_HEADERFUNCTION, &CurlAttempt::on_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(this));
        set(CURLOPT_WRITEFUNCTION, &CurlAttempt::on_write);
        set(CURLOPT_WRITEDATA, static_cast<void*>(this));

        const bool has_body = announces_length(request_);
        if (has_body) {
            // An upload, because CURLOPT_POST would add an unsigned Content-Type.
            set(CURLOPT_UPLOAD, 1L);
            set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.content_length));
            set(CURLOPT_READFUNCTION, &CurlAttempt::on_read);
            set(CURLOPT_READDATA, static_cast<void*>(this));
            set(CURLOPT_SEEKFUNCTION, &CurlAttempt::on_seek);
            set(CURLOPT_SEEKDATA, static_cast<void*>(this));
        } else if (request_.method == "HEAD") {
            set(CURLOPT_NOBODY, 1L);
        } else {
            set(CURLOPT_HTTPGET, 1L);
        }
        if (has_body || request_.method != "HEAD") set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
        return code == CURLE_OK;
    }
    void drive(CURLM* multi, CURL* easy) {
        curl_off_t uploaded = 0;
        for (;;) {
            int running = 0;
            if (CURLMcode code = curl_multi_perform(multi, &running); code != CURLM_OK) {
                stop(TransportStatus::failed, curl_multi_strerror(code));
                return;
            }
            int left = 0;
            while (CURLMsg* message = curl_multi_info_read(multi, &left))
                if (message->msg == CURLMSG_DONE) {
                    code_ = message->data.result;
                    return;
                }
            curl_off_t value = 0;
            if (curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &value) == CURLE_OK && value > 0)
                clock_.connected();
            if (curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &value) == CURLE_OK && value != uploaded) {
                uploaded = value;
                clock_.moved();
            }
            if (TransportResult end = interruption(sink_, clock_); end.status != TransportStatus::ok)
                return stop(end.status, std::move(end.message));
            curl_multi_poll(multi, nullptr, 0, clock_.wait_milliseconds(), nullptr);
        }
    }
    void stop(TransportStatus status, std::string message) {
        if (stopped_.status == TransportStatus::ok) stopped_ = {status, std::move(message)};
    }

    TransportResult result(CURL* easy) const {
        if (stopped_.status != TransportStatus::ok) return stopped_;
        if (code_ == CURLE_OK) {
            if (head_.is_complete()) return {};
            return {TransportStatus::protocol_error, "the response has no final head"};
        }
        return {curl_status(easy, code_, error_), error_[0] != '\0' ? error_ : curl_easy_strerror(code_)};
    }
    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) noexcept {
        CurlAttempt& self = *static_cast<CurlAttempt*>(user);
        return self.take_line(std::string_view(data, size)) ? size : 0;
    }
    bool take_line(std::string_view line) {
        clock_.moved();
        switch (head_.take_line(line)) {
        case CurlHead::Step::more: return true;
        case CurlHead::Step::refused: stop(TransportStatus::protocol_error, head_.fault()); return false;
        case CurlHead::Step::complete: break;
        }
        if (sink_.on_head(head_.status(), head_.take_headers())) return true;
        stop(TransportStatus::cancelled, "stopped by the sink");
        return false;
    }

    static std::size_t on_write(char* data, std::size_t, std::size_t size, void* user) noexcept {
        CurlAttempt& self = *static_cast<CurlAttempt*>(user);
        self.clock_.moved();
        const bool go_on = self.head_.is_complete() && !self.sink_.cancelled() &&
                           self.sink_.on_body(std::as_bytes(std::span<const char>(data, size)));
        self.clock_.moved(); // the sink's time does not count as idle
        if (go_on) return size;
        self.stop(TransportStatus::cancelled, "stopped by the sink");
        return size == 0 ? 1 : 0;
    }
    static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) noexcept {
        CurlAttempt& self = *static_cast<CurlAttempt*>(user);
        return self.read_body(buffer, size * count);
    }
    std::size_t read_body(char* buffer, std::size_t capacity) {
        const std::int64_t length = request_.content_length;
        if (length >= 0 && static_cast<std::uint64_t>(length - sent_) < capacity)
            capacity = static_cast<std::size_t>(length - sent_);
        if (capacity == 0) return 0;
        std::size_t count = capacity;
        if (request_.source == nullptr) {
            std::memcpy(buffer, request_.body.data() + sent_, count);
        } else {
            const std::ptrdiff_t read = request_.source->read(buffer, capacity);
            if (read < 0 || static_cast<std::size_t>(read) > capacity || (read == 0 && length >= 0)) {
                stop(TransportStatus::body_failed,
                     read == 0 ? "the body source ended before content_length" : "the body source failed");
                return CURL_READFUNC_ABORT;
            }
            count = static_cast<std::size_t>(read);
        }
        sent_ += static_cast<std::int64_t>(count);
        return count;
    }
    static int on_seek(void* user, curl_off_t offset, int origin) noexcept {
        CurlAttempt& self = *static_cast<CurlAttempt*>(user);
        if (offset != 0 || origin != 0) return CURL_SEEKFUNC_CANTSEEK;
        if (self.request_.source != nullptr && !self.request_.source->rewind()) return CURL_SEEKFUNC_FAIL;
        self.sent_ = 0;
        return CURL_SEEKFUNC_OK;
    }

    const HttpRequest& request_;
    ResponseSink& sink_;
    AttemptClock clock_;
    TransportResult stopped_;
    CURLcode code_ = CURLE_OK;
    CurlHeaderLines lines_;
    CurlHead head_;
    std::int64_t sent_ = 0;
    char error_[CURL_ERROR_SIZE];
};

} // namespace detail

/// Sends requests with libcurl and keeps connections open between them. May be used from several threads at
/// once; each attempt runs on the thread that calls `send`.
class CurlTransport final : public Transport {
  public:
    CurlTransport() = default;
    explicit CurlTransport(CurlOptions options) : options_(std::move(options)) {}
    ~CurlTransport() override {
        for (const Slot& slot : idle_) close(slot);
    }
    CurlTransport(const CurlTransport&) = delete;
    CurlTransport& operator=(const CurlTransport&) = delete;

    /// Makes one attempt; a pooled connection that went stale is replaced by a new one.
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        if (const char* reason = detail::refuse_request(request)) return {TransportStatus::failed, reason};
        if (request.method == "HEAD" && detail::announces_length(request))
            return {TransportStatus::failed, "libcurl cannot send a body with HEAD"};
        const CURLcode started = detail::start_curl();
        if (started != CURLE_OK) return {TransportStatus::failed, curl_easy_strerror(started)};

        Slot slot = take();
        if (slot.multi == nullptr || slot.easy == nullptr) {
            close(slot);
            return {TransportStatus::failed, "libcurl has run out of memory"};
        }
        TransportResult result = detail::CurlAttempt(request, sink).run(slot.multi, slot.easy, options_);
        curl_easy_reset(slot.easy);
        give_back(slot);
        return result;
    }

  private:
    /// A handle and the connections it keeps.
    struct Slot {
        CURLM* multi = nullptr;
        CURL* easy = nullptr;
    };
    Slot take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                const Slot slot = idle_.back(); // the last one used is the likeliest to be still connected
                idle_.pop_back();
                return slot;
            }
        }
        return {curl_multi_init(), curl_easy_init()};
    }
    void give_back(const Slot& slot) {
        {
            const std::lock_guard lock(mutex_);
            if (idle_.size() < options_.max_idle_connections) {
                idle_.push_back(slot);
                return;
            }
        }
        close(slot);
    }
    static void close(const Slot& slot) noexcept {
        if (slot.easy != nullptr) curl_easy_cleanup(slot.easy);
        if (slot.multi != nullptr) curl_multi_cleanup(slot.multi);
    }

    CurlOptions options_;
    std::mutex mutex_;
    std::vector<Slot> idle_;
};

} // namespace belfry::inline v0
