// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/decode_options.hpp>
#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/number_text.hpp>
#include <belfry/util/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// The major types of CBOR (RFC 8949 section 3.1).
enum class CborMajor : std::uint8_t { positive, negative, bytes, text, array, map, tag, simple };

/// The first bytes of a data item: its type, and its value or how much of it follows.
struct CborHead {
    CborMajor major;
    /// The low five bits of the first byte.
    std::uint8_t info;
    std::uint64_t argument;

    [[nodiscard]] bool is_indefinite() const noexcept { return info == 31; }
};

/// Reads CBOR (RFC 8949) item by item from untrusted bytes. Functions take the position to read at and
/// return the position after the item, or null after an error.
class CborReader {
  public:
    CborReader(std::string_view bytes, std::size_t max_depth) noexcept
        : begin_(bytes.data()), end_(begin_ + bytes.size()), depth_left_(max_depth) {}

    [[nodiscard]] const char* begin() const noexcept { return begin_; }
    [[nodiscard]] const char* problem() const noexcept { return problem_; }
    [[nodiscard]] std::size_t problem_offset() const noexcept {
        return static_cast<std::size_t>(problem_at_ - begin_);
    }

    [[nodiscard]] std::string_view bytes() const noexcept {
        return {begin_, static_cast<std::size_t>(end_ - begin_)};
    }
    /// Whether a limit, and not the bytes, is the problem.
    [[nodiscard]] bool is_limit() const noexcept {
        return depth_left_ == 0 || problem_ == MemoryLimit::problem;
    }
    [[nodiscard]] std::size_t depth_left() const noexcept { return depth_left_; }
    void set_depth_left(std::size_t depth) noexcept { depth_left_ = depth; }
    /// The text or number that the problem is about; empty if it is about something else, or if that is long
    /// or not UTF-8.
    [[nodiscard]] BELFRY_COLD BELFRY_NOINLINE std::string problem_text() const {
        constexpr std::size_t longest = 64;
        std::string out;
        CborReader reader = *this;
        CborHead item;
        std::uint64_t tag = 0;
        const char* const at = reader.tagged_head(problem_at_, item, tag);
        if (at == nullptr) return out;
        double number = 0;
        if (item.major == CborMajor::positive || item.major == CborMajor::negative) {
            if (item.argument > ~std::uint64_t{0} / 2) return out;
            const auto magnitude = static_cast<std::int64_t>(item.argument);
            append_integer_text(out, item.major == CborMajor::negative ? -1 - magnitude : magnitude);
            return out;
        }
        if (floating(item, number)) {
            append_float_text(out, number, item.info == 26);
            return out;
        }
        if (item.major != CborMajor::text || item.is_indefinite() || item.argument > longest) return out;
        const std::string_view text(at, static_cast<std::size_t>(item.argument));
        if (!is_valid_utf8(text)) return out;
        append_char(out, '"');
        append_text(out, text);
        append_char(out, '"');
        return out;
    }

    BELFRY_COLD BELFRY_NOINLINE const char* fail(const char* at, const char* what) noexcept {
        problem_ = what;
        problem_at_ = at;
        return nullptr;
    }
    /// Null unless everything was read.
    [[nodiscard]] const char* finish(const char* at) noexcept {
        return at == end_ ? at : fail(at, "bytes follow the end of the item");
    }

    /// Whether a null or undefined stands at `at`.
    [[nodiscard]] bool is_null(const char* at) const noexcept {
        return at != end_ && (byte(at) == 0xf6 || byte(at) == 0xf7);
    }
    /// Whether a break code stands at `at` (RFC 8949 section 3.2.1).
    [[nodiscard]] bool is_break(const char* at) const noexcept { return at != end_ && byte(at) == 0xff; }

    /// Reads a head, and checks that the input is long enough for its number of bytes, elements or entries.
    [[nodiscard]] const char* head(const char* at, CborHead& out) noexcept {
        if (at == end_) return fail(at, "the input ends within an item");
        const char* const start = at;
        const unsigned first = byte(at++);
        out.major = static_cast<CborMajor>(first >> 5);
        out.info = static_cast<std::uint8_t>(first & 31);
        out.argument = out.info;
        if (out.info >= 24) {
            if (out.info == 31) return indefinite(start, out);
            if (out.info > 27) return fail(start, "the item's first byte is reserved");
            const std::size_t size = std::size_t{1} << (out.info - 24);
            if (static_cast<std::size_t>(end_ - at) < size) return fail(at, "the input ends within an item");
            out.argument = 0;
            for (std::size_t i = 0; i < size; ++i) out.argument = (out.argument << 8) | byte(at++);
            if (out.major == CborMajor::simple && size == 1 && out.argument < 32)
                return fail(start, "the simple value is written in two bytes instead of one");
        }
        const auto left = static_cast<std::uint64_t>(end_ - at);
        const bool possible =
            out.major == CborMajor::bytes || out.major == CborMajor::text || out.major == CborMajor::array
                ? out.argument <= left
                : out.major != CborMajor::map || out.argument <= left / 2;
        return possible ? at : fail(start, "the length is larger than the rest of the input");
    }

    /// Reads a head behind any tags; `tag` is the innermost of them, or `no_tag`.
    [[nodiscard]] const char* tagged_head(const char* at, CborHead& out, std::uint64_t& tag) noexcept {
        tag = no_tag;
        for (;;) {
            at = head(at, out);
            if (at == nullptr || out.major != CborMajor::tag) return at;
            tag = out.argument;
        }
    }
    static constexpr std::uint64_t no_tag = ~std::uint64_t{0};

