// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/without_throwing.hpp>
#include <belfry/testing/detail/channel.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/util/config.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace belfry::inline v0::testing::detail {

/// One stream in both directions: the handler's side, which runs on its own thread, and the parts that the
/// client's sides share, one that blocks and one on an event loop.
class ServedStream {
  protected:
    ServedStream(Fake& fake, ReceivedRequest request) : fake_(fake), request_(std::move(request)) {}
    /// The derived class has called `stop`.
    virtual ~ServedStream() = default;

    /// Starts the handler. The derived class is complete.
    void start() {
        thread_ = std::thread([this] { serve(std::move(request_)); });
    }
    /// Cancels, and waits until the handler has returned.
    void stop() noexcept {
        cancel_stream();
        if (thread_.joinable()) thread_.join();
    }
    void cancel_stream() noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        cancelled_ = true;
        tell();
    }
    TransportResult take_bytes(std::span<const std::byte> bytes) {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (cancelled_) return {TransportStatus::cancelled, {}};
        if (replied_) return {TransportStatus::connection_reset, "the handler of the fake has returned"};
        sent_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        tell();
        return {};
    }
    TransportResult take_end() noexcept {
        const std::lock_guard<std::mutex> lock(mutex_);
        closed_ = true;
        tell();
        return {cancelled_ ? TransportStatus::cancelled : TransportStatus::ok, {}};
    }

    // With the mutex.
    [[nodiscard]] bool has_head() const noexcept { return cancelled_ || has_head_ || replied_; }
    [[nodiscard]] bool has_bytes() const noexcept { return cancelled_ || !answered_.empty() || replied_; }
    TransportResult give_head(int& status, Headers& headers) const {
        if (cancelled_) return {TransportStatus::cancelled, {}};
        if (!has_head_) return outcome_;
        status = head_.status;
        headers = head_.headers;
        return {};
    }
    TransportResult give_bytes(std::span<std::byte> buffer, std::size_t& count) {
        count = 0;
        if (cancelled_) return {TransportStatus::cancelled, {}};
        count = answered_.size() < buffer.size() ? answered_.size() : buffer.size();
        if (count == 0) return outcome_;
        std::memcpy(buffer.data(), answered_.data(), count);
        answered_.erase(0, count);
        return {};
    }
    static TransportResult idle_too_long() {
        return {TransportStatus::timed_out, "the handler of the fake has not answered"};
    }
    [[nodiscard]] std::mutex& mutex() noexcept { return mutex_; }
    /// Both sides wait for it.
    [[nodiscard]] std::condition_variable& changed() noexcept { return changed_; }

  private:
    /// Something has changed. With the mutex.
    virtual void on_change() noexcept {}

    void tell() noexcept {
        changed_.notify_all();
        on_change();
    }
    /// The way of the handler.
    class HandlerSide final : public Channel {
      public:
        explicit HandlerSide(ServedStream& stream) noexcept : stream_(stream) {}
        [[nodiscard]] bool read(std::string& bytes) override { return stream_.give_sent(bytes); }
        [[nodiscard]] bool write(std::string_view bytes) override { return stream_.take_answer(bytes); }

      private:
        [[nodiscard]] bool on_begin(HttpResponse head) override { return stream_.take_head(std::move(head)); }
        ServedStream& stream_;
    };
    [[nodiscard]] bool give_sent(std::string& bytes) {
        std::unique_lock<std::mutex> lock(mutex_);
        changed_.wait(lock, [&] { return !sent_.empty() || closed_ || cancelled_; });
        if (cancelled_) return false;
        bytes.append(sent_);
        const bool any = !sent_.empty();
        sent_.clear();
        return any;
    }
    [[nodiscard]] bool take_answer(std::string_view bytes) {
        const std::lock_guard<std::mutex> lock(mutex_);
        answered_.append(bytes);
        tell();
        return !cancelled_;
    }
    [[nodiscard]] bool take_head(HttpResponse head) {
        const std::lock_guard<std::mutex> lock(mutex_);
        answered_.append(head.body);
        head.body.clear();
        head_ = std::move(head);
        has_head_ = true;
        tell();
        return !cancelled_;
    }
    /// Runs on the stream's own thread.
    void serve(ReceivedRequest request) noexcept {
        TransportResult result = belfry::detail::without_throwing(
            [&]() -> TransportResult {
                HandlerSide side(*this);
                Reply reply = fake_.answer(std::move(request), side);
                if (reply.status != TransportStatus::ok) return {reply.status, std::move(reply.message)};
                if (!side.begun()) static_cast<void>(side.begin(std::move(reply.response)));
                return {};
            },
            "a handler of the fake threw an exception");
        const std::lock_guard<std::mutex> lock(mutex_);
        outcome_ = std::move(result);
        replied_ = true;
        tell();
    }

    Fake& fake_;
    ReceivedRequest request_;
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
    std::thread thread_{};
};

} // namespace belfry::inline v0::testing::detail
