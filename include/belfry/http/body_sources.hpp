// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/request.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

/// Reads a body from memory that it does not own and that must not change meanwhile.
class MemorySource final : public BodySource {
  public:
    explicit MemorySource(std::string_view bytes) noexcept : bytes_(bytes) {}
    /// The same for bytes of other types, such as a `std::span<const std::byte>` or a `std::vector` of
    /// `unsigned char`.
    template <class Bytes>
        requires(!std::convertible_to<const Bytes&, std::string_view> &&
                 (std::is_lvalue_reference_v<Bytes> ||
                  std::ranges::enable_borrowed_range<std::remove_cvref_t<Bytes>>) &&
                 requires(const Bytes& bytes) { std::as_bytes(std::span(bytes)); } &&
                 sizeof(*std::declval<const Bytes&>().data()) == 1)
    explicit MemorySource(Bytes&& bytes) noexcept
        : bytes_(static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()) {}
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
/// does, and `bool rewind()` to start again. Without the latter the body can be sent only once. An exception
/// counts as a failure.
template <class Read, class Rewind = detail::NoRewind> class CallableSource final : public BodySource {
  public:
    explicit CallableSource(Read read, Rewind rewind = {})
        : read_(std::move(read)), rewind_(std::move(rewind)) {}
    std::ptrdiff_t read(char* buffer, std::size_t capacity) noexcept override {
        begun_ = true;
#if defined(__cpp_exceptions)
        try {
            return read_(buffer, capacity);
        } catch (...) {
            return -1;
        }
#else
        return read_(buffer, capacity);
#endif
    }
    bool rewind() noexcept override {
#if defined(__cpp_exceptions)
        try {
            if (begun_ && !rewind_()) return false;
        } catch (...) {
            return false;
        }
#else
        if (begun_ && !rewind_()) return false;
#endif
        begun_ = false;
        return true;
    }

  private:
    Read read_;
    Rewind rewind_;
    bool begun_ = false;
};

} // namespace belfry::inline v0
