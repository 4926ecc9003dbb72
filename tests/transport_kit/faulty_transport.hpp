// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/transport/detail/http1_exchange.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/socket_connect.hpp>

#include "kit.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace belfry::transport_kit {

using Titles = std::vector<std::string>;

/// The places that a fault can change: the request before it is sent, the bytes of its head, what reaches the
/// sink, the outcome.
struct Fault {
    std::string name;
    Titles topics;
    Titles expected;
    /// Changes the request before it is sent.
    std::function<void(HttpRequest&)> request{};
    /// Changes the bytes of its head.
    std::function<std::string(std::string)> head{};
    /// Placed between the transport and the sink.
    std::function<bool(ResponseSink&, int, Headers)> on_head{};
    std::function<bool(ResponseSink&, std::span<const std::byte>)> on_body{};
    bool never_cancelled = false;
    /// Uses its connection again without looking at what has arrived on it.
    bool keeps_connection = false;
    /// Changes the outcome.
    std::function<TransportResult(TransportResult)> outcome{};
    /// Gets the whole response and a way to send once more, before the sink sees anything.
    using Send = std::function<TransportResult(const HttpRequest&, HttpResponse&)>;
    std::function<TransportResult(const HttpRequest&, HttpResponse&, const Send&)> whole{};
};

/// A socket that changes the head of a request.
class FaultyWire {
  public:
    FaultyWire(int socket, const Fault& fault) : wire_(socket), fault_(&fault) {}
    [[nodiscard]] detail::WireStep read(char* buffer, std::size_t size) const {
        if (fault_->keeps_connection && !sent_) return {detail::WireStep::wants_read};
        return wire_.read(buffer, size);
    }
    void wait(unsigned events, int milliseconds) const { wire_.wait(events, milliseconds); }
    [[nodiscard]] detail::WireStep write(const char* bytes, std::size_t size) {
        sent_ = true;
        if (started_ || !fault_->head) return wire_.write(bytes, size);
        started_ = true;
        const std::string head = fault_->head(std::string(bytes, size));
        (void)wire_.write(head.data(), head.size()); // fits into any empty socket buffer
        return {detail::WireStep::moved, size};
    }

  private:
    detail::SocketWire wire_;
    const Fault* fault_;
    bool sent_ = false;
    bool started_ = false;
};

class FaultySink final : public ResponseSink {
  public:
    FaultySink(const Fault& fault, ResponseSink& sink) : fault_(fault), sink_(sink) {}
    bool on_head(int status, Headers headers) noexcept override {
        return fault_.on_head ? fault_.on_head(sink_, status, std::move(headers))
                              : sink_.on_head(status, std::move(headers));
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        return fault_.on_body ? fault_.on_body(sink_, bytes) : sink_.on_body(bytes);
    }
    [[nodiscard]] bool cancelled() const noexcept override {
        return !fault_.never_cancelled && sink_.cancelled();
    }

  private:
    const Fault& fault_;
    ResponseSink& sink_;
};

class CollectingSink final : public ResponseSink {
  public:
    CollectingSink(HttpResponse& response, const ResponseSink& sink) : response_(response), sink_(sink) {}
    bool on_head(int status, Headers headers) noexcept override {
        response_.status = status;
        response_.headers = std::move(headers);
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        response_.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override { return sink_.cancelled(); }

  private:
    HttpResponse& response_;
    const ResponseSink& sink_;
};

/// One connection for each request, on plain sockets; correct except for its fault.
class FaultyTransport final : public Transport {
  public:
    explicit FaultyTransport(const Fault& fault) : fault_(fault) {}
    FaultyTransport(const FaultyTransport&) = delete;
    FaultyTransport& operator=(const FaultyTransport&) = delete;
    ~FaultyTransport() override {
        if (kept_ >= 0) ::close(kept_);
    }

    TransportResult send(const HttpRequest& original, ResponseSink& original_sink) noexcept override {
        HttpRequest request = original;
        if (fault_.request) fault_.request(request);
        FaultySink sink(fault_, original_sink);
        TransportResult result = fault_.whole ? send_whole(request, sink) : attempt(request, sink);
        return fault_.outcome ? fault_.outcome(std::move(result)) : result;
    }

  private:
    TransportResult send_whole(const HttpRequest& request, ResponseSink& sink) {
        const Fault::Send once = [&](const HttpRequest& sent, HttpResponse& response) {
            response = {};
            CollectingSink collected(response, sink);
            return attempt(sent, collected);
        };
        HttpResponse response;
        TransportResult result = fault_.whole(request, response, once);
        if (response.status == 0) return result;
        if (!sink.on_head(response.status, response.headers)) return {TransportStatus::cancelled, "stopped"};
        if (!response.body.empty() && !sink.on_body(std::as_bytes(std::span<const char>(response.body))))
            return {TransportStatus::cancelled, "stopped"};
        return result;
    }
    TransportResult attempt(const HttpRequest& request, ResponseSink& sink) {
        if (const char* reason = detail::refuse_request(request)) return {TransportStatus::failed, reason};
        const auto origin = detail::find_origin(request.url);
        if (!origin || origin->tls) return {TransportStatus::failed, "only plain http here"};
        detail::AttemptClock clock(request.timeouts);
        int socket = kept_to_ == origin->key() ? std::exchange(kept_, -1) : -1;
        if (socket < 0) {
            TransportResult result =
                detail::connect_socket(origin->host, origin->port, {}, clock, sink, socket);
            if (result.status != TransportStatus::ok) return result;
        }
        clock.connected();
        using Exchange = detail::Http1Exchange<FaultyWire>;
        const auto exchange = std::make_unique<Exchange>(FaultyWire(socket, fault_), request,
                                                         detail::Http1Form{origin->target}, sink, clock);
        TransportResult result = exchange->run();
        if (fault_.keeps_connection && result.status == TransportStatus::ok) {
            if (kept_ >= 0) ::close(kept_);
            kept_ = socket;
            kept_to_ = origin->key();
        } else {
            ::close(socket);
        }
        return result;
    }
    int kept_ = -1;
    std::string kept_to_;
    const Fault& fault_;
};

/// The text with every `from` replaced by `to`.
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);

std::vector<Fault> request_faults();
std::vector<Fault> response_faults();

} // namespace belfry::transport_kit
