// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/util/timestamp.hpp>

#include <utility>

namespace belfry::inline v0 {

/// The completion of an asynchronous operation: one pointer, to be moved into whatever
/// the event loop keeps. Destroying it uncalled says that the operation will never end, as when a loop is
/// destroyed with operations in it: the waiting call is freed and its callback is not called.
template <class... Outcome> class Completion {
  public:
    /// Waits for the end. Exactly one of the two is called, once, on any thread.
    class Handler {
      public:
        virtual void on_complete(Outcome... outcome) noexcept = 0;
        virtual void on_abandoned() noexcept = 0;

      protected:
        ~Handler() = default;
    };

    /// `handler` must live until it is called.
    explicit Completion(Handler& handler) noexcept : handler_(&handler) {}
    Completion(Completion&& other) noexcept : handler_(std::exchange(other.handler_, nullptr)) {}
    Completion& operator=(Completion&& other) noexcept {
        std::swap(handler_, other.handler_);
        return *this;
    }
    ~Completion() {
        if (handler_ != nullptr) handler_->on_abandoned();
    }

    /// Says how the work ended; what it refers to may be gone when this returns. Does nothing the second
    /// time.
    void operator()(Outcome... outcome) noexcept {
        if (Handler* const handler = std::exchange(handler_, nullptr))
            handler->on_complete(std::move(outcome)...);
    }
    /// Identifies the work; `cancel` is called with the same value.
    [[nodiscard]] const void* id() const noexcept { return handler_; }

  private:
    Handler* handler_;
};

/// Called with the result of an attempt.
using AttemptCompletion = Completion<TransportResult>;
/// Called when the duration has elapsed.
using TimerCompletion = Completion<>;

/// Sends requests asynchronously: starts to send one request and returns at once.
class AsyncTransport {
  public:
    virtual ~AsyncTransport() = default;
    /// Makes one attempt under the rules of `Transport::send`. `request` and `sink` live until `completion`
    /// is called or destroyed, which may happen on any thread and also before `start` returns. The sink is
    /// used by one thread at a time, and not after `completion`.
    virtual void start(const HttpRequest& request, ResponseSink& sink,
                       AttemptCompletion completion) noexcept = 0;
    /// Asks for the attempt with that `AttemptCompletion::id` to end soon, with `TransportStatus::cancelled`.
    /// May be called on any thread, and after the attempt has ended. A transport that does nothing
    /// here ends an attempt only when it asks `sink.cancelled()`.
    virtual void cancel(const void* id) noexcept { static_cast<void>(id); }
};

/// The clock of an event loop, for the time between two attempts.
class AsyncTimer {
  public:
    virtual ~AsyncTimer() = default;
    /// Calls `completion` after `duration`, on any thread, but never before `start` returns: a zero duration
    /// takes a turn of the loop, too.
    virtual void start(Duration duration, TimerCompletion completion) noexcept = 0;
    /// Asks for the completion with that `TimerCompletion::id` to be called soon. May come on any thread, and
    /// when there is none (any more). Doing nothing only makes a cancelled call end later.
    virtual void cancel(const void* id) noexcept { static_cast<void>(id); }
};

} // namespace belfry::inline v0
