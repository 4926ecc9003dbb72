// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/socket_options.hpp>

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

/// How a `CurlTransport` reaches the network. TLS certificates are always checked.
struct CurlOptions {
    /// PEM file of the authorities to trust; empty for libcurl's own.
    std::string ca_file{};
    /// Directory of the authorities to trust; empty for libcurl's own.
    std::string ca_path{};
    /// Proxy URL such as `http://proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

/// One attempt on libcurl: what its callbacks need to know.
class CurlAttempt {
  public:
    CurlAttempt(const HttpRequest& request, ResponseSink& sink) noexcept
        : request_(request), sink_(sink), clock_(request.timeouts) {}
    ~CurlAttempt() { curl_slist_free_all(lines_); }
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
    static constexpr std::size_t longest_head = 512 * 1024;
    static constexpr int poll_milliseconds = 50;

    bool add_line(const std::string& line) {
        curl_slist* longer = curl_slist_append(lines_, line.c_str());
        if (longer != nullptr) lines_ = longer;
        return longer != nullptr;
    }
    bool prepare(CURL* easy, const CurlOptions& options) {
        for (const Header& header : request_.headers) {
            const std::string_view value = trim_blanks(header.value);
            // libcurl's way to write a header without a value; with a colon it would drop the header.
            if (!add_line(value.empty() ? header.name + ";" : header.name + ": " + std::string(value)))
                return false;
        }
        for (const char* name : {"Accept", "Expect", "User-Agent", "Content-Type"})
            if (!request_.headers.contains(name) && !add_line(std::string(name) + ":")) return false;

        error_[0] = '\0';
        CURLcode code = CURLE_OK;
        auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value);
        };
        set(CURLOPT_URL, request_.url.c_str());
        set(CURLOPT_ERRORBUFFER, error_);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_HTTP09_ALLOWED, 0L);
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(CURLOPT_HTTPHEADER, lines_);
        set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
        if (!options.ca_path.empty()) set(CURLOPT_CAPATH, options.ca_path.c_str());
        if (!options.proxy.empty() || !options.proxy_from_environment)
            set(CURLOPT_PROXY, options.proxy.c_str());
        if (!options.no_proxy.empty()) set(CURLOPT_NOPROXY, options.no_proxy.c_str());
        // Zero would mean libcurl's own 300 seconds.
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request_.timeouts.connect, 0x7fffffff));
#if LIBCURL_VERSION_NUM >= 0x075700
        set(CURLOPT_QUICK_EXIT, 1L); // or giving up would wait for the name lookup after all
