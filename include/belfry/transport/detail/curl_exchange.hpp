// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/socket_options.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <curl/curl.h>
#include <string>
#include <string_view>
#include <utility>

/// The common parts of all exchanges over libcurl: passing a request, reading a response's header section,
/// and translating errors.
namespace belfry::inline v0::detail {

/// Sets libcurl up once a program. Counted inside libcurl, which other users may have initialised too; never
/// undone for that reason.
[[nodiscard]] inline CURLcode start_curl() noexcept {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    return started;
}

/// A request's header lines, as libcurl wants them.
class CurlHeaderLines {
  public:
    CurlHeaderLines() = default;
    CurlHeaderLines(const CurlHeaderLines&) = delete;
    CurlHeaderLines& operator=(const CurlHeaderLines&) = delete;
    ~CurlHeaderLines() { curl_slist_free_all(lines_); }

    /// Gives everything to `easy` that does not depend on what becomes of the bodies. `request` and `options`
    /// are not needed afterwards.
    [[nodiscard]] CURLcode prepare(CURL* easy, const HttpRequest& request, const CurlOptions& options,
                                   char* error_text) {
        for (const Header& header : request.headers) {
            const std::string_view value = trim_blanks(header.value);
            // libcurl's way to write a header without a value; with a colon it would drop the header.
            if (!add(value.empty() ? header.name + ";" : header.name + ": " + std::string(value)))
                return CURLE_OUT_OF_MEMORY;
        }
        for (const char* name : {"Accept", "Expect", "User-Agent", "Content-Type"})
            if (!request.headers.contains(name) && !add(std::string(name) + ":")) return CURLE_OUT_OF_MEMORY;

        CURLcode code = CURLE_OK;
        auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = curl_easy_setopt(easy, option, value);
        };
        set(CURLOPT_URL, request.url.c_str());
        set(CURLOPT_ERRORBUFFER, error_text);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PATH_AS_IS, 1L);
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
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
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.timeouts.connect, 0x7fffffff));
#if LIBCURL_VERSION_NUM >= 0x075700
        set(CURLOPT_QUICK_EXIT, 1L); // or giving up would wait for the name lookup after all
#endif
        set(CURLOPT_SOCKOPTFUNCTION, &CurlHeaderLines::on_socket);
        return code;
    }

  private:
    bool add(const std::string& line) {
        curl_slist* longer = curl_slist_append(lines_, line.c_str());
        if (longer != nullptr) lines_ = longer;
        return longer != nullptr;
    }
    static long milliseconds(Duration limit, long none) noexcept {
        if (limit.count() <= 0) return none;
        const std::int64_t count = limit.count_milliseconds();
        return count < 1 ? 1 : count > none ? none : static_cast<long>(count);
    }
    static int on_socket(void*, curl_socket_t socket, curlsocktype) noexcept {
        limit_unsent(static_cast<int>(socket));
        return CURL_SOCKOPT_OK;
    }

    curl_slist* lines_ = nullptr;
};

/// The head of a response, line by line.
class CurlHead {
  public:
    enum class Step : std::uint8_t {
        more,     ///< The head goes on, or a trailer was skipped.
        complete, ///< This was the final head's last line.
        refused,  ///< `fault()` says what is wrong with it.
    };

    [[nodiscard]] Step take_line(std::string_view line) {
        if (complete_) return Step::more; // a trailer
        size_ += line.size();
        if (size_ > longest) return refuse("the response's head is too large");
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
        if (line.starts_with("HTTP/") && !inside_) {
            inside_ = true;
            headers_.clear();
            status_ = status_in(line);
            return status_ != 0 ? Step::more : refuse("the response's status line is malformed");
        }
        if (line.empty()) return end();
        if (line.front() == ' ' || line.front() == '\t') {
            if (headers_.empty()) return refuse("the response's first header line is folded");
            // RFC 9112 section 5.2: a folded line counts as one with a space.
            std::string& value = (headers_.end() - 1)->value;
            value.append(value.empty() ? "" : " ").append(trim_blanks(line));
            return Step::more;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return refuse("the response has a malformed header line");
        headers_.append(line.substr(0, colon), trim_blanks(line.substr(colon + 1)));
        return Step::more;
    }
    [[nodiscard]] bool is_complete() const noexcept { return complete_; }
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] Headers take_headers() noexcept { return std::move(headers_); }
    [[nodiscard]] const char* fault() const noexcept { return fault_; }

  private:
    static constexpr std::size_t longest = std::size_t{512} * 1024;

    Step refuse(const char* why) noexcept {
        fault_ = why;
        return Step::refused;
    }
    Step end() {
        inside_ = false;
        if (status_ >= 100 && status_ < 200) return Step::more;
        if (const char* const why = refuse_head(status_, headers_)) return refuse(why);
        complete_ = true;
        return Step::complete;
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

    Headers headers_;
    std::size_t size_ = 0;
    const char* fault_ = nullptr;
    int status_ = 0;
    bool inside_ = false;
    bool complete_ = false;
};

/// The transport status for an error of libcurl. `text` is libcurl's description.
[[nodiscard]] inline TransportStatus curl_status(CURL* easy, CURLcode code, const char* text) noexcept {
    curl_off_t connected = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
    switch (code) {
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
        return std::strstr(text, "chunk") != nullptr || std::strstr(text, "header") != nullptr
                   ? TransportStatus::protocol_error
                   : TransportStatus::connection_reset;
    case CURLE_UNSUPPORTED_PROTOCOL: // what libcurl says to an answer that is not HTTP
        return connected > 0 ? TransportStatus::protocol_error : TransportStatus::failed;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return TransportStatus::protocol_error;
    default: return TransportStatus::failed;
    }
}

} // namespace belfry::inline v0::detail
