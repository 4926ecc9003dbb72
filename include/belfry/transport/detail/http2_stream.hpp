// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/duplex_transport.hpp>
#include <belfry/transport/detail/attempt_clock.hpp>
#include <belfry/transport/detail/http2_session.hpp>
#include <belfry/transport/detail/origin.hpp>
#include <belfry/transport/detail/sigpipe.hpp>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <span>
#include <unistd.h>

namespace belfry::inline v0::detail {

/// An `Http2Session` for callers that block. It starts no thread: a caller that waits drives the connection,
/// and wakes other waiting callers when it has read or written something.
template <class Wire> class Http2Stream final : public DuplexStream {
  public:
    Http2Stream(int socket, Wire wire, AttemptClock& clock) noexcept
        : socket_(socket), clock_(clock), session_(wire, clock) {}
    Http2Stream(const Http2Stream&) = delete;
    Http2Stream& operator=(const Http2Stream&) = delete;
    ~Http2Stream() override {
        for (const int end : alarm_)
            if (end >= 0) ::close(end);
    }

    /// Sends the request's head, within the connect limit.
    TransportResult begin(const HttpRequest& request, const Origin& origin) {
        if (::pipe(alarm_) != 0) return {TransportStatus::failed, std::strerror(errno)};
        for (const int end : alarm_) {
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
            ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
        }
        TransportResult begun = session_.begin(request, origin);
        if (begun.status != TransportStatus::ok) return begun;
        static_cast<void>(wait([this] { return session_.has_sent(); }));
        clock_.connected();
        // The limit may have expired while the last byte was written.
        return session_.failure();
    }

    TransportResult write(std::span<const std::byte> bytes) noexcept override {
        TransportResult result = guarded([&] { return write_all(bytes); });
        const std::lock_guard lock(mutex_);
        session_.drop_unsent();
        return result;
    }
    TransportResult close_write() noexcept override {
        return guarded([&] {
            {
                const std::lock_guard lock(mutex_);
                session_.close();
                if (driving_) ring();
            }
            return wait([this] { return session_.has_closed(); });
        });
    }
    TransportResult read_head(int& status, Headers& headers) noexcept override {
        return guarded([&]() -> TransportResult {
            TransportResult result = wait([this] { return session_.has_head(); });
            const std::lock_guard lock(mutex_);
            return result.status != TransportStatus::ok ? result : session_.take_head(status, headers);
        });
    }
    TransportResult read(std::span<std::byte> buffer, std::size_t& count) noexcept override {
        count = 0;
        return guarded([&] { return read_some(buffer, count); });
    }
    void cancel() noexcept override {
        session_.cancel();
        ring();
    }

  private:
    TransportResult write_all(std::span<const std::byte> bytes) {
        {
            const std::lock_guard lock(mutex_);
            if (session_.is_closing()) return {TransportStatus::failed, "the request's body was closed"};
            session_.write(bytes);
            if (driving_) ring();
        }
        TransportResult result = wait([this] { return session_.has_written(); });
        const std::lock_guard lock(mutex_);
        return result.status == TransportStatus::ok ? session_.written() : result;
    }
    TransportResult read_some(std::span<std::byte> buffer, std::size_t& count) {
        if (buffer.empty()) return {TransportStatus::failed, "the read buffer is empty"};
        TransportResult result = wait([this] { return session_.has_body(); });
        const std::lock_guard lock(mutex_);
        // A cancellation after the wait must not be reported as the end of the body.
        if (session_.is_cancelled()) return session_.cancellation();
        // Bytes that arrived before a failure are delivered first.
        if (!session_.has_bytes()) return result;
        count = session_.take_bytes(buffer);
        return {};
    }

    /// Runs a function of the interface, where exceptions must not escape.
    template <class Work> static TransportResult guarded(Work work) noexcept {
#if defined(__cpp_exceptions)
        try {
            return work();
        } catch (...) {
            // Short enough for the small string optimisation.
            return {TransportStatus::failed, "out of memory"};
        }
#else
        return work();
#endif
    }
    /// Ends the driver's sleep.
    void ring() const noexcept {
        const char byte = 0;
        while (::write(alarm_[1], &byte, 1) < 0 && errno == EINTR) {
        }
    }

    /// Drives the connection, or waits while another thread does, until `ready` or until that is hopeless.
    template <class Ready> TransportResult wait(Ready ready) {
        const ScopedSigpipeBlock block;
        std::unique_lock lock(mutex_);
        // The time between two calls does not count as idle.
        clock_.moved();
        for (;;) {
            if (session_.is_cancelled()) return session_.cancellation();
            session_.exchange();
            // These bytes may be what another thread waits for; the socket will not wake it again.
            if (session_.take_received() && driving_) ring();
            if (const char* const limit = clock_.expired()) session_.fail(TransportStatus::timed_out, limit);
            if (ready()) {
                changed_.notify_all();
                return {};
            }
            if (session_.has_failed()) {
                changed_.notify_all();
                return session_.failure();
            }
            if (driving_) {
                changed_.wait(lock);
                continue;
            }
            driving_ = true;
            pollfd entries[] = {
                {socket_, static_cast<short>(POLLIN | (session_.has_sent() ? 0 : POLLOUT)), 0},
                {alarm_[0], POLLIN, 0}};
            // Let other threads run even if there is more to receive.
            const int milliseconds = session_.has_more() ? 0 : clock_.wait_milliseconds();
            lock.unlock();
            ::poll(entries, 2, milliseconds);
            lock.lock();
            driving_ = false;
            char bytes[64];
            while (::read(alarm_[0], bytes, sizeof bytes) > 0) {
            }
            changed_.notify_all();
        }
    }

    int socket_;
    int alarm_[2] = {-1, -1};
    std::mutex mutex_;
    std::condition_variable changed_;
    // Guarded by the mutex.
    AttemptClock& clock_;
    Http2Session<Wire> session_;
    bool driving_ = false;
};

} // namespace belfry::inline v0::detail
