// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/transport.hpp>
#include <belfry/transport/detail/asio_ssl.hpp>
#include <belfry/transport/detail/tls_context.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace belfry::inline v0::detail {

/// TLS over a socket of Asio.
using AsioTlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

/// Has TLS ask for the certificate of that host, which is a name or an address, and check it.
[[nodiscard]] inline TransportResult expect_host(AsioTlsStream& stream, const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    const bool is_name = static_cast<bool>(error);
    // RFC 6066 section 3: the server name is never an address.
    if (is_name && SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()) != 1)
        return {TransportStatus::tls_failed, "the host name is not valid as a TLS server name"};
    stream.set_verify_mode(boost::asio::ssl::verify_peer, error);
    if (!error) stream.set_verify_callback(boost::asio::ssl::host_name_verification(host), error);
    if (error) return {TransportStatus::tls_failed, error.message()};
    return {};
}

} // namespace belfry::inline v0::detail
