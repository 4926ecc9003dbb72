// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <utility>

namespace soak {

/// Counters that the server writes and the client reads, in memory that both processes have.
struct Counts {
    std::atomic<std::uint64_t> requests{};
    std::atomic<std::uint64_t> connections{};
    /// Requests that the server could not attribute to a call.
    std::atomic<std::uint64_t> unknown{};
    /// Retries that came sooner than `x-amz-retry-after` of the answer before asks for.
    std::atomic<std::uint64_t> early{};
    /// Retries with another idempotency token than the first attempt.
    std::atomic<std::uint64_t> other_tokens{};
    /// Requests that were signed with keys that had expired.
    std::atomic<std::uint64_t> expired_keys{};
    /// Requests that were refused because of their date.
    std::atomic<std::uint64_t> refused_dates{};
    /// Fetches of credentials, and those that the server refused.
    std::atomic<std::uint64_t> fetches{};
    std::atomic<std::uint64_t> refused_fetches{};
    /// Answers after which the server closed without saying so.
    std::atomic<std::uint64_t> closes{};
    /// Set by the client: the time of day of the virtual clock, and by how many seconds the server's clock
    /// is ahead.
    std::atomic<std::int64_t> virtual_seconds{};
    std::atomic<std::int64_t> ahead{};
    /// Whether the server refuses to give credentials.
    std::atomic<bool> refuses_fetches{};
};

/// The server's notes on a call.
struct Trace {
    std::atomic<std::uint8_t> seen;
    std::atomic<std::uint8_t> executed;
    std::atomic<std::uint32_t> token;
    /// Milliseconds of the monotonic clock before which the next attempt should not come.
    std::atomic<std::int64_t> not_before;
};

class Shared {
  public:
    explicit Shared(std::uint32_t calls) : calls_(calls), size_(sizeof(Counts) + calls * sizeof(Trace)) {
        memory_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory_ == MAP_FAILED) throw std::bad_alloc();
        // All pages at once, or reading them would look like memory that grows.
        std::memset(memory_, 0, size_);
        counts_ = ::new (memory_) Counts;
        traces_ = reinterpret_cast<Trace*>(static_cast<char*>(memory_) + sizeof(Counts));
    }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared() { ::munmap(memory_, size_); }

    [[nodiscard]] std::uint32_t calls() const noexcept { return calls_; }
    [[nodiscard]] Counts& counts() const noexcept { return *counts_; }
    [[nodiscard]] Trace& trace(std::uint32_t number) const noexcept { return traces_[number]; }

  private:
    std::uint32_t calls_;
    std::size_t size_;
    void* memory_ = nullptr;
    Counts* counts_ = nullptr;
    Trace* traces_ = nullptr;
};

static_assert(std::atomic<std::int64_t>::is_always_lock_free && sizeof(Counts) % alignof(Trace) == 0);

} // namespace soak
