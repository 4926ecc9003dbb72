// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::inline v0 {

/// How text in a response is read that its format does not allow: bytes that are not UTF-8, half of a
/// surrogate pair (`"\ud800"`), and in XML characters that XML 1.0 forbids, such as U+0007
/// (https://www.w3.org/TR/xml/#charsets). It only concerns members of the model: what the model does not list
/// is skipped, and the code and message of an error are always read.
enum class InvalidText : std::uint8_t {
    /// In JSON, CBOR, headers and events, U+FFFD takes the place of each piece that is not text (RFC 8259
    /// section 8.2 leaves it open; Unicode 15.0 section 3.9 says which pieces). In XML it is an error, as
    /// XML 1.0 section 1.2 demands.
    by_format,
    /// An error in every format.
    reject,
    /// As `by_format`; and in XML, a character that XML 1.0 forbids is read as that character, except that
    /// U+FFFD stands for NUL, for halves of surrogate pairs and for numbers above U+10FFFF.
    repair,
};

struct Type;

namespace detail {
/// Makes members absent that cannot be read, and keeps why: `UnreadableMembers`, which only programs that ask
/// for it compile.
class MemberSkipper : public ErrorDetail {
  public:
    enum class Format : std::uint8_t { other, json, cbor };
    struct Place {
        Format format = Format::other;
        /// The format's reader, which has failed, and the place of the member's value.
        void* reader = nullptr;
        const char* at = nullptr;
        /// How many levels the reader may go down from there.
        std::size_t depth_left = 0;
        /// How deep the document may nest.
        std::size_t max_depth = 0;
        /// The type that was expected there, if the value has another one.
        const char* expected = nullptr;
        /// For other formats: the path of the member, and why it cannot be read.
        std::string_view path{};
        std::string_view reason{};
    };
    /// Returns the place behind the value; null if it is not well-formed.
    virtual const char* skip(const Type& type, void* slot, const Place& place) = 0;
    /// Whether the next member should come with its path, which takes time to find.
    [[nodiscard]] virtual bool wants_path() const noexcept = 0;
};
} // namespace detail

/// Limits for responses, which are not trusted, and what to do with those that do not fit.
struct DecodeOptions {
    /// How many objects, lists or elements may be nested in each other; the stack must hold that many calls.
    std::size_t max_depth = 128;
    /// How many bytes the elements of lists and maps, and structures that contain themselves, may take once
    /// they are decoded; 0 for 64 MiB and 32 bytes for each byte of the document. An element that is `{}`
    /// takes as much as a full one. A vector that grows holds up to three times as much for a moment. All
    /// other values take at most a few times as much as their text.
    std::size_t max_memory = 0;
    InvalidText invalid_text = InvalidText::by_format;
    /// Takes the members that cannot be read and are not required, which then are absent: an
    /// `UnreadableMembers` (`belfry/unreadable_members.hpp`). Null to make such a member an error.
    detail::MemberSkipper* unreadable_members = nullptr;
};

namespace detail {

/// The rest of `DecodeOptions::max_memory` while a document is decoded.
class MemoryLimit {
  public:
    MemoryLimit(const DecodeOptions& options, std::size_t document_size) noexcept
        : left_(static_cast<std::int64_t>(options.max_memory)) {
        if (left_ == 0)
            left_ =
                std::int64_t{64} * 1024 * 1024 + std::int64_t{32} * static_cast<std::int64_t>(document_size);
        // More than there can be.
        if (left_ < 0) left_ = 0x7fff'ffff'ffff'ffff;
    }
    /// Takes some of it, in units of 8 bytes; false if there is not enough.
    [[nodiscard]] bool take(std::uint32_t words) noexcept {
        left_ -= std::int64_t{8} * words;
        return left_ >= 0;
    }
    void give(std::int64_t bytes) noexcept { left_ += bytes; }

    /// An array, because it has the same address in each source file. A literal need not.
    static constexpr char problem[] = "the members take more memory than the limit: see max_response_memory";

  private:
    std::int64_t left_;
};

} // namespace detail
} // namespace belfry::inline v0
