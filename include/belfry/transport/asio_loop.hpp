// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(_WIN32)
#error "belfry/transport/asio_loop.hpp works on POSIX systems"
#endif
#if !__has_include(<boost/asio/io_context.hpp>)
#error "Boost is missing: install libboost-dev (apt), boost-devel (dnf), boost-dev (apk) or boost"
#endif

#include <belfry/http/async_transport.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/http/without_throwing.hpp>
#include <belfry/transport/asio_timer.hpp>
#include <belfry/transport/socket_loop.hpp>
#include <belfry/util/config.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

/// An `io_context` as the event loop of an `AsyncCurlTransport` and as the timer of an `AsyncCaller`. One
/// thread at a time must run the context. Must live as long as the transports that it drives, and be
/// destroyed while the context does not run; the context must live longer.
class AsioLoop final : public SocketLoop, public AsyncTimer {
  public:
    explicit AsioLoop(boost::asio::io_context& context)
        : context_(context), alive_(std::make_shared<AsioLoop*>(this)) {}
    ~AsioLoop() override {
        *alive_ = nullptr;
        for (auto& [socket, watched] : watched_) watched->descriptor.release();
    }
    AsioLoop(const AsioLoop&) = delete;
    AsioLoop& operator=(const AsioLoop&) = delete;

    void attach(SocketHandler& handler) override {
        handlers_.push_back(std::make_shared<Attached>(context_, handler));
    }
    [[nodiscard]] bool watch(SocketHandler& handler, std::intptr_t socket,
                             unsigned events) noexcept override {
        const TransportResult result = detail::without_throwing([&] {
            const auto number = static_cast<int>(socket);
            const auto found = watched_.find(number);
            if (events == 0) {
                if (found == watched_.end()) return;
                // The socket's owner closes it.
                found->second->descriptor.release();
                watched_.erase(found);
                return;
            }
            std::shared_ptr<Watched> watched = found != watched_.end() ? found->second : nullptr;
            if (!watched) {
                watched = std::make_shared<Watched>(context_, handler, number);
                watched_.emplace(number, watched);
            }
            watched->handler = &handler;
            watched->events = events;
            wait(watched);
        });
        return result.status == TransportStatus::ok;
    }
    void set_timer(SocketHandler& handler, std::optional<Duration> delay) noexcept override {
        static_cast<void>(detail::without_throwing([&] {
            const std::shared_ptr<Attached> attached = find(handler);
            if (!attached) return;
            // Also cancels the wait before; one that is over already sees another number.
            const unsigned number = ++attached->timer_number;
            attached->timer.cancel();
            if (!delay) return;
            attached->timer.expires_after(std::chrono::nanoseconds(delay->count()));
            attached->timer.async_wait([attached, number](const auto&) {
                if (attached->handler != nullptr && attached->timer_number == number)
                    attached->handler->on_time();
            });
        }));
    }
    void wake(SocketHandler& handler) noexcept override {
        static_cast<void>(detail::without_throwing([&] {
            boost::asio::post(context_, [alive = alive_, wanted = &handler] {
                if (*alive == nullptr) return;
                if (const std::shared_ptr<Attached> attached = (*alive)->find(*wanted))
                    attached->handler->on_wake();
            });
        }));
    }
    void forget(SocketHandler& handler) noexcept override {
        std::erase_if(watched_, [&](const auto& entry) {
            if (entry.second->handler != &handler) return false;
            entry.second->descriptor.release();
            return true;
        });
        std::erase_if(handlers_, [&](const std::shared_ptr<Attached>& attached) {
            if (attached->handler != &handler) return false;
            attached->handler = nullptr;
            attached->timer.cancel();
            return true;
        });
    }

    void start(Duration duration, TimerCompletion completion) noexcept override {
        timer_.start(duration, std::move(completion));
    }
    void cancel(const void* id) noexcept override { timer_.cancel(id); }

  private:
    using Error = boost::system::error_code;
    struct Watched {
        Watched(boost::asio::io_context& context, SocketHandler& h, int socket)
            : descriptor(context, socket), handler(&h) {}
        boost::asio::posix::stream_descriptor descriptor;
        SocketHandler* handler;
        unsigned events = 0;
        /// The `SocketEvents` that are waited for.
        unsigned waiting = 0;
    };
    struct Attached {
        Attached(boost::asio::io_context& context, SocketHandler& h) : handler(&h), timer(context) {}
        SocketHandler* handler;
        boost::asio::steady_timer timer;
        unsigned timer_number = 0;
    };

    [[nodiscard]] std::shared_ptr<Attached> find(const SocketHandler& handler) const noexcept {
        for (const std::shared_ptr<Attached>& attached : handlers_)
            if (attached->handler == &handler) return attached;
        return nullptr;
    }

    void wait(const std::shared_ptr<Watched>& watched) {
        using Descriptor = boost::asio::posix::stream_descriptor;
        wait_for(watched, socket_readable, Descriptor::wait_read);
        wait_for(watched, socket_writable, Descriptor::wait_write);
    }
    void wait_for(const std::shared_ptr<Watched>& watched, unsigned event,
                  boost::asio::posix::stream_descriptor::wait_type type) {
        if ((watched->events & event) == 0 || (watched->waiting & event) != 0) return;
        watched->waiting |= event;
        watched->descriptor.async_wait(type, [this, alive = alive_, watched, event](const Error& error) {
            watched->waiting &= ~event;
            // Its place in the table tells whether it is still watched: the number may be another socket's.
            if (*alive == nullptr || error == boost::asio::error::operation_aborted ||
                !watched->descriptor.is_open() || (watched->events & event) == 0)
                return;
            watched->handler->on_ready(watched->descriptor.native_handle(), event);
            if (*alive != nullptr && watched->descriptor.is_open())
                static_cast<void>(detail::without_throwing([&] { wait(watched); }));
        });
    }
    boost::asio::io_context& context_;
    /// Handlers that are still in the context see whether this object is.
    std::shared_ptr<AsioLoop*> alive_;
    std::unordered_map<int, std::shared_ptr<Watched>> watched_;
    std::vector<std::shared_ptr<Attached>> handlers_;
    AsioTimer timer_{context_};
};

} // namespace belfry::inline v0
