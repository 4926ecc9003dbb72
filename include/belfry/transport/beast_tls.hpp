// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/beast.hpp>
#include <belfry/transport/beast_options.hpp>
#include <belfry/transport/detail/asio_ssl.hpp>
#include <belfry/transport/detail/asio_tls.hpp>
#include <belfry/transport/detail/tls_context.hpp>

#include <memory>
#include <string>
#include <utility>

namespace belfry::inline v0 {

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
        return run_exchange(stream_, buffer_, pump, request, Http1Form{origin.target}, sink, reusable,
                            [this] { close(); });
    }
    [[nodiscard]] bool fresh() override { return is_silent(stream_); }

  private:
    TransportResult shake_hands(BeastPump& pump, const Origin& origin) {
        TransportResult result = expect_host(stream_, origin.host);
        if (result.status != TransportStatus::ok) return result;
        boost::system::error_code error;
        bool done = false;
        stream_.async_handshake(boost::asio::ssl::stream_base::client,
                                [&](const boost::system::error_code& outcome) {
                                    error = outcome;
                                    done = true;
                                });
        result = pump.run_until(done);
        if (result.status == TransportStatus::ok && error)
            result = {TransportStatus::tls_failed, error.message()};
        if (result.status != TransportStatus::ok) {
            close();
            pump.drain();
        }
        return result;
    }

    AsioTlsStream stream_;
};

} // namespace detail

/// A `BeastTransport` that also sends over TLS, by OpenSSL.
class BeastTlsTransport final : public BeastTransport {
  public:
    BeastTlsTransport() : BeastTlsTransport(BeastTlsOptions{}) {}
    explicit BeastTlsTransport(const BeastTlsOptions& options)
        : BeastTransport(detail::route_settings(options)),
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
        return detail::make_beast_connection<detail::BeastTlsConnection>(refusal, std::move(route),
                                                                         local_interface(), tls_);
    }

  private:
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    const char* fault_;
};

} // namespace belfry::inline v0
