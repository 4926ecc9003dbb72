// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#if !defined(__GNUC__) && !defined(__clang__)
#include <atomic>
#endif

namespace belfry::inline v0::detail {

/// A 64-bit number that several threads read and change, without what `<atomic>` costs to include. A copy
/// starts with the number as it is at that moment.
class AtomicInteger {
  public:
    explicit AtomicInteger(std::int64_t value = 0) noexcept : value_(value) {}
    AtomicInteger(const AtomicInteger& other) noexcept : value_(other.load()) {}
    AtomicInteger& operator=(const AtomicInteger& other) noexcept {
        store(other.load());
        return *this;
    }

#if defined(__GNUC__) || defined(__clang__)
    [[nodiscard]] std::int64_t load() const noexcept { return __atomic_load_n(&value_, __ATOMIC_RELAXED); }
    void store(std::int64_t value) noexcept { __atomic_store_n(&value_, value, __ATOMIC_RELAXED); }
    /// Sets `desired` if the number is `expected`; else reads the number into `expected`.
    bool exchange_if(std::int64_t& expected, std::int64_t desired) noexcept {
        return __atomic_compare_exchange_n(&value_, &expected, desired, true, __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED);
    }

  private:
    std::int64_t value_;
#else
    [[nodiscard]] std::int64_t load() const noexcept { return value_.load(std::memory_order_relaxed); }
    void store(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
    bool exchange_if(std::int64_t& expected, std::int64_t desired) noexcept {
        return value_.compare_exchange_weak(expected, desired, std::memory_order_relaxed);
    }

  private:
    std::atomic<std::int64_t> value_;
#endif
};

/// A lock that is tried and never waited for.
class TryLock {
  public:
    TryLock() noexcept = default;
    TryLock(const TryLock&) = delete;
    TryLock& operator=(const TryLock&) = delete;

#if defined(__GNUC__) || defined(__clang__)
    /// Takes the lock; false when it is taken.
    [[nodiscard]] bool try_lock() noexcept { return !__atomic_test_and_set(&taken_, __ATOMIC_ACQUIRE); }
    /// Only for the thread that holds the lock.
    void unlock() noexcept { __atomic_clear(&taken_, __ATOMIC_RELEASE); }

  private:
    bool taken_ = false;
#else
    [[nodiscard]] bool try_lock() noexcept { return !taken_.test_and_set(std::memory_order_acquire); }
    void unlock() noexcept { taken_.clear(std::memory_order_release); }

  private:
    std::atomic_flag taken_{};
#endif
};

} // namespace belfry::inline v0::detail
