// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_duplex_transport.hpp>
#include <belfry/http/async_transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/testing/detail/received_body.hpp>
#include <belfry/testing/detail/served_stream.hpp>
#include <belfry/testing/fake.hpp>
#include <belfry/util/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

namespace belfry::inline v0::testing {
namespace detail {

/// One stream of an `AsyncDuplexFake`. The timer of the loop calls the completions.
class AsyncFakeDuplexStream final : public AsyncDuplexStream, private ServedStream {
  public:
    AsyncFakeDuplexStream(Fake& fake, ReceivedRequest request, Duration idle, AsyncTimer& timer)
        : ServedStream(fake, std::move(request)), timer_(timer), idle_(idle.count()) {
        start();
    }
    ~AsyncFakeDuplexStream() override { stop(); }

    void write(std::span<const std::byte> bytes, DuplexCompletion completion) noexcept override {
        outgoing_.begin(std::move(completion));
        outgoing_.end(belfry::detail::without_throwing([&] { return take_bytes(bytes); }));
        outgoing_.wait({});
    }
    void close_write(DuplexCompletion completion) noexcept override {
        outgoing_.begin(std::move(completion));
        outgoing_.end(take_end());
        outgoing_.wait({});
    }
    void read_head(int& status, Headers& headers, DuplexCompletion completion) noexcept override {
        begin_reading(std::move(completion), [&] {
            status_ = &status;
            headers_ = &headers;
        });
    }
    void read(std::span<std::byte> buffer, std::size_t& count,
              DuplexCompletion completion) noexcept override {
        begin_reading(std::move(completion), [&] {
            status_ = nullptr;
            buffer_ = buffer;
            count_ = &count;
        });
    }
    void cancel() noexcept override { cancel_stream(); }

  private:
    using Clock = std::chrono::steady_clock;

    /// An operation of the client, which waits for the timer until it has ended.
    class Operation final : private TimerCompletion::Handler {
      public:
        explicit Operation(AsyncFakeDuplexStream& stream) noexcept : stream_(stream) {}

        // With the mutex for an operation that reads, until `wait`.
        void begin(DuplexCompletion completion) noexcept {
            completion_.emplace(std::move(completion));
            outcome_.reset();
            began_ = Clock::now();
            look_delay_ = Duration::milliseconds(1);
        }
        void end(TransportResult result) noexcept { outcome_.emplace(std::move(result)); }
        [[nodiscard]] bool runs() const noexcept { return completion_.has_value() && !outcome_.has_value(); }
        /// How long the timer waits until it calls the completion, or looks again.
        [[nodiscard]] Duration delay() const noexcept { return outcome_ ? Duration{} : look_delay_; }
        /// Lets the timer wait. Without the mutex: the operation may have ended when this returns.
        void wait(Duration delay) noexcept { stream_.timer_.start(delay, TimerCompletion(*this)); }
        /// It has ended, which the timer is to tell at once.
        void hasten() noexcept { stream_.timer_.cancel(static_cast<TimerCompletion::Handler*>(this)); }

      private:
        void on_complete() noexcept override {
            std::optional<DuplexCompletion> completion;
            TransportResult result;
            Duration next{};
            {
                const std::lock_guard<std::mutex> lock(stream_.mutex());
                if (!outcome_) stream_.look();
                if (!outcome_ && stream_.idle_.count() != 0 && Clock::now() - began_ >= stream_.idle_)
                    outcome_.emplace(idle_too_long());
                if (outcome_) {
                    completion.swap(completion_);
                    result = std::move(*outcome_);
                } else {
                    // A timer may be one that cannot be hastened.
                    if (look_delay_.count() < Duration::milliseconds(20).count())
                        look_delay_ = Duration::nanoseconds(2 * look_delay_.count());
                    next = look_delay_;
                }
            }
            if (!completion) return wait(next);
            // Destroys the stream, maybe.
            (*completion)(std::move(result));
        }
        void on_abandoned() noexcept override {
            std::optional<DuplexCompletion> dropped;
            const std::lock_guard<std::mutex> lock(stream_.mutex());
            dropped.swap(completion_);
        }