#endif
        set(CURLOPT_SOCKOPTFUNCTION, &CurlAttempt::on_socket);
        set(CURLOPT_HEADERFUNCTION, &CurlAttempt::on_header);
        set(CURLOPT_HEADERDATA, static_cast<void*>(this));
        set(CURLOPT_WRITEFUNCTION, &CurlAttempt::on_write);
        set(CURLOPT_WRITEDATA, static_cast<void*>(this));

        const bool has_body = announces_length(request_);
        if (has_body) {
            // An upload rather than CURLOPT_POST: that would add a Content-Type that nobody signed.
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
    static long milliseconds(Duration limit, long none) noexcept {
        if (limit.count() <= 0) return none;
        const std::int64_t count = limit.count_milliseconds();
        return count < 1 ? 1 : count > none ? none : static_cast<long>(count);
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
            if (sink_.cancelled()) return stop(TransportStatus::cancelled, "cancelled by the caller");
            if (const char* limit = clock_.expired()) return stop(TransportStatus::timed_out, limit);
            curl_multi_poll(multi, nullptr, 0, clock_.wait_milliseconds(poll_milliseconds), nullptr);
        }
    }
    void stop(TransportStatus status, const char* message) {
        if (stopped_.status == TransportStatus::ok) stopped_ = {status, message};
    }

    TransportResult result(CURL* easy) const {
        if (stopped_.status != TransportStatus::ok) return stopped_;
        if (code_ == CURLE_OK) {
            if (head_done_) return {};
            return {TransportStatus::protocol_error, "the response has no final head"};
        }
        return {status_of(easy), error_[0] != '\0' ? error_ : curl_easy_strerror(code_)};
    }
    TransportStatus status_of(CURL* easy) const noexcept {
        curl_off_t connected = 0;
        curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
        switch (code_) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY: return TransportStatus::resolve_failed;
        case CURLE_COULDNT_CONNECT: return TransportStatus::connect_failed;
        case CURLE_OPERATION_TIMEDOUT: return TransportStatus::timed_out;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_USE_SSL_FAILED: return TransportStatus::tls_failed;
        case CURLE_PARTIAL_FILE: return TransportStatus::truncated;
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR: return TransportStatus::connection_reset;
        case CURLE_RECV_ERROR:
            if (connected <= 0) return TransportStatus::connect_failed;
            // libcurl has one code for a broken socket, broken chunks and an endless head, and no other mark
            // than its words: the errno it keeps may be an older one.
            return std::strstr(error_, "chunk") != nullptr || std::strstr(error_, "header") != nullptr
                       ? TransportStatus::protocol_error
                       : TransportStatus::connection_reset;
        case CURLE_UNSUPPORTED_PROTOCOL: // what libcurl says to an answer that is not HTTP
            return connected > 0 ? TransportStatus::protocol_error : TransportStatus::failed;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_BAD_CONTENT_ENCODING: return TransportStatus::protocol_error;
        default: return TransportStatus::failed;
        }
    }

    static int on_socket(void*, curl_socket_t socket, curlsocktype) noexcept {
        limit_unsent(static_cast<int>(socket));
        return CURL_SOCKOPT_OK;
    }
    static std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) noexcept {
        CurlAttempt& self = *static_cast<CurlAttempt*>(user);
        return self.take_line(std::string_view(data, size)) ? size : 0;
    }
    bool take_line(std::string_view line) {
        clock_.moved();
        if (head_done_) return true; // a trailer
        head_size_ += line.size();
        if (head_size_ > longest_head) return refuse("the response's head is too large");
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
        if (line.starts_with("HTTP/") && !in_head_) {
            in_head_ = true;
            headers_.clear();
            status_ = status_in(line);
            return status_ != 0 || refuse("the response's status line is malformed");
        }
        if (line.empty()) return end_head();
        if (line.front() == ' ' || line.front() == '\t') {
            if (headers_.empty()) return refuse("the response's first header line is folded");
            // RFC 9112 section 5.2: a folded line counts as one with a space.
            std::string& value = (headers_.end() - 1)->value;
            value.append(value.empty() ? "" : " ").append(trim_blanks(line));
            return true;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return refuse("the response has a malformed header line");
        headers_.append(line.substr(0, colon), trim_blanks(line.substr(colon + 1)));
        return true;
    }
    bool end_head() {
        in_head_ = false;
        if (status_ >= 100 && status_ < 200) return true;
        if (const char* reason = refuse_head(status_, headers_)) return refuse(reason);
        head_done_ = true;
        if (sink_.on_head(status_, std::move(headers_))) return true;
        stop(TransportStatus::cancelled, "stopped by the sink");
        return false;
    }
    /// The three digits of a status line; 0 when it has none (RFC 9112 section 4).
    static int status_in(std::string_view line) noexcept {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) return 0;
        line.remove_prefix(space + 1);
        int status = 0;
        if (line.size() < 3 || (line.size() > 3 && line[3] != ' ')) return 0;
        for (char digit : line.substr(0, 3)) {
            if (digit < '0' || digit > '9') return 0;
            status = status * 10 + (digit - '0');
        }
        return status;
    }
    bool refuse(const char* reason) {
        stop(TransportStatus::protocol_error, reason);
        return false;
    }

    static std::size_t on_write(char* data, std::size_t, std::size_t size, void* user) noexcept {
        CurlAttempt& self = *static_cast<CurlAttempt*>(user);
        self.clock_.moved();
        const bool go_on = self.head_done_ && !self.sink_.cancelled() &&
                           self.sink_.on_body(std::as_bytes(std::span<const char>(data, size)));
        self.clock_.moved(); // the sink's own time is not the network's
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
    curl_slist* lines_ = nullptr;
    Headers headers_;
    std::size_t head_size_ = 0;
    std::int64_t sent_ = 0;
    int status_ = 0;
    bool in_head_ = false;
    bool head_done_ = false;
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
        // Counted inside libcurl, which other users may have initialised too; never undone for that reason.
        static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
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
