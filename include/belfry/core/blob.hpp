// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// Raw bytes. Belfry applies and removes base64 where a protocol asks for it.
class Blob {
  public:
    Blob() = default;
    Blob(std::string bytes) noexcept : bytes_(std::move(bytes)) {} // NOLINT
    Blob(const char* text) : bytes_(text) {}                       // NOLINT
    Blob(std::string_view bytes) : bytes_(bytes) {}                // NOLINT
    Blob(const void* data, std::size_t size) : bytes_(static_cast<const char*>(data), size) {}

    [[nodiscard]] const char* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] std::string_view view() const noexcept { return bytes_; }
    /// The bytes, to move in or out.
    [[nodiscard]] std::string& bytes() noexcept { return bytes_; }
    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

    friend bool operator==(const Blob&, const Blob&) = default;

  private:
    std::string bytes_;
};

namespace detail {
/// Whether the type is `StreamingBlob`.
template <class T> inline constexpr bool is_streaming_blob = false;
} // namespace detail

} // namespace belfry::inline v0
