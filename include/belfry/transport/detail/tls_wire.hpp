// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/socket_wire.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/detail/wire.hpp>
#include <belfry/util/openssl_x509.hpp>

#include <cstddef>
#include <openssl/err.h>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// OpenSSL's settings for connections to servers whose certificates are checked.
class TlsContext {
  public:
    explicit TlsContext(const TlsSettings& settings) : context_(SSL_CTX_new(TLS_client_method())) {
        if (context_ == nullptr) return;
        SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        fault_ = configure_tls(context_, settings);
    }
    ~TlsContext() { SSL_CTX_free(context_); }
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// The fault in the settings; null if they are good.
    [[nodiscard]] const char* fault() const noexcept { return fault_; }
    [[nodiscard]] SSL_CTX* get() const noexcept { return context_; }

  private:
    SSL_CTX* context_;
    const char* fault_ = "OpenSSL has no memory for its settings";
};

/// Bytes over a TLS session without waiting.
class TlsWire {
  public:
    explicit TlsWire(SSL* session) noexcept : session_(session) {}
    [[nodiscard]] WireStep read(char* buffer, std::size_t size) const noexcept {
        ERR_clear_error();
        return step(SSL_read(session_, buffer, clamp(size)));
    }
    [[nodiscard]] WireStep write(const char* bytes, std::size_t size) const noexcept {
        ERR_clear_error();
        return step(SSL_write(session_, bytes, clamp(size)));
    }
    /// Whether an idle connection is still open and has received no unexpected bytes.
    [[nodiscard]] bool idle() const noexcept {
        char byte = 0;
        ERR_clear_error();
        return step(SSL_peek(session_, &byte, 1)).kind == WireStep::wants_read;
    }
    [[nodiscard]] WireStep shake_hands() const noexcept { return step(SSL_connect(session_)); }
    void wait(unsigned events, int milliseconds) const noexcept {
        SocketWire(SSL_get_fd(session_)).wait(events, milliseconds);
    }

  private:
    static int clamp(std::size_t size) noexcept {
        return static_cast<int>(size < 0x40000000 ? size : 0x40000000);
    }
    [[nodiscard]] WireStep step(int result) const noexcept {
        if (result > 0) return {WireStep::moved, static_cast<std::size_t>(result)};
        switch (SSL_get_error(session_, result)) {
        case SSL_ERROR_WANT_READ: return {WireStep::wants_read};
        case SSL_ERROR_WANT_WRITE: return {WireStep::wants_write};
        case SSL_ERROR_ZERO_RETURN: return {WireStep::ended};
        default: return {peer_sent_alert() ? WireStep::rejected : WireStep::cut_off};
        }
    }
    SSL* session_;
};

/// A TLS session with a server on a connected, non-blocking socket.
class TlsSession {
  public:
    TlsSession(const TlsContext& context, int socket) : session_(SSL_new(context.get())), socket_(socket) {}
    ~TlsSession() { SSL_free(session_); }
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    [[nodiscard]] TlsWire wire() const noexcept { return TlsWire(session_); }
    /// The negotiated application protocol (RFC 7301); empty if none was negotiated.
    [[nodiscard]] std::string_view protocol() const noexcept {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(session_, &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    /// Prepares to shake hands: the certificate has to be that host's.
    TransportResult begin(const std::string& host) {
        if (session_ == nullptr || SSL_set_fd(session_, socket_) != 1 || !expect_host(host))
            return {TransportStatus::tls_failed, words()};
        return {};
    }
    /// Goes on without waiting. While hands are shaken, `wanted` is the event that it waits for. Otherwise
    /// that is 0, and the outcome is returned.
    TransportResult step(unsigned& wanted) {
        wanted = 0;
        ERR_clear_error();
        switch (wire().shake_hands().kind) {
        case WireStep::moved: return {};
        case WireStep::wants_read: wanted = wire_readable; return {};
        case WireStep::wants_write: wanted = wire_writable; return {};
        default: return {TransportStatus::tls_failed, words()};
        }
    }
    /// Shakes hands within the clock's limits and checks the certificate for that host.
    TransportResult connect(const std::string& host, const AttemptClock& clock, const ResponseSink& sink) {
        TransportResult result = begin(host);
        unsigned wanted = 0;
        while (result.status == TransportStatus::ok) {
            result = step(wanted);
            if (wanted == 0) break;
            result = interruption(sink, clock);
            if (result.status == TransportStatus::ok) wire().wait(wanted, clock.wait_milliseconds());
        }
        return result;
    }

  private:
    bool expect_host(const std::string& host) {
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session_), host.c_str()) == 1) return true;
        ERR_clear_error();
        // RFC 6066 section 3: the server name extension carries host names, not addresses.
        return SSL_set1_host(session_, host.c_str()) == 1 &&
               SSL_set_tlsext_host_name(session_, host.c_str()) == 1;
    }
    std::string words() const {
        if (const long verdict = SSL_get_verify_result(session_); verdict != X509_V_OK)
            return X509_verify_cert_error_string(verdict);
        const unsigned long error = ERR_get_error();
        if (error == 0) return "the connection closed during the TLS handshake";
        char text[256];
        ERR_error_string_n(error, text, sizeof text);
        ERR_clear_error();
        return text;
    }

    SSL* session_;
    int socket_;
};

} // namespace belfry::inline v0::detail
