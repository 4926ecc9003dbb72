// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/duplex_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/testing/detail/channel.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/detail/received_body.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/util/config.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace belfry::inline v0::testing {
namespace detail {

/// One stream of a `DuplexFake`: the client's side is the `DuplexStream`, the handler's is the `Channel`.
class FakeDuplexStream final : public DuplexStream, private Channel {
  public:
    FakeDuplexStream(Fake& fake, ReceivedRequest request, Duration idle)
        : fake_(fake), idle_(idle.count()),
          thread_([this, received = std::move(request)]() mutable { serve(std::move(received)); }) {}
    ~FakeDuplexStream() override {
        cancel();
        thread_.join();
    }

    TransportResult write(std::span<const std::byte> bytes) noexcept override {
        return belfry::detail::without_throwing([&]() -> TransportResult {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (cancelled_) return {TransportStatus::cancelled, {}};
            if (replied_) return {TransportStatus::connection_reset, "the handler of the fake has returned"};
            sent_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            changed_.notify_all();
            return {};
        });
    }
    TransportResult close_write() noexcept override {
        const std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        changed_.notify_all();
        return {cancelled_ ? TransportStatus::cancelled : TransportStatus::ok, {}};
    }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        return belfry::detail::without_throwing([&]() -> TransportResult {
            std::unique_lock<std::mutex> lock(mutex_);
            TransportResult result = wait(lock, [&] { return has_head_ || replied_; });
            if (result.status != TransportStatus::ok) return result;
            if (!has_head_) return outcome_;
            status = head_.status;
            headers = head_.headers;
            return {};
        });
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        return belfry::detail::without_throwing([&]() -> TransportResult {
            std::unique_lock<std::mutex> lock(mutex_);
            TransportResult result = wait(lock, [&] { return !answered_.empty() || replied_; });
            if (result.status != TransportStatus::ok) return result;
            count = answered_.size() < buffer.size() ? answered_.size() : buffer.size();
            if (count == 0) return outcome_;
            std::memcpy(buffer.data(), answered_.data(), count);
            answered_.erase(0, count);
            return {};
        });
    }
    void cancel() noexcept override {
        const std::lock_guard<std::mutex> lock(mutex_);
        cancelled_ = true;
        changed_.notify_all();
    }

  private:
    [[nodiscard]] bool read(std::string& bytes) override {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return !sent_.empty() || closed_ || cancelled_; });
        if (cancelled_) return false;
        bytes.append(sent_);
        const bool any = !sent_.empty();
        sent_.clear();
        return any;
    }
    [[nodiscard]] bool write(std::string_view bytes) override {
        const std::lock_guard<std::mutex> lock(mutex_);
        answered_.append(bytes);
        changed_.notify_all();
        return !cancelled_;
    }
    [[nodiscard]] bool on_begin(HttpResponse head) override {
        const std::lock_guard<std::mutex> lock(mutex_);
        answered_.append(head.body);
        head.body.clear();
        head_ = std::move(head);
        has_head_ = true;
        changed_.notify_all();
        return !cancelled_;
    }
    /// Runs on the stream's own thread.
    void serve(ReceivedRequest request) noexcept {
        TransportResult result = belfry::detail::without_throwing(
            [&]() -> TransportResult {
                Reply reply = fake_.answer(std::move(request), *this);
                if (reply.status != TransportStatus::ok) return {reply.status, std::move(reply.message)};
                if (!begun()) static_cast<void>(begin(std::move(reply.response)));
                return {};
            },
            "a handler of the fake threw an exception");
        const std::lock_guard<std::mutex> lock(mutex_);
        outcome_ = std::move(result);
        replied_ = true;
        changed_.notify_all();
    }
    template <class Ready>
    [[nodiscard]] TransportResult wait(std::unique_lock<std::mutex>& lock, const Ready& ready) {
        const auto done = [&] { return cancelled_ || ready(); };
        if (idle_.count() == 0)
            changed_.wait(lock, done);
        else if (!changed_.wait_for(lock, idle_, done))
            return {TransportStatus::timed_out, "the handler of the fake has not answered"};
        return {cancelled_ ? TransportStatus::cancelled : TransportStatus::ok, {}};
    }

    Fake& fake_;
    std::chrono::nanoseconds idle_;
    std::mutex mutex_{};
    std::condition_variable changed_{};
    /// From the client to the handler.
    std::string sent_{};
    bool closed_ = false;
    bool cancelled_ = false;
    /// From the handler to the client.
    HttpResponse head_{};
    std::string answered_{};
    TransportResult outcome_{};
    bool has_head_ = false;
    bool replied_ = false;
    // The last member: it uses the others.
    std::thread thread_;
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
