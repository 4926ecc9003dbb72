// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// The bodies of an exchange that travel in pieces, as those with events do.
namespace belfry::inline v0::testing::detail {

/// The way between a fake and one request's client.
class Channel {
  public:
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    /// Appends the next bytes of the request's body, those behind `ReceivedRequest::body`; waits for them.
    /// False if there are none any more.
    [[nodiscard]] virtual bool read(std::string& bytes) = 0;
    /// Begins a response whose body follows in pieces. False if the client does not want it.
    [[nodiscard]] bool begin(HttpResponse head) {
        begun_ = true;
        return on_begin(std::move(head));
    }
    /// Sends the next bytes of that body. False if the client wants no more.
    [[nodiscard]] virtual bool write(std::string_view bytes) = 0;
    [[nodiscard]] bool begun() const noexcept { return begun_; }

  private:
    [[nodiscard]] virtual bool on_begin(HttpResponse head) = 0;

    bool begun_ = false;
};

/// Keeps a response until it is whole. The request is whole, too.
class WholeResponse final : public Channel {
  public:
    [[nodiscard]] bool read(std::string&) override { return false; }
    [[nodiscard]] bool write(std::string_view bytes) override {
        response.body.append(bytes);
        return true;
    }
    HttpResponse response{};

  private:
    [[nodiscard]] bool on_begin(HttpResponse head) override {
        response = std::move(head);
        return true;
    }
};

/// Gives a response to the sink of a `Transport` as it comes.
class SinkChannel final : public Channel {
  public:
    explicit SinkChannel(ResponseSink& sink) noexcept : sink_(sink) {}
    [[nodiscard]] bool read(std::string&) override { return false; }
    [[nodiscard]] bool write(std::string_view bytes) override {
        return !sink_.cancelled() && sink_.on_body(std::as_bytes(std::span(bytes.data(), bytes.size())));
    }

  private:
    [[nodiscard]] bool on_begin(HttpResponse head) override {
        // Clients take a response without this header and without a length for one that was cut.
        head.headers.set("Transfer-Encoding", "chunked");
        return sink_.on_head(head.status, std::move(head.headers));
    }

    ResponseSink& sink_;
};

} // namespace belfry::inline v0::testing::detail
