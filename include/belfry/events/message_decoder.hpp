// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/key_index.hpp>
#include <belfry/events/message.hpp>
#include <belfry/util/crc32.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace belfry::inline v0 {
namespace detail {

[[nodiscard]] inline std::uint64_t read_big_endian(std::string_view bytes) noexcept {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

/// Whether two headers have one name. A hostile message may have 40,000 of them.
[[nodiscard]] inline bool has_repeated_header(const std::vector<EventHeader>& headers) {
    KeyIndex<std::string_view> index;
    index.reserve(headers.size());
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (index.find(&headers[0].name, i, sizeof(EventHeader), headers[i].name) != index.none) return true;
        index.added(&headers[0].name, i + 1, sizeof(EventHeader));
    }
    return false;
}

/// Reads the headers of a message; null, or what is wrong with them.
[[nodiscard]] inline const char* read_event_headers(std::string_view bytes,
                                                    std::vector<EventHeader>& headers) {
    headers.clear();
    while (!bytes.empty()) {
        const std::size_t name_size = static_cast<unsigned char>(bytes[0]);
        if (bytes.size() < name_size + 2) return "a header is cut off";
        EventHeader header;
        header.name = bytes.substr(1, name_size);
        const auto type = static_cast<unsigned char>(bytes[name_size + 1]);
        if (type > static_cast<unsigned char>(EventHeaderType::uuid)) return "a header's type is unknown";
        header.type = static_cast<EventHeaderType>(type);
        bytes.remove_prefix(name_size + 2);
        const int fixed = event_header_size(header.type);
        std::size_t size = static_cast<std::size_t>(fixed);
        if (fixed < 0) {
            if (bytes.size() < 2) return "a header is cut off";
            size = static_cast<std::size_t>(read_big_endian(bytes.substr(0, 2)));
            bytes.remove_prefix(2);
        }
        if (bytes.size() < size) return "a header is cut off";
        const std::string_view value = bytes.substr(0, size);
        if (fixed < 0 || header.type == EventHeaderType::uuid) {
            header.bytes = value;
        } else if (size != 0) {
            // The sign is in the first byte.
            const unsigned shift = 64 - 8 * static_cast<unsigned>(size);
            header.number = static_cast<std::int64_t>(read_big_endian(value) << shift) >> shift;
        }
        headers.push_back(header);
        bytes.remove_prefix(size);
    }
    return has_repeated_header(headers) ? "two headers have the same name" : nullptr;
}

} // namespace detail

/// Splits a stream of bytes, in pieces of any size, into messages. The prelude is checked
/// before anything is kept for it, and nothing is kept that has not come.
class EventStreamDecoder {
  public:
    enum class Step : std::uint8_t {
        need_more, ///< All bytes are used up, and no message is complete.
        message,   ///< `message()` is the next one.
        failed,    ///< The stream is broken; `fault()` says how. Final.
    };

    /// Uses up bytes from the front of `bytes`, as many as the next message takes.
    [[nodiscard]] Step next(std::string_view& bytes) {
        if (fault_ != nullptr) return Step::failed;
        if (taken_) {
            buffer_.clear();
            taken_ = false;
            total_ = 0;
        }
        if (total_ == 0 && !take(bytes, prelude_size)) return Step::need_more;
        if (total_ == 0 && !read_prelude()) return Step::failed;
        if (!take(bytes, total_)) return Step::need_more;
        taken_ = true;
        ++count_;
        return read_message() ? Step::message : Step::failed;
    }
    /// The message found last. It refers to bytes that stay until `next` is called again.
    [[nodiscard]] const EventMessage& message() const noexcept { return message_; }
    /// The bytes of that message.
    [[nodiscard]] std::string_view bytes() const noexcept { return buffer_; }
    /// Whether the bytes so far end where a message ends, as those of a whole stream do.
    [[nodiscard]] bool at_boundary() const noexcept {
        return fault_ == nullptr && (taken_ || buffer_.empty());
    }
    /// The problem with the stream; null without one.
    [[nodiscard]] const char* fault() const noexcept { return fault_; }
    /// How many messages were found, a broken one included.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  private:
    static constexpr std::size_t prelude_size = 12;

    bool fail(const char* problem) noexcept {
        fault_ = problem;
        return false;
    }
    bool take(std::string_view& bytes, std::size_t total) {
        const std::size_t missing = total - buffer_.size();
        const std::size_t count = bytes.size() < missing ? bytes.size() : missing;
        buffer_.append(bytes.data(), count);
        bytes.remove_prefix(count);
        return buffer_.size() == total;
    }
    bool read_prelude() {
        const std::string_view all = buffer_;
        if (detail::read_big_endian(all.substr(8, 4)) != crc32(all.substr(0, 8)))
            return fail("the prelude's checksum does not match");
        const auto total = static_cast<std::size_t>(detail::read_big_endian(all.substr(0, 4)));
        headers_size_ = static_cast<std::size_t>(detail::read_big_endian(all.substr(4, 4)));
        if (headers_size_ > max_event_headers_bytes)
            return fail("the headers are larger than the limit of 128 KiB");
        if (total < headers_size_ + 16) return fail("the message is too short for its headers");
        if (total - headers_size_ - 16 > max_event_payload_bytes)
            return fail("the payload is larger than the limit of 24 MiB");
        total_ = total;
        return true;
    }
    bool read_message() {
        const std::string_view all = buffer_;
        if (detail::read_big_endian(all.substr(total_ - 4)) != crc32(all.substr(0, total_ - 4)))
            return fail("the message's checksum does not match");
        if (const char* const problem =
                detail::read_event_headers(all.substr(prelude_size, headers_size_), message_.headers))
            return fail(problem);
        message_.payload = all.substr(prelude_size + headers_size_, total_ - headers_size_ - 16);
        return true;
    }

    std::string buffer_{};
    EventMessage message_{};
    std::size_t total_ = 0;
    std::size_t headers_size_ = 0;
    std::uint64_t count_ = 0;
    const char* fault_ = nullptr;
    bool taken_ = false;
};

} // namespace belfry::inline v0
