// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#if !defined(_WIN32)
#include <cerrno>
#include <csignal>
#include <ctime>
#endif

namespace belfry::inline v0::detail {

/// Blocks SIGPIPE on this thread: TLS libraries write to sockets without MSG_NOSIGNAL, so that a peer's reset
/// would end the program. The handler and the threads of the program are left as they are.
class ScopedSigpipeBlock {
  public:
    ScopedSigpipeBlock(const ScopedSigpipeBlock&) = delete;
    ScopedSigpipeBlock& operator=(const ScopedSigpipeBlock&) = delete;
#if defined(_WIN32)
    ScopedSigpipeBlock() noexcept {}
    ~ScopedSigpipeBlock() {}
#else
    ScopedSigpipeBlock() noexcept {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        was_pending_ = is_pending();
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~ScopedSigpipeBlock() {
        // errno belongs to the code around this block.
        const int error = errno;
        if (!was_pending_) take_pending();
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        errno = error;
    }

  private:
    [[nodiscard]] static bool is_pending() noexcept {
        sigset_t pending;
        sigpending(&pending);
        return sigismember(&pending, SIGPIPE) == 1;
    }
    /// Consumes the signal that a write has raised meanwhile: unblocking would deliver it.
    void take_pending() noexcept {
#if defined(__APPLE__)
        int signal = 0;
        if (is_pending()) sigwait(&pipe_, &signal);
#else
        const timespec now{};
        while (::sigtimedwait(&pipe_, nullptr, &now) < 0 && errno == EINTR) {
        }
#endif
    }

    sigset_t pipe_;
    sigset_t before_;
    bool was_pending_ = false;
#endif
};

} // namespace belfry::inline v0::detail
