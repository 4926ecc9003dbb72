// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/atomic.hpp>
#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha256_arm.hpp>
#include <belfry/util/sha256_digest.hpp>
#include <belfry/util/sha256_portable.hpp>
#include <belfry/util/sha256_x86.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if !defined(BELFRY_HAS_SHA_INSTRUCTIONS)
#define BELFRY_HAS_SHA_INSTRUCTIONS 0
#endif

namespace belfry::inline v0 {

namespace detail {

#if BELFRY_HAS_SHA_INSTRUCTIONS
/// The same as `sha256_blocks_portable`, for processors that have the SHA instructions.
BELFRY_SHA_TARGET inline void sha256_blocks_by_instructions(std::uint32_t* state, const unsigned char* data,
                                                            std::size_t count) noexcept {
    Sha256State now = load_sha256_state(state);
    for (; count > 0; --count, data += 64) {
        const Sha256State before = now;
        Sha256Words a = sha256_load(data), b = sha256_load(data + 16);
        Sha256Words c = sha256_load(data + 32), d = sha256_load(data + 48);
        const std::uint32_t* k = sha256_constants;
        for (int part = 0;; ++part, k += 16) {
            sha256_rounds(now, a, k);
            sha256_rounds(now, b, k + 4);
            sha256_rounds(now, c, k + 8);
            sha256_rounds(now, d, k + 12);
            if (part == 3) break;
            a = sha256_schedule(a, b, c, d);
            b = sha256_schedule(b, c, d, a);
            c = sha256_schedule(c, d, a, b);
            d = sha256_schedule(d, a, b, c);
        }
        add_sha256_state(now, before);
    }
    store_sha256_state(state, now);
}

enum class Sha256Path : unsigned char { unknown, portable, instructions };
/// The function that `sha256_blocks` calls; chosen on the first call.
inline constinit Atomic<Sha256Path> sha256_path(Sha256Path::unknown);
#endif

BELFRY_NOINLINE inline void sha256_blocks(std::uint32_t* state, const unsigned char* data,
                                          std::size_t count) noexcept {
#if BELFRY_HAS_SHA_INSTRUCTIONS
    // Racing threads choose the same function, so relaxed order is enough.
    Sha256Path path = sha256_path.load();
    if (path == Sha256Path::unknown) {
        path = processor_has_sha() ? Sha256Path::instructions : Sha256Path::portable;
        sha256_path.store(path);
    }
    if (path == Sha256Path::instructions) return sha256_blocks_by_instructions(state, data, count);
#endif
    sha256_blocks_portable(state, data, count);
}

} // namespace detail

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. Uses the processor's SHA instructions where it has
/// them.
class Sha256 {
  public:
    Sha256() noexcept { reset(); }

    /// Adds `size` bytes to the message.
    BELFRY_NOINLINE void update(const void* data, std::size_t size) noexcept {
        const auto* from = static_cast<const unsigned char*>(data);
        const auto held = static_cast<std::size_t>(length_ % 64);
        length_ += size;
        if (held > 0) {
            const std::size_t missing = 64 - held;
            if (size < missing) {
                detail::copy_bytes(block_ + held, from, size);
                return;
            }
            detail::copy_bytes(block_ + held, from, missing);
            detail::sha256_blocks(state_, block_, 1);
            from += missing;
            size -= missing;
        }
        if (size >= 64) detail::sha256_blocks(state_, from, size / 64);
        detail::copy_bytes(block_, from + size / 64 * 64, size % 64);
    }
    /// Adds `text` to the message.
    void update(std::string_view text) noexcept { update(text.data(), text.size()); }

    /// The hash of all bytes added. Afterwards the object is at the start of a new message.
    [[nodiscard]] BELFRY_NOINLINE Sha256Digest finish() noexcept {
        // The end of the message: a one, zeros, and its length in bits at the end of a block.
        unsigned char end[2 * 64] = {};
        const auto held = static_cast<std::size_t>(length_ % 64);
        detail::copy_bytes(end, block_, held);
        end[held] = 0x80;
        const std::size_t blocks = held < 56 ? 1 : 2;
        const std::uint64_t bits = length_ * 8;
        unsigned char* const size = end + 64 * blocks - 8;
        detail::store_big_endian_32(size, static_cast<std::uint32_t>(bits >> 32));
        detail::store_big_endian_32(size + 4, static_cast<std::uint32_t>(bits));
        detail::sha256_blocks(state_, end, blocks);
        Sha256Digest digest;
        for (unsigned i = 0; i < 8; ++i) detail::store_big_endian_32(digest.bytes + 4 * i, state_[i]);
        reset();
        return digest;
    }

  private:
    friend class HmacSha256;
    /// Continues after one block of 64 bytes, from its state.
    explicit Sha256(const std::uint32_t (&state)[8]) noexcept : length_(64) {
        std::memcpy(state_, state, sizeof state);
    }
    void reset() noexcept {
        static constexpr std::uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
        std::memcpy(state_, start, sizeof start);
        length_ = 0;
    }
    std::uint32_t state_[8];
    unsigned char block_[64];
    std::uint64_t length_;
};

/// SHA-256 (FIPS 180-4) of `message`.
[[nodiscard]] BELFRY_NOINLINE inline Sha256Digest sha256(std::string_view message) noexcept {
    Sha256 hash;
    hash.update(message);
    return hash.finish();
}

} // namespace belfry::inline v0
