// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// Reads a body from memory that it does not own and that must not change meanwhile.
class MemorySource final : public BodySource {
  public:
    explicit MemorySource(std::string_view bytes) noexcept : bytes_(bytes) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        const std::size_t left = bytes_.size() - at_;
        const std::size_t count = left < capacity ? left : capacity;
        if (count != 0) std::memcpy(buffer, bytes_.data() + at_, count);
        at_ += count;
        return static_cast<std::ptrdiff_t>(count);
    }
    bool rewind() noexcept override {
        at_ = 0;
        return true;
    }
    /// In bytes.
    [[nodiscard]] std::int64_t length() const noexcept { return static_cast<std::int64_t>(bytes_.size()); }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

namespace detail {
struct NoRewind {
    bool operator()() const noexcept { return false; }
};
} // namespace detail

/// Reads a body by calling `read(char* buffer, std::size_t capacity)`, which behaves as `BodySource::read`
/// does, and `bool rewind()` to start again. Without the latter the body can be sent only once. Neither
/// may throw.
template <class Read, class Rewind = detail::NoRewind> class CallableSource final : public BodySource {
  public:
    explicit CallableSource(Read read, Rewind rewind = {})
        : read_(std::move(read)), rewind_(std::move(rewind)) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        begun_ = true;
        return read_(buffer, capacity);
    }
    bool rewind() noexcept override {
        if (begun_ && !rewind_()) return false;
        begun_ = false;
        return true;
    }

  private:
    Read read_;
    Rewind rewind_;
    bool begun_ = false;
};

} // namespace belfry::inline v0
