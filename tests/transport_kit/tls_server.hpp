// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server.hpp"

#include <string>
#include <string_view>

using SSL = struct ssl_st;

namespace belfry::transport_kit {

/// The certificates of the kit's TLS servers; each is self-signed and created at start.
enum class Certificate {
    good,       ///< For 127.0.0.1 and localhost, in the trust file.
    untrusted,  ///< For 127.0.0.1, not in the trust file.
    other_name, ///< For bell.example, in the trust file.
    expired,    ///< For 127.0.0.1, in the trust file, over since yesterday.
};

/// The PEM file with the certificates to be trusted; removed when the program ends.
[[nodiscard]] std::string tls_trust_file();

/// PEM files of a client whose certificate the servers accept; removed when the program ends.
struct ClientFiles {
    std::string certificate;
    std::string key;
    std::string encrypted_key;
    std::string password;
    /// The certificate and its key.
    std::string both;
    /// The key of another certificate.
    std::string other_key;
};
[[nodiscard]] const ClientFiles& client_files();

/// The demands of a server on its clients.
struct TlsDemands {
    bool client_certificate = false;
    bool only_tls_1_2 = false;
};

/// The server's side of TLS on one accepted connection.
class TlsSession {
  public:
    TlsSession(Connection& connection, Certificate certificate, TlsDemands demands = {});
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    [[nodiscard]] bool accepted() const noexcept { return accepted_; }
    /// Reads a head and a body with Content-Length; false when the peer has disconnected.
    bool read_request(std::string& head);
    bool write(std::string_view bytes);
    /// Sends close_notify.
    void say_goodbye();

  private:
    /// Whether an operation with that result is to be repeated.
    bool again(int result);

    Connection& connection_;
    SSL* ssl_;
    bool accepted_ = false;
    std::string buffer_;
};

} // namespace belfry::transport_kit
