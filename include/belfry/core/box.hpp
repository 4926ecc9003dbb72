// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0 {

/// An optional value that lives on the heap, for a structure that contains itself. Copies are deep. Copying,
/// comparing and destroying take stack for each level, as they do with `std::unique_ptr` and `std::vector`.
/// Values that Belfry makes are not deeper than `ClientConfig::max_response_depth`.
template <class T> class Box {
  public:
    using value_type = T;

    Box() noexcept = default;
    Box(T value) : pointer_(new T(std::move(value))) {} // NOLINT: implicit, to assign a value
    Box(const Box& other) : pointer_(other.pointer_ != nullptr ? new T(*other.pointer_) : nullptr) {}
    Box(Box&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
    Box& operator=(Box other) noexcept {
        std::swap(pointer_, other.pointer_);
        return *this;
    }
    ~Box() { delete pointer_; }

    [[nodiscard]] bool has_value() const noexcept { return pointer_ != nullptr; }
    [[nodiscard]] explicit operator bool() const noexcept { return pointer_ != nullptr; }
    [[nodiscard]] T& operator*() noexcept { return *pointer_; }
    [[nodiscard]] const T& operator*() const noexcept { return *pointer_; }
    [[nodiscard]] T* operator->() noexcept { return pointer_; }
    [[nodiscard]] const T* operator->() const noexcept { return pointer_; }
    /// Replaces the value by a default-constructed one.
    T& emplace() {
        reset();
        pointer_ = new T();
        return *pointer_;
    }
    void reset() noexcept { delete std::exchange(pointer_, nullptr); }

    friend bool operator==(const Box& a, const Box& b) {
        if (a.pointer_ == nullptr || b.pointer_ == nullptr) return a.pointer_ == b.pointer_;
        return *a.pointer_ == *b.pointer_;
    }

  private:
    T* pointer_ = nullptr;
};

} // namespace belfry::inline v0
