// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/async_transport.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/transport/poll_loop.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace belfry::transport_kit {

/// An asynchronous transport as one that blocks: it runs on its own thread, and `send` waits for it.
/// Each call of the kit is so an attempt on one loop, among the others that it has begun.
template <class Made, class Loop = PollLoop> class OnLoop final : public Transport {
  public:
    template <class Options>
    explicit OnLoop(Options options)
        : thread_([this, options = std::move(options)]() mutable {
              auto made = std::make_unique<Made>(loop_, std::move(options));
              {
                  const std::lock_guard lock(mutex_);
                  transport_ = made.get();
              }
              ready_.notify_all();
              loop_.run();
          }) {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return transport_ != nullptr; });
    }
    ~OnLoop() override {
        loop_.stop();
        thread_.join();
    }

    TransportResult send(const HttpRequest& request, ResponseSink& sink) noexcept override {
        struct Waiting final : AttemptCompletion::Handler {
            void on_complete(TransportResult outcome) noexcept override {
                const std::lock_guard lock(mutex);
                result = std::move(outcome);
                done = true;
                ended.notify_all();
            }
            void on_abandoned() noexcept override {
                on_complete({TransportStatus::failed, "the transport dropped the attempt"});
            }
            std::mutex mutex;
            std::condition_variable ended;
            TransportResult result;
            bool done = false;
        } waiting;
        transport_->start(request, sink, AttemptCompletion(waiting));
        std::unique_lock lock(waiting.mutex);
        waiting.ended.wait(lock, [&] { return waiting.done; });
        return std::move(waiting.result);
    }

  private:
    Loop loop_;
    std::mutex mutex_;
    std::condition_variable ready_;
    Made* transport_ = nullptr;
    std::thread thread_;
};

} // namespace belfry::transport_kit
