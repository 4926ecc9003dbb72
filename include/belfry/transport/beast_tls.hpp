// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/beast.hpp>
#include <belfry/transport/detail/tls_context.hpp>
#include <belfry/transport/tls_version.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>
#include <memory>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// How a `BeastTlsTransport` treats its connections. Certificates are always checked.
struct BeastTlsOptions {
    /// PEM file of the authorities to trust; empty, as is `ca_path`, for OpenSSL's own.
    std::string ca_file{};
    /// Directory of the authorities to trust.
    std::string ca_path{};
    /// PEM file of the client's certificate, with its chain, for servers that demand one; empty for none.
    std::string client_certificate{};
    /// PEM file of the private key; empty if it is in the file of the certificate.
    std::string client_key{};
    /// The password of an encrypted private key.
    std::string client_key_password{};
    /// The oldest version of TLS to accept.
    TlsVersion min_tls_version = TlsVersion::tls_1_2;
    /// URL of the proxy, `http://user:password@proxy:3128`; empty for what the environment says.
    std::string proxy{};
    /// Hosts reached without the proxy, separated by commas; empty for what the environment says.
    std::string no_proxy{};
    /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` in the environment count.
    bool proxy_from_environment = true;
    /// The local address to connect from, or the name of the network interface (Linux, macOS); empty for the
    /// system's choice.
    std::string local_interface{};
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

class BeastTlsConnection final : public BeastConnection {
  public:
    BeastTlsConnection(Route route, std::string local, boost::asio::ssl::context& tls)
        : BeastConnection(std::move(route), std::move(local)), stream_(socket_, tls) {}

    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) override {
        BeastPump pump(context_, request.timeouts, sink);
        if (!socket_.is_open()) {
            TransportResult result = connect(pump, origin);
            if (result.status == TransportStatus::ok) result = shake_hands(pump, origin);
            if (result.status != TransportStatus::ok) return result;
        }
        pump.clock().connected();
        const auto exchange = std::make_unique<BeastExchange<Stream>>(stream_, buffer_, pump, request,
                                                                      Http1Form{origin.target}, sink);
        TransportResult result = exchange->run([this] { close(); });
        reusable = exchange->reusable();
        return result;
    }
    [[nodiscard]] bool fresh() override {
        // The socket may hold session tickets, so that only TLS knows whether the peer has sent
        // close_notify.
        char byte = 0;
        bool done = false;
        bool idle = false;
        stream_.async_read_some(boost::asio::buffer(&byte, 1),
                                [&](const boost::system::error_code& error, std::size_t) {
                                    done = true;
                                    idle = error == boost::asio::error::operation_aborted;
                                });
        context_.restart();
        context_.poll();
        if (done) return false;
        boost::system::error_code error;
        socket_.cancel(error);
        context_.restart();
        context_.run();
        return !error && idle;
    }

  private:
    using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

    TransportResult shake_hands(BeastPump& pump, const Origin& origin) {
        boost::system::error_code error;
        boost::asio::ip::make_address(origin.host, error);
        const bool is_name = static_cast<bool>(error);
        // RFC 6066 section 3: the server name is never an address.
        if (is_name && SSL_set_tlsext_host_name(stream_.native_handle(), origin.host.c_str()) != 1)
            return {TransportStatus::tls_failed, "the host name is not valid as a TLS server name"};
        stream_.set_verify_mode(boost::asio::ssl::verify_peer, error);
        if (!error) stream_.set_verify_callback(boost::asio::ssl::host_name_verification(origin.host), error);
        if (error) return {TransportStatus::tls_failed, error.message()};
        bool done = false;
        stream_.async_handshake(boost::asio::ssl::stream_base::client,
                                [&](const boost::system::error_code& result) {
                                    error = result;
                                    done = true;
                                });
        TransportResult result = pump.run_until(done);
        if (result.status == TransportStatus::ok && error)
            result = {TransportStatus::tls_failed, error.message()};
        if (result.status != TransportStatus::ok) {
            close();
            pump.drain();
        }
        return result;
    }

    Stream stream_;
};

} // namespace detail

/// A `BeastTransport` that also sends over TLS, by OpenSSL.
class BeastTlsTransport final : public BeastTransport {
  public:
    BeastTlsTransport() : BeastTlsTransport(BeastTlsOptions{}) {}
    explicit BeastTlsTransport(const BeastTlsOptions& options)
        : BeastTransport({.proxy = options.proxy,
                          .no_proxy = options.no_proxy,
                          .proxy_from_environment = options.proxy_from_environment,
                          .local_interface = options.local_interface,
                          .max_idle_connections = options.max_idle_connections}),
          fault_(detail::configure_tls(tls_.native_handle(), detail::tls_settings(options))) {}
    ~BeastTlsTransport() override { clear(); }

    /// OpenSSL's settings, for what the options do not have; to be changed before the first request.
    [[nodiscard]] boost::asio::ssl::context& tls_context() noexcept { return tls_; }

  protected:
    [[nodiscard]] std::unique_ptr<detail::BeastConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (!origin.tls) return BeastTransport::make_connection(origin, refusal);
        if (fault_ != nullptr) {
            refusal = {TransportStatus::tls_failed, fault_};
            return nullptr;
        }
        detail::Route route;
        if (!find_route(origin, route, refusal)) return nullptr;
        return std::make_unique<detail::BeastTlsConnection>(std::move(route), local_interface(), tls_);
    }

  private:
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    const char* fault_;
};

} // namespace belfry::inline v0