        AsyncFakeDuplexStream& stream_;
        std::optional<DuplexCompletion> completion_{};
        std::optional<TransportResult> outcome_{};
        Clock::time_point began_{};
        Duration look_delay_{};
    };

    template <class Place> void begin_reading(DuplexCompletion completion, const Place& place) noexcept {
        Duration delay{};
        {
            const std::lock_guard<std::mutex> lock(mutex());
            place();
            incoming_.begin(std::move(completion));
            look();
            delay = incoming_.delay();
        }
        incoming_.wait(delay);
    }
    /// Ends the operation that reads, if that is possible. With the mutex.
    void look() noexcept {
        if (!incoming_.runs() || !(status_ != nullptr ? has_head() : has_bytes())) return;
        incoming_.end(belfry::detail::without_throwing([&] {
            return status_ != nullptr ? give_head(*status_, *headers_) : give_bytes(buffer_, *count_);
        }));
    }
    void on_change() noexcept override {
        if (!incoming_.runs()) return;
        look();
        if (!incoming_.runs()) incoming_.hasten();
    }

    AsyncTimer& timer_;
    std::chrono::nanoseconds idle_;
    Operation outgoing_{*this};
    Operation incoming_{*this};
    /// Where the operation that reads puts what it gets; the first is null for one that reads bytes.
    int* status_ = nullptr;
    Headers* headers_ = nullptr;
    std::span<std::byte> buffer_{};
    std::size_t* count_ = nullptr;
};

} // namespace detail

/// A fake as the transport of operations that send events on an event loop. Each stream has a thread, on
/// which its handler runs; the client's completions are called by `timer`, which is the loop's and may be
/// used by several threads. `fake` and `timer` must outlive it and its streams.
///
///     belfry::PollLoop loop;
///     belfry::testing::AsyncDuplexFake duplex(fake, loop);
///     client.async(transport, loop).converse(duplex, {.bell = "great"}, callback);
class AsyncDuplexFake final : public AsyncDuplexTransport {
  public:
    AsyncDuplexFake(Fake& fake, AsyncTimer& timer) noexcept : fake_(fake), timer_(timer) {}

    void open(const HttpRequest& request, AsyncDuplexStreamPointer& stream,
              DuplexCompletion completion) noexcept override {
        std::optional<DuplexCompletion> waiting(std::move(completion));
        const TransportResult failed = belfry::detail::without_throwing([&]() -> TransportResult {
            belfry::detail::Owned<Opening> opening(new Opening(stream));
            ReceivedRequest received;
            if (detail::receive(request, received))
                opening->made = AsyncDuplexStreamPointer(new detail::AsyncFakeDuplexStream(
                    fake_, std::move(received), request.timeouts.idle, timer_));
            else
                opening->result = {TransportStatus::body_failed, "the source of the request's body failed"};
            opening->completion.emplace(std::move(*waiting));
            waiting.reset();
            timer_.start({}, TimerCompletion(*opening.release()));
            return {};
        });
        // Without memory for the opening, nothing is left that could tell it later.
        if (waiting) (*waiting)(failed);
    }

  private:
    /// Exists until the timer has called it.
    class Opening final : public TimerCompletion::Handler {
      public:
        explicit Opening(AsyncDuplexStreamPointer& s) noexcept : stream(s) {}
        void on_complete() noexcept override {
            const belfry::detail::Owned<Opening> self(this);
            stream = std::move(made);
            (*completion)(std::move(result));
        }
        void on_abandoned() noexcept override { delete this; }

        AsyncDuplexStreamPointer& stream;
        AsyncDuplexStreamPointer made{};
        TransportResult result{};
        std::optional<DuplexCompletion> completion{};
    };

    Fake& fake_;
    AsyncTimer& timer_;
};

} // namespace belfry::inline v0::testing
