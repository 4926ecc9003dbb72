// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstdint>

/// `BELFRY_NO_THREADS` is for programs in which one thread at most uses Belfry, where the processor has no
/// atomic instruction for eight bytes and the toolchain has no library for it. Define it in the same way for
/// the whole program.
#if !BELFRY_HAS_GNU_EXTENSIONS && !defined(BELFRY_NO_THREADS)
#include <atomic>
#endif

namespace belfry::inline v0::detail {

/// A number or an enumerator of at most eight bytes that several threads read and change, without what
/// `<atomic>` costs to include. It orders no other memory. A copy starts with the value as it is at that
/// moment.
template <class T> class Atomic {
  public:
    constexpr explicit Atomic(T value = T{}) noexcept : value_(value) {}
    Atomic(const Atomic& other) noexcept : value_(other.load()) {}
    Atomic& operator=(const Atomic& other) noexcept {
        store(other.load());
        return *this;
    }

#if defined(BELFRY_NO_THREADS)
    [[nodiscard]] T load() const noexcept { return value_; }
    void store(T value) noexcept { value_ = value; }
    bool compare_exchange_weak(T& expected, T desired) noexcept {
        const bool equal = value_ == expected;
        expected = value_;
        if (equal) value_ = desired;
        return equal;
    }

  private:
    T value_;
#elif BELFRY_HAS_GNU_EXTENSIONS
    [[nodiscard]] T load() const noexcept {
        T value;
        __atomic_load(&value_, &value, __ATOMIC_RELAXED);
        return value;
    }
    void store(T value) noexcept { __atomic_store(&value_, &value, __ATOMIC_RELAXED); }
    /// Sets `desired` if the value is `expected`; else reads the value into `expected`. It may fail although
    /// the value is `expected`.
    bool compare_exchange_weak(T& expected, T desired) noexcept {
        return __atomic_compare_exchange(&value_, &expected, &desired, true, __ATOMIC_RELAXED,
                                         __ATOMIC_RELAXED);
    }

  private:
    // Some 32-bit systems align eight bytes in a class to four, where no instruction reads them at once.
    alignas(sizeof(T)) T value_;
#else
    [[nodiscard]] T load() const noexcept { return value_.load(std::memory_order_relaxed); }
    void store(T value) noexcept { value_.store(value, std::memory_order_relaxed); }
    bool compare_exchange_weak(T& expected, T desired) noexcept {
        return value_.compare_exchange_weak(expected, desired, std::memory_order_relaxed);
    }

  private:
    std::atomic<T> value_;
#endif
};

using AtomicInteger = Atomic<std::int64_t>;

/// A pointer to what one thread has written and other threads read.
template <class T> class PublishedPointer {
  public:
    PublishedPointer() noexcept = default;
    PublishedPointer(const PublishedPointer&) = delete;
    PublishedPointer& operator=(const PublishedPointer&) = delete;

#if defined(BELFRY_NO_THREADS)
    [[nodiscard]] T* load() const noexcept { return pointer_; }
    [[nodiscard]] bool replace(T*& expected, T* desired) noexcept {
        const bool equal = pointer_ == expected;
        expected = pointer_;
        if (equal) pointer_ = desired;
        return equal;
    }

  private:
    T* pointer_ = nullptr;
#elif BELFRY_HAS_GNU_EXTENSIONS
    /// After this, the thread sees all that was written before the pointer was set.
    [[nodiscard]] T* load() const noexcept { return __atomic_load_n(&pointer_, __ATOMIC_ACQUIRE); }
    /// Sets `desired` if the pointer is `expected`; else reads the pointer into `expected`. It may fail
    /// although the pointer is `expected`.
    [[nodiscard]] bool replace(T*& expected, T* desired) noexcept {
        return __atomic_compare_exchange_n(&pointer_, &expected, desired, true, __ATOMIC_ACQ_REL,
                                           __ATOMIC_ACQUIRE);
    }

  private:
    T* pointer_ = nullptr;
#else
    [[nodiscard]] T* load() const noexcept { return pointer_.load(std::memory_order_acquire); }
    [[nodiscard]] bool replace(T*& expected, T* desired) noexcept {
        return pointer_.compare_exchange_weak(expected, desired, std::memory_order_acq_rel,
                                              std::memory_order_acquire);
    }

  private:
    std::atomic<T*> pointer_{nullptr};
#endif
};

/// A lock that callers try to take and never wait for.
class TryLock {
  public:
    TryLock() noexcept = default;
    TryLock(const TryLock&) = delete;
    TryLock& operator=(const TryLock&) = delete;

#if defined(BELFRY_NO_THREADS)
    [[nodiscard]] bool try_lock() noexcept {
        const bool free = !taken_;
        taken_ = true;
        return free;
    }
    void unlock() noexcept { taken_ = false; }

  private:
    bool taken_ = false;
#elif BELFRY_HAS_GNU_EXTENSIONS
    /// Takes the lock; false if it is already taken.
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
