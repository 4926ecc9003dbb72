// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/bits.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha256.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace belfry::inline v0 {

/// HMAC-SHA-256 (RFC 2104) of bytes that come in pieces.
class HmacSha256 {
  public:
    /// The state after the key has been hashed. It can be kept in place of the key (RFC 2104 section 4).
    struct State {
        std::uint32_t inner[8];
        std::uint32_t outer[8];
    };

    BELFRY_NOINLINE explicit HmacSha256(std::string_view key) noexcept {
        Sha256Digest hashed;
        if (key.size() > 64) {
            hashed = sha256(key);
            key = hashed.view();
        }
        unsigned char pad[64] = {};
        detail::copy_bytes(pad, key.data(), key.size());
        for (unsigned char& byte : pad) byte ^= 0x36;
        inner_.update(pad, sizeof pad);
        for (unsigned char& byte : pad) byte ^= 0x36 ^ 0x5c;
        outer_.update(pad, sizeof pad);
    }

    explicit HmacSha256(const State& state) noexcept : inner_(state.inner), outer_(state.outer) {}
    /// Call it before `update`.
    [[nodiscard]] State state() const noexcept {
        State state;
        std::memcpy(state.inner, inner_.state_, sizeof state.inner);
        std::memcpy(state.outer, outer_.state_, sizeof state.outer);
        return state;
    }

    /// Adds `size` bytes to the message.
    void update(const void* data, std::size_t size) noexcept { inner_.update(data, size); }
    /// Adds `text` to the message.
    void update(std::string_view text) noexcept { inner_.update(text); }

    /// The code of all bytes added. Call it once, since it consumes the key.
    [[nodiscard]] Sha256Digest finish() noexcept {
        outer_.update(inner_.finish().view());
        return outer_.finish();
    }

  private:
    Sha256 inner_;
    Sha256 outer_;
};

/// HMAC-SHA-256 (RFC 2104) of `message`.
[[nodiscard]] BELFRY_NOINLINE inline Sha256Digest hmac_sha256(std::string_view key,
                                                              std::string_view message) noexcept {
    HmacSha256 hmac(key);
    hmac.update(message);
    return hmac.finish();
}

} // namespace belfry::inline v0
