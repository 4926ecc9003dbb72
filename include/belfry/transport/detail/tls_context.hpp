// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<openssl/ssl.h>)
#error "OpenSSL is missing: install libssl-dev (apt), openssl-devel (dnf), openssl-dev (apk) or openssl"
#endif

#include <belfry/transport/tls_version.hpp>
#include <belfry/util/openssl_x509.hpp>

#include <cstddef>
#include <openssl/err.h>
#include <string>

namespace belfry::inline v0::detail {

/// The settings for TLS among the options of a transport.
struct TlsSettings {
    std::string ca_file;
    std::string ca_path;
    std::string client_certificate;
    std::string client_key;
    std::string client_key_password;
    TlsVersion min_version = TlsVersion::tls_1_2;
};

template <class Options> [[nodiscard]] TlsSettings tls_settings(const Options& options) {
    return {options.ca_file,
            options.ca_path,
            options.client_certificate,
            options.client_key,
            options.client_key_password,
            options.min_tls_version};
}

/// Gives OpenSSL the password of a private key. Without such a function it would ask at the terminal.
inline int give_key_password(char* buffer, int size, int, void* user) noexcept {
    const auto& password = *static_cast<const std::string*>(user);
    if (size < 0 || password.size() > static_cast<std::size_t>(size)) return 0;
    password.copy(buffer, password.size());
    return static_cast<int>(password.size());
}

/// Makes the settings those of `context`. Returns the fault in them; null if they are good.
[[nodiscard]] inline const char* configure_tls(SSL_CTX* context, const TlsSettings& settings) {
    const char* fault = nullptr;
    SSL_CTX_set_min_proto_version(context, settings.min_version == TlsVersion::tls_1_3 ? TLS1_3_VERSION
                                                                                       : TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    const int loaded = settings.ca_file.empty() && settings.ca_path.empty()
                           ? SSL_CTX_set_default_verify_paths(context)
                           : SSL_CTX_load_verify_locations(
                                 context, settings.ca_file.empty() ? nullptr : settings.ca_file.c_str(),
                                 settings.ca_path.empty() ? nullptr : settings.ca_path.c_str());
    if (loaded != 1) fault = "the trusted authorities cannot be read";
    if (fault == nullptr && !settings.client_certificate.empty()) {
        const std::string& key =
            settings.client_key.empty() ? settings.client_certificate : settings.client_key;
        SSL_CTX_set_default_passwd_cb(context, give_key_password);
        SSL_CTX_set_default_passwd_cb_userdata(context,
                                               const_cast<std::string*>(&settings.client_key_password));
        if (SSL_CTX_use_certificate_chain_file(context, settings.client_certificate.c_str()) != 1)
            fault = "the client's certificate cannot be read";
        else if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
            fault = "the client's private key cannot be read, or is not that of its certificate";
        SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    }
    ERR_clear_error();
    return fault;
}

/// Whether the last failure of OpenSSL on this thread is an alert that the peer has sent, such as the one for
/// a client certificate that is missing.
[[nodiscard]] inline bool peer_sent_alert() noexcept {
    const unsigned long error = ERR_peek_error();
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) >= SSL_AD_REASON_OFFSET;
}

} // namespace belfry::inline v0::detail
