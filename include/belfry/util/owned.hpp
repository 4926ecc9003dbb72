// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <utility>

namespace belfry::inline v0::detail {

/// Owns an object made with `new`, or nothing. Stands in for `std::unique_ptr`, whose header costs more to
/// compile than the declarations of a service.
template <class T> class Owned {
  public:
    Owned() noexcept = default;
    explicit Owned(T* owned) noexcept : pointer_(owned) {}
    Owned(Owned&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
    Owned& operator=(Owned&& other) noexcept {
        std::swap(pointer_, other.pointer_);
        return *this;
    }
    ~Owned() { delete pointer_; }

    /// Gives the object to the caller.
    [[nodiscard]] T* release() noexcept { return std::exchange(pointer_, nullptr); }
    [[nodiscard]] T* get() const noexcept { return pointer_; }
    [[nodiscard]] T& operator*() const noexcept { return *pointer_; }
    [[nodiscard]] T* operator->() const noexcept { return pointer_; }
    [[nodiscard]] explicit operator bool() const noexcept { return pointer_ != nullptr; }

  private:
    T* pointer_ = nullptr;
};

} // namespace belfry::inline v0::detail
