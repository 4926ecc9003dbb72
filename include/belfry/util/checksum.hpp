// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/base64.hpp>
#include <belfry/util/checksum_algorithm.hpp>
#include <belfry/util/checksum_provider.hpp>
#include <belfry/util/crc32.hpp>
#include <belfry/util/crc64nvme.hpp>
#include <belfry/util/md5.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/sha1.hpp>
#include <belfry/util/sha256.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// A checksum, by any of the algorithms, of bytes that come in pieces. An algorithm that `needs_provider` has
/// to come with a hasher.
class Checksum {
  public:
    explicit Checksum(ChecksumAlgorithm algorithm) noexcept
        : algorithm_(algorithm), good_(!needs_provider(algorithm)) {}
    /// Owns `hasher`, which a `ChecksumProvider` made for this algorithm. Null where Belfry computes it.
    Checksum(ChecksumAlgorithm algorithm, ChecksumHasher* hasher) noexcept
        : algorithm_(algorithm), good_(hasher != nullptr || !needs_provider(algorithm)), hasher_(hasher) {}
    [[nodiscard]] ChecksumAlgorithm algorithm() const noexcept { return algorithm_; }
    /// False if the hasher is missing, or failed with the bytes added.
    [[nodiscard]] bool good() const noexcept { return good_; }

    void update(std::string_view bytes) noexcept {
        switch (algorithm_) {
        case ChecksumAlgorithm::none: break;
        case ChecksumAlgorithm::crc32: crc32_.update(bytes); break;
        case ChecksumAlgorithm::crc32c: crc32c_.update(bytes); break;
        case ChecksumAlgorithm::crc64nvme: crc64nvme_.update(bytes); break;
        case ChecksumAlgorithm::sha1: sha1_.update(bytes); break;
        case ChecksumAlgorithm::sha256: sha256_.update(bytes); break;
        case ChecksumAlgorithm::md5: md5_.update(bytes); break;
        case ChecksumAlgorithm::sha512:
        case ChecksumAlgorithm::xxhash64:
        case ChecksumAlgorithm::xxhash3:
        case ChecksumAlgorithm::xxhash128: good_ = good_ && hasher_->update(bytes); break;
        }
    }
    /// Appends the checksum of all bytes added, as headers carry it: big-endian, in base64. Afterwards it is
    /// at the start of a new message. False, with nothing appended, if it is not `good`; that does not happen
    /// without a hasher.
    bool finish(std::string& out) {
        unsigned char bytes[64] = {};
        const std::size_t size = checksum_size(algorithm_);
        switch (algorithm_) {
        case ChecksumAlgorithm::none: break;
        case ChecksumAlgorithm::crc32: store(bytes, crc32_.value(), size); break;
        case ChecksumAlgorithm::crc32c: store(bytes, crc32c_.value(), size); break;
        case ChecksumAlgorithm::crc64nvme: store(bytes, crc64nvme_.value(), size); break;
        case ChecksumAlgorithm::sha1: finish(sha1_, bytes); break;
        case ChecksumAlgorithm::sha256: std::memcpy(bytes, sha256_.finish().bytes, size); break;
        case ChecksumAlgorithm::md5: finish(md5_, bytes); break;
        case ChecksumAlgorithm::sha512:
        case ChecksumAlgorithm::xxhash64:
        case ChecksumAlgorithm::xxhash3:
        case ChecksumAlgorithm::xxhash128: good_ = good_ && hasher_->finish({bytes, size}); break;
        }
        const bool good = good_;
        if (good) append_base64(out, {reinterpret_cast<const char*>(bytes), size});
        restart();
        return good;
    }
    /// Begins a new message.
    void restart() noexcept {
        *this = Checksum(algorithm_, hasher_.release());
        if (hasher_) good_ = hasher_->restart();
    }

  private:
    static void store(unsigned char* to, std::uint64_t value, std::size_t size) noexcept {
        for (std::size_t i = 0; i < size; ++i)
            to[i] = static_cast<unsigned char>(value >> (8 * (size - 1 - i)) & 0xff);
    }
    template <class Hash> static void finish(Hash& hash, unsigned char* to) noexcept {
        unsigned char digest[Hash::digest_size];
        hash.finish(digest);
        std::memcpy(to, digest, sizeof digest);
    }

    ChecksumAlgorithm algorithm_;
    bool good_;
    detail::Owned<ChecksumHasher> hasher_{};
    Crc32 crc32_{};
    Crc32c crc32c_{};
    Crc64Nvme crc64nvme_{};
    Sha1 sha1_{};
    Sha256 sha256_{};
    Md5 md5_{};
};

} // namespace belfry::inline v0
