// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/curl_options.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/http1.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/proxy.hpp>
#include <belfry/transport/detail/socket_options.hpp>
#include <belfry/transport/detail/system_reason.hpp>
#include <belfry/transport/detail/wire.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <curl/curl.h>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0::detail {

/// Sets libcurl up once a program. Counted inside libcurl, which other users may have initialised too; never
/// undone for that reason.
[[nodiscard]] inline CURLcode start_curl() noexcept {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    return started;
}

/// Bytes over a connection of libcurl, within TLS if there is TLS, without waiting.
class CurlWire {
  public:
    /// `words` is libcurl's error buffer.
    CurlWire(CURLM* multi, CURL* easy, curl_socket_t socket, const char* words) noexcept
        : multi_(multi), easy_(easy), socket_(socket), words_(words) {}

    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const noexcept {
        std::size_t count = 0;
        const CURLcode code = curl_easy_recv(easy_, buffer, size, &count);
        if (code == CURLE_AGAIN) return {WireStep::wants_read};
#if LIBCURL_VERSION_NUM >= 0x074d00
        if (code == CURLE_SSL_CLIENTCERT) return {WireStep::rejected};
#endif
        // Older versions tell an alert only in words, those of OpenSSL.
        if (code != CURLE_OK)
            return {std::strstr(words_, " alert ") != nullptr ? WireStep::rejected : WireStep::cut_off};
        return count == 0 ? WireStep{WireStep::ended} : WireStep{WireStep::moved, count};
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const noexcept {
        // A record of TLS at most: libcurl reports progress only when all bytes of a write are out.
        constexpr std::size_t most = 16 * 1024;
        std::size_t count = 0;
        const CURLcode code = curl_easy_send(easy_, bytes, size < most ? size : most, &count);
        if (code == CURLE_AGAIN || (code == CURLE_OK && count == 0)) return {WireStep::wants_write};
        if (code != CURLE_OK) return {WireStep::broken};
        return {WireStep::moved, count};
    }
    void wait(unsigned events, int milliseconds) const noexcept {
        curl_waitfd entry{};
        entry.fd = socket_;
        entry.events = static_cast<short>(((events & wire_readable) != 0 ? CURL_WAIT_POLLIN : 0) |
                                          ((events & wire_writable) != 0 ? CURL_WAIT_POLLOUT : 0));
        curl_multi_poll(multi_, &entry, 1, milliseconds, nullptr);
    }

  private:
    CURLM* multi_;
    CURL* easy_;
    curl_socket_t socket_;
    const char* words_;
};

/// The transport status for an error of libcurl while it connects.
[[nodiscard]] inline TransportStatus curl_status(CURL* easy, CURLcode code) noexcept {
    long proxy_status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    if (proxy_status >= 300) return TransportStatus::connect_failed; // the proxy refused the tunnel
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return TransportStatus::resolve_failed;
#if LIBCURL_VERSION_NUM >= 0x074900
    case CURLE_PROXY:
#endif
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED: return TransportStatus::connect_failed;
    case CURLE_OPERATION_TIMEDOUT: return TransportStatus::timed_out;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_USE_SSL_FAILED: return TransportStatus::tls_failed;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return TransportStatus::connection_reset;
    default: return TransportStatus::failed;
    }
}

/// The connections that are being made, and their clean-up.
class CurlMulti {
  public:
    CurlMulti() noexcept : multi_(curl_multi_init()) {}
    CurlMulti(const CurlMulti&) = delete;
    CurlMulti& operator=(const CurlMulti&) = delete;
    ~CurlMulti() {
        if (multi_ != nullptr) curl_multi_cleanup(multi_);
    }
    /// Null if there was no memory.
    [[nodiscard]] CURLM* get() const noexcept { return multi_; }

  private:
    CURLM* multi_;
};

/// A handle of libcurl that makes one connection. libcurl looks the name up, connects, goes through proxies
/// and does TLS; requests and responses are written and read by Belfry (ADR 18).
class CurlHandle {
  public:
    CurlHandle(const CurlOptions& options, Proxy proxy) : options_(options), proxy_(std::move(proxy)) {}
    CurlHandle(const CurlHandle&) = delete;
    CurlHandle& operator=(const CurlHandle&) = delete;
    ~CurlHandle() {
        if (multi_ != nullptr) curl_multi_remove_handle(multi_, easy_);
        if (easy_ != nullptr) curl_easy_cleanup(easy_);
    }

