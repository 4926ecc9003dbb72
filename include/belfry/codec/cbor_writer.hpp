// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/decimal.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace belfry::inline v0::detail {

/// Writes CBOR data items (RFC 8949), each head in the fewest bytes.
class CborWriter {
  public:
    explicit CborWriter(std::string& out) noexcept : out_(out) {}

    /// The first bytes of an item of the major type 0 to 6.
    void head(unsigned major, std::uint64_t argument) {
        char bytes[9];
        const auto first = static_cast<unsigned>(major << 5);
        if (argument < 24) return out_.push_back(static_cast<char>(first | static_cast<unsigned>(argument)));
        const unsigned size = argument <= 0xff ? 0 : argument <= 0xffff ? 1 : argument <= 0xffff'ffff ? 2 : 3;
        bytes[0] = static_cast<char>(first | (24 + size));
        fixed(bytes, argument, std::size_t{1} << size);
    }
    void integer(std::int64_t value) {
        if (value >= 0) return head(0, static_cast<std::uint64_t>(value));
        head(1, ~static_cast<std::uint64_t>(value));
    }
    void boolean(bool value) { out_.push_back(static_cast<char>(value ? 0xf5 : 0xf4)); }
    void null() { out_.push_back(static_cast<char>(0xf6)); }
    void tag(std::uint64_t number) { head(6, number); }
    void floating(float value) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        char bytes[9];
        bytes[0] = static_cast<char>(0xfa);
        fixed(bytes, bits, 4);
    }
    void floating(double value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        char bytes[9];
        bytes[0] = static_cast<char>(0xfb);
        fixed(bytes, bits, 8);
    }
    void bytes(std::string_view value) {
        head(2, value.size());
        out_.append(value.data(), value.size());
    }
    /// `value` must be UTF-8.
    void text(std::string_view value) {
        head(3, value.size());
        out_.append(value.data(), value.size());
    }
    /// A decimal number of any size: an integer, a big number, or a decimal fraction (RFC 8949 sections 3.4.3
    /// and 3.4.4). False for other texts, and for more digits than the limit.
    [[nodiscard]] BELFRY_COLD bool number(std::string_view text) {
        if (!is_decimal(text) || text.size() > 2'048) return false;
        const bool negative = text.front() == '-';
        std::string digits;
        std::int64_t power = 0;
        bool fraction = false;
        std::size_t i = negative ? 1 : 0;
        for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
            if (text[i] == '.') {
                fraction = true;
                continue;
            }
            digits += text[i];
            if (fraction) --power;
        }
        if (i < text.size()) {
            fraction = true;
            const bool down = text[++i] == '-';
            if (text[i] == '-' || text[i] == '+') ++i;
            std::int64_t shift = 0;
            for (; i < text.size(); ++i) {
                if (shift > 1'000'000'000) return false;
                shift = shift * 10 + (text[i] - '0');
            }
            power += down ? -shift : shift;
        }
        if (fraction) {
            tag(4);
            head(4, 2);
            integer(power);
        }
        whole(digits, negative);
        return true;
    }

  private:
    void fixed(char* bytes, std::uint64_t value, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i)
            bytes[1 + i] = static_cast<char>(value >> (8 * (size - 1 - i)));
        out_.append(bytes, size + 1);
    }
    /// Digits as an integer, or as a big number when they need more than 64 bits.
    void whole(std::string_view digits, bool negative) {
        std::string magnitude; // the lowest byte first
        for (const char digit : digits) {
            unsigned carry = static_cast<unsigned>(digit - '0');
            for (char& byte : magnitude) {
                carry += static_cast<unsigned char>(byte) * 10U;
                byte = static_cast<char>(carry & 0xff);
                carry >>= 8;
            }
            if (carry != 0) magnitude += static_cast<char>(carry);
        }
        const bool zero = magnitude.empty();
        // A negative number is -1 minus what is written.
        if (negative && !zero) {
            for (char& byte : magnitude) {
                byte = static_cast<char>(byte - 1);
                if (byte != static_cast<char>(0xff)) break;
            }
            if (magnitude.back() == '\0') magnitude.pop_back();
        }
        if (magnitude.size() <= 8) {
            std::uint64_t value = 0;
            for (std::size_t i = magnitude.size(); i-- > 0;)
                value = (value << 8) | static_cast<unsigned char>(magnitude[i]);
            return head(negative && !zero ? 1 : 0, value);
        }
        tag(negative ? 3 : 2);
        head(2, magnitude.size());
        out_.append(magnitude.rbegin(), magnitude.rend());
    }

    std::string& out_;
};

} // namespace belfry::inline v0::detail
