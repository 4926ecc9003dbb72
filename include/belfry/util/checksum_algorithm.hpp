// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::inline v0 {

/// The algorithms of flexible checksums (AWS SDKs and Tools Reference Guide, "Data Integrity Protections").
enum class ChecksumAlgorithm : std::uint8_t {
    none,
    crc32,
    crc32c,
    crc64nvme,
    sha1,
    sha256,
    md5,
    sha512, ///< By a `ChecksumProvider`, as those that follow.
    xxhash64,
    xxhash3,   ///< The 64 bits of XXH3.
    xxhash128, ///< The 128 bits of XXH3.
};

/// The algorithm's name as headers spell it, such as `crc32`; empty for `none`.
[[nodiscard]] constexpr std::string_view to_string(ChecksumAlgorithm algorithm) noexcept {
    switch (algorithm) {
    case ChecksumAlgorithm::none: break;
    case ChecksumAlgorithm::crc32: return "crc32";
    case ChecksumAlgorithm::crc32c: return "crc32c";
    case ChecksumAlgorithm::crc64nvme: return "crc64nvme";
    case ChecksumAlgorithm::sha1: return "sha1";
    case ChecksumAlgorithm::sha256: return "sha256";
    case ChecksumAlgorithm::md5: return "md5";
    case ChecksumAlgorithm::sha512: return "sha512";
    case ChecksumAlgorithm::xxhash64: return "xxhash64";
    case ChecksumAlgorithm::xxhash3: return "xxhash3";
    case ChecksumAlgorithm::xxhash128: return "xxhash128";
    }
    return {};
}

/// Whether only a `ChecksumProvider` (`belfry/checksum_provider.hpp`) computes it, not Belfry itself.
[[nodiscard]] constexpr bool needs_provider(ChecksumAlgorithm algorithm) noexcept {
    return algorithm > ChecksumAlgorithm::md5;
}

/// The length of a checksum in bytes, before base64.
[[nodiscard]] constexpr std::size_t checksum_size(ChecksumAlgorithm algorithm) noexcept {
    switch (algorithm) {
    case ChecksumAlgorithm::none: return 0;
    case ChecksumAlgorithm::crc32:
    case ChecksumAlgorithm::crc32c: return 4;
    case ChecksumAlgorithm::crc64nvme:
    case ChecksumAlgorithm::xxhash64:
    case ChecksumAlgorithm::xxhash3: return 8;
    case ChecksumAlgorithm::sha1: return 20;
    case ChecksumAlgorithm::sha256: return 32;
    case ChecksumAlgorithm::md5:
    case ChecksumAlgorithm::xxhash128: return 16;
    case ChecksumAlgorithm::sha512: return 64;
    }
    return 0;
}

/// The algorithm of that name, in any case; `none` for an unknown name.
[[nodiscard]] constexpr ChecksumAlgorithm find_checksum_algorithm(std::string_view name) noexcept {
    for (const ChecksumAlgorithm algorithm :
         {ChecksumAlgorithm::crc32, ChecksumAlgorithm::crc32c, ChecksumAlgorithm::crc64nvme,
          ChecksumAlgorithm::sha1, ChecksumAlgorithm::sha256, ChecksumAlgorithm::md5,
          ChecksumAlgorithm::sha512, ChecksumAlgorithm::xxhash64, ChecksumAlgorithm::xxhash3,
          ChecksumAlgorithm::xxhash128}) {
        const std::string_view known = to_string(algorithm);
        bool same = name.size() == known.size();
        for (std::size_t i = 0; same && i < name.size(); ++i)
            same = (name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32) : name[i]) == known[i];
        if (same) return algorithm;
    }
    return ChecksumAlgorithm::none;
}

} // namespace belfry::inline v0