    /// Reads the bytes after the head of a byte or text string. `out` views the input, or `room` for a
    /// string in several chunks (RFC 8949 section 3.2.3), and for a text that is not UTF-8, which `room`
    /// holds with U+FFFD in the place of what is not. Such a text is well-formed, but not valid
    /// (section 5.3.1).
    [[nodiscard]] const char* string(const char* at, const CborHead& item, std::string_view& out,
                                     std::string& room) {
        const char* const first = at;
        if (!item.is_indefinite()) {
            out = {at, static_cast<std::size_t>(item.argument)};
            at += out.size();
        } else {
            at = chunks(at, item, room);
            if (at == nullptr) return nullptr;
            out = room;
        }
        if (item.major == CborMajor::text && !is_valid_utf8(out)) repair(first, out, room);
        return at;
    }
    /// The last text at or behind `first` that is not UTF-8; null if there is none up to where was read.
    [[nodiscard]] const char* invalid_text(const char* first) const noexcept {
        return invalid_at_ >= first ? invalid_at_ : nullptr;
    }

    /// Steps into an array or map; every step in needs a step out.
    [[nodiscard]] bool enter(const char* at) noexcept {
        if (depth_left_ == 0) {
            fail(at, "nested too deeply");
            return false;
        }
        --depth_left_;
        return true;
    }
    void leave() noexcept { ++depth_left_; }

    /// Whether another element or entry follows. Steps over the break code of an indefinite length.
    [[nodiscard]] bool more(const char*& at, const CborHead& container, std::uint64_t read) const noexcept {
        if (!container.is_indefinite()) return read < container.argument;
        if (!is_break(at)) return true;
        ++at;
        return false;
    }

    /// Steps over a whole item, of whatever kind.
    [[nodiscard]] const char* skip(const char* at) {
        const char* const start = at;
        CborHead item;
        std::uint64_t tag = 0;
        at = tagged_head(at, item, tag);
        if (at == nullptr) return nullptr;
        if (item.major == CborMajor::bytes || item.major == CborMajor::text) {
            if (!item.is_indefinite()) return at + static_cast<std::size_t>(item.argument);
            std::string room;
            return chunks(at, item, room);
        }
        if (item.major == CborMajor::simple && item.is_indefinite())
            return fail(start, "a break outside of an indefinite-length item");
        if (item.major != CborMajor::array && item.major != CborMajor::map) return at;
        if (!enter(start)) return nullptr;
        for (std::uint64_t i = 0; more(at, item, i); ++i) {
            at = skip(at);
            if (at != nullptr && item.major == CborMajor::map) at = skip(at);
            if (at == nullptr) return nullptr;
        }
        leave();
        return at;
    }

    /// The value of a half, single or double precision number (RFC 8949 section 3.3, IEEE 754); false for
    /// another head.
    [[nodiscard]] static bool floating(const CborHead& item, double& out) noexcept {
        if (item.major != CborMajor::simple) return false;
        if (item.info == 27) {
            std::memcpy(&out, &item.argument, sizeof out);
            return true;
        }
        if (item.info == 26) {
            const auto bits = static_cast<std::uint32_t>(item.argument);
            float single = 0;
            std::memcpy(&single, &bits, sizeof single);
            out = double{single};
            return true;
        }
        if (item.info != 25) return false;
        out = half(static_cast<unsigned>(item.argument));
        return true;
    }

  private:
    [[nodiscard]] static unsigned byte(const char* at) noexcept { return static_cast<unsigned char>(*at); }
    [[nodiscard]] const char* indefinite(const char* start, const CborHead& item) noexcept {
        const bool possible = item.major != CborMajor::positive && item.major != CborMajor::negative &&
                              item.major != CborMajor::tag;
        return possible ? start + 1
                        : fail(start, "only strings, arrays and maps can have an indefinite length");
    }
    /// Reads the chunks of a string, and the break code behind them, into `room`.
    [[nodiscard]] const char* chunks(const char* at, const CborHead& item, std::string& room) {
        room.clear();
        while (!is_break(at)) {
            const char* const start = at;
            CborHead part;
            at = head(at, part);
            if (at == nullptr) return nullptr;
            if (part.major != item.major || part.is_indefinite())
                return fail(start, "a chunk of the string has another type");
            room.append(at, static_cast<std::size_t>(part.argument));
            at += static_cast<std::size_t>(part.argument);
        }
        return at + 1;
    }
    BELFRY_COLD BELFRY_NOINLINE void repair(const char* first, std::string_view& text, std::string& room) {
        invalid_at_ = first;
        std::string repaired;
        append_repaired_utf8(repaired, text);
        room.swap(repaired);
        text = room;
    }
    [[nodiscard]] static double half(unsigned bits) noexcept {
        const unsigned exponent = (bits >> 10) & 31;
        const unsigned fraction = bits & 1023;
        // The same number as a double: its bias is 1008 more, its fraction 42 bits longer.
        std::uint64_t wide = static_cast<std::uint64_t>(bits >> 15) << 63;
        double value = 0;
        if (exponent == 0) {
            value = fraction * (1.0 / 16'777'216);
            return (bits >> 15) != 0 ? -value : value;
        }
        wide |= static_cast<std::uint64_t>(exponent == 31 ? 2047 : exponent + 1008) << 52;
        wide |= static_cast<std::uint64_t>(fraction) << 42;
        std::memcpy(&value, &wide, sizeof value);
        return value;
    }

    const char* begin_;
    const char* end_;
    std::size_t depth_left_;
    const char* problem_ = "";
    const char* problem_at_ = nullptr;
    const char* invalid_at_ = nullptr;
};

} // namespace belfry::inline v0::detail