    /// Begins to connect. `multi` must live as long as this; its messages about the handle have `owner` as
    /// their `CURLINFO_PRIVATE`.
    TransportResult begin(CURLM* multi, const Origin& origin, const Timeouts& timeouts, void* owner) {
        easy_ = curl_easy_init();
        if (multi == nullptr || easy_ == nullptr)
            return {TransportStatus::failed, "libcurl is out of memory"};
        CURLcode code = prepare(origin, timeouts);
        if (code == CURLE_OK && options_.configure) code = static_cast<CURLcode>(options_.configure(easy_));
        if (code == CURLE_OK) code = curl_easy_setopt(easy_, CURLOPT_PRIVATE, owner);
        if (code != CURLE_OK) return {TransportStatus::failed, words(code)};
        if (const CURLMcode added = curl_multi_add_handle(multi, easy_); added != CURLM_OK)
            return {TransportStatus::failed, curl_multi_strerror(added)};
        multi_ = multi;
        return {};
    }
    /// Takes the message that libcurl has connected, or why not.
    TransportResult finish(CURLcode code) {
        if (code != CURLE_OK) return failure(code);
        if (curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket_) == CURLE_OK &&
            socket_ != CURL_SOCKET_BAD)
            return {};
        return {TransportStatus::failed, "libcurl does not tell its socket"};
    }

    [[nodiscard]] bool connected() const noexcept { return socket_ != CURL_SOCKET_BAD; }
    [[nodiscard]] curl_socket_t socket() const noexcept { return socket_; }
    [[nodiscard]] CurlWire wire() const noexcept { return CurlWire(multi_, easy_, socket_, error_); }
    [[nodiscard]] Http1Form form(const HttpRequest& request, const Origin& origin) const noexcept {
        const bool whole_url = !origin.tls && proxy_.is_http();
        return {whole_url ? request.url : origin.target,
                whole_url ? proxy_.authorization : std::string_view()};
    }
    /// Whether the peer has neither closed an idle connection nor written on it, within TLS or outside.
    [[nodiscard]] bool fresh() const noexcept {
        char byte = 0;
        return wire().read(&byte, 1).kind == WireStep::wants_read;
    }

    /// Scheme, host and port, by which connections are found again.
    std::string key;

  private:
    [[nodiscard]] CURLcode prepare(const Origin& origin, const Timeouts& timeouts) {
        // A proxy that takes whole URLs is the server that libcurl connects to.
        const bool to_proxy = !origin.tls && proxy_.is_http();
        const std::string url = to_proxy ? url_of(proxy_.scheme, proxy_.host, proxy_.port)
                                         : url_of(origin.tls ? "https" : "http", origin.host, origin.port);
        CURLcode code = CURLE_OK;
        const auto set = [&](CURLoption option, auto value) {
            if (code == CURLE_OK) code = curl_easy_setopt(easy_, option, value);
        };
        const auto set_text = [&](CURLoption option, const std::string& value) {
            if (!value.empty()) set(option, value.c_str());
        };
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_CONNECT_ONLY, 1L);
        set(CURLOPT_ERRORBUFFER, error_);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        set(CURLOPT_SSLVERSION,
            static_cast<long>(options_.min_tls_version == TlsVersion::tls_1_3 ? CURL_SSLVERSION_TLSv1_3
                                                                              : CURL_SSLVERSION_TLSv1_2));
        set_text(CURLOPT_CAINFO, options_.ca_file);
        set_text(CURLOPT_CAPATH, options_.ca_path);
        if (!options_.client_certificate.empty()) {
            set_text(CURLOPT_SSLCERT, options_.client_certificate);
            set_text(CURLOPT_SSLKEY,
                     options_.client_key.empty() ? options_.client_certificate : options_.client_key);
            // Also an empty one: without it OpenSSL would ask at the terminal.
            set(CURLOPT_KEYPASSWD, options_.client_key_password.c_str());
        }
        set_text(CURLOPT_INTERFACE, options_.local_interface);
        // Empty texts, or libcurl would look into the environment. It may quote this one in an error.
        set(CURLOPT_PROXY, to_proxy ? "" : proxy_.url.c_str());
        if (!proxy_.authorization.empty()) {
            set(CURLOPT_PROXYUSERNAME, proxy_.user.c_str());
            set(CURLOPT_PROXYPASSWORD, proxy_.password.c_str());
        }
        set(CURLOPT_NOPROXY, "");
        // libcurl divides the limit among a host's addresses. Zero would mean its own 300 seconds.
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(timeouts.connect));
#if LIBCURL_VERSION_NUM >= 0x075700
        set(CURLOPT_QUICK_EXIT, 1L); // or giving up would wait for the name lookup after all
#endif
        set(CURLOPT_SOCKOPTFUNCTION, &CurlHandle::on_socket);
        return code;
    }
    [[nodiscard]] TransportResult failure(CURLcode code) const {
        TransportResult result{curl_status(easy_, code), words(code)};
        // libcurl says that it cannot connect, and not why.
        long error = 0;
        if (code == CURLE_COULDNT_CONNECT) curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &error);
        if (error != 0)
            add_system_reason(result.message, static_cast<int>(error));
        else if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
                 code == CURLE_COULDNT_RESOLVE_PROXY)
            add_system_reason(result.message, refused_socket());
        return result;
    }
    [[nodiscard]] const char* words(CURLcode code) const noexcept {
        return error_[0] != '\0' ? error_ : curl_easy_strerror(code);
    }
    static std::string url_of(const std::string& scheme, const std::string& host, const std::string& port) {
        const bool brackets = host.find(':') != std::string::npos;
        std::string url = scheme;
        url.append(brackets ? "://[" : "://").append(host).append(brackets ? "]:" : ":").append(port);
        return url += '/';
    }
    static long milliseconds(Duration limit) noexcept {
        constexpr long none = 0x7fffffff;
        const std::int64_t count = limit.count_milliseconds();
        if (limit.count() <= 0 || count > none) return none;
        return count < 1 ? 1 : static_cast<long>(count);
    }
    static int on_socket(void*, curl_socket_t socket, curlsocktype) noexcept {
        limit_unsent(static_cast<int>(socket));
        return CURL_SOCKOPT_OK;
    }

    const CurlOptions& options_;
    Proxy proxy_;
    /// Only while the handle is one of its.
    CURLM* multi_ = nullptr;
    CURL* easy_ = nullptr;
    curl_socket_t socket_ = CURL_SOCKET_BAD;
    char error_[CURL_ERROR_SIZE] = {};
};

} // namespace belfry::inline v0::detail
