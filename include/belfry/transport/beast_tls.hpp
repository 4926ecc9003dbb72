// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/beast.hpp>

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
    /// How many connections at most wait for their next request.
    std::size_t max_idle_connections = 16;
};

namespace detail {

class BeastTlsConnection final : public BeastConnection {
  public:
    explicit BeastTlsConnection(boost::asio::ssl::context& tls) : stream_(socket_, tls) {}

    TransportResult send(const HttpRequest& request, const Origin& origin, ResponseSink& sink,
                         bool& reusable) override {
        BeastPump pump(context_, request.timeouts, sink);
        if (!socket_.is_open()) {
            TransportResult result = connect(pump, origin);
            if (result.status == TransportStatus::ok) result = shake_hands(pump, origin);
            if (result.status != TransportStatus::ok) return result;
        }
        pump.clock().connected();
        const auto exchange =
            std::make_unique<BeastExchange<Stream>>(stream_, buffer_, pump, request, origin.target, sink);
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
        : BeastTransport({.max_idle_connections = options.max_idle_connections}) {
        using boost::asio::ssl::context;
        tls_.set_options(context::default_workarounds | context::no_sslv2 | context::no_sslv3 |
                             context::no_tlsv1 | context::no_tlsv1_1,
                         error_);
        if (!error_ && options.ca_file.empty() && options.ca_path.empty())
            tls_.set_default_verify_paths(error_);
        if (!error_ && !options.ca_file.empty()) tls_.load_verify_file(options.ca_file, error_);
        if (!error_ && !options.ca_path.empty()) tls_.add_verify_path(options.ca_path, error_);
    }
    ~BeastTlsTransport() override { clear(); }

    /// OpenSSL's settings, for client certificates and the like; to be changed before the first request.
    [[nodiscard]] boost::asio::ssl::context& tls_context() noexcept { return tls_; }

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        if (error_)
            return {TransportStatus::tls_failed,
                    "the trusted authorities cannot be read: " + error_.message()};
        return BeastTransport::send(request, sink);
    }

  protected:
    [[nodiscard]] std::unique_ptr<detail::BeastConnection>
    make_connection(const detail::Origin& origin, TransportResult& refusal) override {
        if (!origin.tls) return BeastTransport::make_connection(origin, refusal);
        return std::make_unique<detail::BeastTlsConnection>(tls_);
    }

  private:
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    boost::system::error_code error_;
};

} // namespace belfry::inline v0
