// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<boost/asio/io_context.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/http/async_transport.hpp>
#include <belfry/http/without_throwing.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <utility>

namespace belfry::inline v0 {

/// The timer of an `AsyncCaller` on an `io_context` of Boost.Asio, which one thread at a time must run, or on
/// another executor that runs handlers one after another: `boost::asio::make_strand(context)` for a context
/// that several threads run. `start` and `cancel` may be called on any thread. Must be destroyed while none
/// of its waits can end, such as on the only thread that runs the context, which must live longer. Waits that
/// have not ended by then are abandoned with the context.
class AsioTimer final : public AsyncTimer {
  public:
    explicit AsioTimer(boost::asio::io_context& context)
        : AsioTimer(boost::asio::any_io_executor(context.get_executor())) {}
    explicit AsioTimer(const boost::asio::any_io_executor& executor)
        : state_(std::make_shared<State>(executor)) {}
    ~AsioTimer() override {
        state_->ended = true;
        state_->waits.clear();
    }
    AsioTimer(const AsioTimer&) = delete;
    AsioTimer& operator=(const AsioTimer&) = delete;

    /// A wait that cannot be kept for lack of memory is abandoned.
    void start(Duration duration, TimerCompletion completion) noexcept override {
        static_cast<void>(detail::without_throwing([&] {
            boost::asio::post(state_->executor,
                              [state = state_, duration, done = std::move(completion)]() mutable {
                                  if (!state->ended) begin(state, duration, std::move(done));
                              });
        }));
    }
    void cancel(const void* id) noexcept override {
        static_cast<void>(detail::without_throwing([&] {
            boost::asio::post(state_->executor, [state = state_, id] {
                if (const auto found = state->waits.find(id); found != state->waits.end())
                    found->second.cancel();
            });
        }));
    }

  private:
    struct State {
        explicit State(const boost::asio::any_io_executor& other) : executor(other) {}
        const boost::asio::any_io_executor executor;
        std::map<const void*, boost::asio::steady_timer> waits;
        bool ended = false;
    };

    static void begin(const std::shared_ptr<State>& state, Duration duration,
                      TimerCompletion completion) noexcept {
        static_cast<void>(detail::without_throwing([&] {
            const void* const id = completion.id();
            boost::asio::steady_timer& timer = state->waits.try_emplace(id, state->executor).first->second;
            timer.expires_after(std::chrono::nanoseconds(duration.count() > 0 ? duration.count() : 0));
            timer.async_wait([state, id, done = std::move(completion)](const auto&) mutable {
                if (state->ended) return;
                state->waits.erase(id);
                done();
            });
        }));
    }

    std::shared_ptr<State> state_;
};

} // namespace belfry::inline v0
