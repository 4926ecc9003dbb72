// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/blob.hpp>
#include <belfry/core/body_source.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

/// A blob payload that may be large (Smithy `streaming`): bytes that it holds, or, in an input, a source that
/// is read while the request is sent. In an output it holds what was received, unless
/// `CallOptions::response_body` took it.
class StreamingBlob {
  public:
    StreamingBlob() = default;
    StreamingBlob(Blob bytes) noexcept : blob_(std::move(bytes)) {}        // NOLINT
    StreamingBlob(std::string bytes) noexcept : blob_(std::move(bytes)) {} // NOLINT
    StreamingBlob(const char* text) : blob_(text) {}                       // NOLINT
    StreamingBlob(std::string_view bytes) : blob_(bytes) {}                // NOLINT
    /// Reads the payload from `source`, which must live until the call has ended. `length` is in bytes; -1
    /// when it is not known, which few services accept.
    explicit StreamingBlob(BodySource& source, std::int64_t length = -1) noexcept
        : source_(&source), length_(length < 0 ? -1 : length) {}
    /// Reads the payload from a source that knows its own length, such as `MemorySource` and `FileSource`.
    template <class Source>
        requires(!std::is_const_v<Source> && std::is_convertible_v<Source*, BodySource*> &&
                 requires(const Source& source) { std::int64_t{source.length()}; })
    StreamingBlob(Source& source) noexcept : StreamingBlob(source, source.length()) {} // NOLINT

    /// Where the payload is read from; null when it is held here.
    [[nodiscard]] BodySource* source() const noexcept { return source_; }
    /// In bytes; -1 when it is not known.
    [[nodiscard]] std::int64_t length() const noexcept {
        return source_ != nullptr ? length_ : static_cast<std::int64_t>(size());
    }

    /// The bytes that are held here; none when there is a source.
    [[nodiscard]] const Blob& blob() const noexcept { return blob_; }
    operator const Blob&() const noexcept { return blob_; } // NOLINT
    [[nodiscard]] const char* data() const noexcept { return blob_.data(); }
    [[nodiscard]] std::size_t size() const noexcept { return blob_.size(); }
    [[nodiscard]] bool empty() const noexcept { return blob_.empty(); }
    [[nodiscard]] std::string_view view() const noexcept { return blob_.view(); }
    [[nodiscard]] std::string& bytes() noexcept { return blob_.bytes(); }
    [[nodiscard]] const std::string& bytes() const noexcept { return blob_.bytes(); }

    friend bool operator==(const StreamingBlob&, const StreamingBlob&) = default;

  private:
    // The first member, so that codecs find a `Blob` here.
    Blob blob_;
    BodySource* source_ = nullptr;
    std::int64_t length_ = 0;
};

namespace detail {
template <> inline constexpr bool is_streaming_blob<StreamingBlob> = true;
} // namespace detail

} // namespace belfry::inline v0
