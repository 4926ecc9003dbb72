// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace belfry::inline v0::detail {

/// The common part of MD5 and SHA-1: a state of 32-bit words, blocks of 64 bytes, and an end that holds the
/// message's length. `Algorithm` has the start of the state, the block function, and the byte order.
template <class Algorithm> class BlockHash {
  public:
    static constexpr std::size_t digest_size = Algorithm::words * 4;

    void update(std::string_view bytes) noexcept {
        const char* from = bytes.data();
        std::size_t size = bytes.size();
        const auto held = static_cast<std::size_t>(length_ % 64);
        length_ += size;
        if (held > 0) {
            const std::size_t missing = 64 - held;
            if (size < missing) {
                if (size > 0) std::memcpy(block_ + held, from, size);
                return;
            }
            std::memcpy(block_ + held, from, missing);
            Algorithm::add_block(state_, block_);
            from += missing;
            size -= missing;
        }
        for (; size >= 64; size -= 64, from += 64)
            Algorithm::add_block(state_, reinterpret_cast<const unsigned char*>(from));
        if (size > 0) std::memcpy(block_, from, size);
    }

    /// Writes the hash of all bytes added. Add no more bytes afterwards.
    void finish(unsigned char (&digest)[digest_size]) noexcept {
        const std::uint64_t bits = length_ * 8;
        const auto held = static_cast<std::size_t>(length_ % 64);
        unsigned char end[72] = {0x80};
        const std::size_t zeros = (held < 56 ? 56 : 120) - held;
        for (unsigned i = 0; i < 8; ++i)
            end[zeros + i] =
                static_cast<unsigned char>(bits >> (Algorithm::big_endian ? 56 - 8 * i : 8 * i) & 0xff);
        update({reinterpret_cast<const char*>(end), zeros + 8});
        for (unsigned i = 0; i < digest_size; ++i)
            digest[i] = static_cast<unsigned char>(
                state_[i / 4] >> (Algorithm::big_endian ? 24 - 8 * (i % 4) : 8 * (i % 4)) & 0xff);
    }

  private:
    typename Algorithm::State state_ = Algorithm::start();
    unsigned char block_[64] = {};
    std::uint64_t length_ = 0;
};

[[nodiscard]] constexpr std::uint32_t rotate_left(std::uint32_t x, unsigned count) noexcept {
    return x << count | x >> (32 - count);
}

} // namespace belfry::inline v0::detail
