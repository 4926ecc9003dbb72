// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/checksum_algorithm.hpp>
#include <belfry/util/config.hpp>

#include <span>
#include <string_view>

namespace belfry::inline v0 {

/// Computes one checksum of bytes that come in pieces. Calls come from one thread at a time. After one of
/// them was false, because the library failed, only `restart` is called.
class ChecksumHasher {
  public:
    virtual ~ChecksumHasher() = default;
    /// Adds bytes; there may be none.
    virtual bool update(std::string_view bytes) noexcept = 0;
    /// Writes the checksum of all bytes added, as headers carry it before base64: big-endian. `checksum` has
    /// the size that `checksum_size` gives. Afterwards only `restart` is called.
    virtual bool finish(std::span<unsigned char> checksum) noexcept = 0;
    /// Begins a new message.
    virtual bool restart() noexcept = 0;
};

/// Computes the checksums that Belfry does not compute itself (`needs_provider`). `belfry/xxhash.hpp` does so
/// with the xxHash library, `belfry/openssl_checksums.hpp` with OpenSSL. Must be callable from several
/// threads at once if the client is.
class ChecksumProvider {
  public:
    virtual ~ChecksumProvider() = default;
    /// Whether it computes checksums by this algorithm.
    [[nodiscard]] virtual bool knows(ChecksumAlgorithm algorithm) const noexcept = 0;
    /// A hasher by an algorithm that it knows, made with `new` and owned by the caller. Null when the library
    /// fails.
    [[nodiscard]] virtual ChecksumHasher* make(ChecksumAlgorithm algorithm) noexcept = 0;
};

} // namespace belfry::inline v0
