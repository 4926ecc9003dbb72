// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/duplex_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/testing/detail/received_body.hpp>
#include <belfry/testing/detail/served_stream.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/util/config.hpp>

#include <chrono>
#include <cstddef>
#include <mutex>
#include <span>
#include <utility>

namespace belfry::inline v0::testing {
namespace detail {

/// One stream of a `DuplexFake`.
class FakeDuplexStream final : public DuplexStream, private ServedStream {
  public:
    FakeDuplexStream(Fake& fake, ReceivedRequest request, Duration idle)
        : ServedStream(fake, std::move(request)), idle_(idle.count()) {
        start();
    }
    ~FakeDuplexStream() override { stop(); }

    TransportResult write(std::span<const std::byte> bytes) noexcept override {
        return belfry::detail::without_throwing([&] { return take_bytes(bytes); });
    }
    TransportResult close_write() noexcept override { return take_end(); }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        return belfry::detail::without_throwing([&] {
            std::unique_lock<std::mutex> lock(mutex());
            return wait(lock, [&] { return has_head(); }) ? give_head(status, headers) : idle_too_long();
        });
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        return belfry::detail::without_throwing([&] {
            std::unique_lock<std::mutex> lock(mutex());
            return wait(lock, [&] { return has_bytes(); }) ? give_bytes(buffer, count) : idle_too_long();
        });
    }
    void cancel() noexcept override { cancel_stream(); }

  private:
    template <class Ready> [[nodiscard]] bool wait(std::unique_lock<std::mutex>& lock, const Ready& ready) {
        if (idle_.count() != 0) return changed().wait_for(lock, idle_, ready);
        changed().wait(lock, ready);
        return true;
    }

    std::chrono::nanoseconds idle_;
};

} // namespace detail

/// A fake as the transport of operations that send events. Each stream has a thread, on which its handler
/// runs, so that client and handler can answer each other. `fake` must outlive it and its streams.
///
///     belfry::testing::DuplexFake duplex(fake);
///     auto stream = client.converse(duplex, {.bell = "great"});
class DuplexFake final : public DuplexTransport {
  public:
    explicit DuplexFake(Fake& fake) noexcept : fake_(fake) {}

    TransportResult open(const HttpRequest& request, DuplexStreamPointer& stream) noexcept override {
        return belfry::detail::without_throwing([&]() -> TransportResult {
            ReceivedRequest received;
            if (!detail::receive(request, received))
                return {TransportStatus::body_failed, "the source of the request's body failed"};
            stream = DuplexStreamPointer(
                new detail::FakeDuplexStream(fake_, std::move(received), request.timeouts.idle));
            return {};
        });
    }

  private:
    Fake& fake_;
};

} // namespace belfry::inline v0::testing
