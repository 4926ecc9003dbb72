// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/message_check.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/detail/idle_pool.hpp>
#include <belfry/transport/detail/origin.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace belfry::inline v0::detail {

/// A transport that keeps connections open between requests. `Connection` has what `IdlePool` asks for and
/// `TransportResult send(const HttpRequest&, const Origin&, ResponseSink&, bool& reusable)`, which connects
/// first if need be and says whether the connection can carry another request.
template <class Connection> class PooledTransport : public Transport {
  public:
    PooledTransport(const PooledTransport&) = delete;
    PooledTransport& operator=(const PooledTransport&) = delete;

    /// Makes one attempt. A kept connection that closes under the request is reported as `connection_reset`.
    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        return without_throwing([&] { return attempt(request, sink); });
    }

  protected:
    explicit PooledTransport(std::size_t max_idle_connections) : idle_(max_idle_connections) {}

    /// A connection for that URL, not open yet; null when there can be none, and `refusal` then says why.
    [[nodiscard]] virtual std::unique_ptr<Connection> make_connection(const Origin& origin,
                                                                      TransportResult& refusal) = 0;
    /// Closes the idle connections; a class that owns what they use calls it when it ends.
    void clear() { idle_.clear(); }

  private:
    TransportResult attempt(const HttpRequest& request, ResponseSink& sink) {
        if (const char* reason = refuse_request(request)) return {TransportStatus::failed, reason};
        if (sink.cancelled()) return {TransportStatus::cancelled, "cancelled by the caller"};
        const std::optional<Origin> origin = find_origin(request.url);
        if (!origin) return {TransportStatus::failed, "the request's URL is malformed"};
        std::string key = origin->key();
        std::unique_ptr<Connection> connection = idle_.take(key);
        if (!connection) {
            TransportResult refusal;
            connection = make_connection(*origin, refusal);
            if (!connection) return refusal;
            connection->key = std::move(key);
        }
        bool reusable = false;
        TransportResult result = connection->send(request, *origin, sink, reusable);
        if (reusable) idle_.give_back(std::move(connection));
        return result;
    }

    IdlePool<Connection> idle_;
};

} // namespace belfry::inline v0::detail
