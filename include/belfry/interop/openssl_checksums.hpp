// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<openssl/evp.h>)
#error "OpenSSL is missing: install libssl-dev (apt), openssl-devel (dnf), openssl-dev (apk) or openssl"
#endif

#include <belfry/util/checksum_provider.hpp>

#include <new>
#include <openssl/evp.h>
#include <span>
#include <string_view>

namespace belfry::inline v0 {

namespace detail {

class OpenSslSha512 final : public ChecksumHasher {
  public:
    OpenSslSha512() noexcept : context_(EVP_MD_CTX_new()) {}
    OpenSslSha512(const OpenSslSha512&) = delete;
    OpenSslSha512& operator=(const OpenSslSha512&) = delete;
    ~OpenSslSha512() override { EVP_MD_CTX_free(context_); }

    bool update(std::string_view bytes) noexcept override {
        return EVP_DigestUpdate(context_, bytes.data(), bytes.size()) == 1;
    }
    bool finish(std::span<unsigned char> checksum) noexcept override {
        return checksum.size() == 64 && EVP_DigestFinal_ex(context_, checksum.data(), nullptr) == 1;
    }
    bool restart() noexcept override {
        return context_ != nullptr && EVP_DigestInit_ex(context_, EVP_sha512(), nullptr) == 1;
    }

  private:
    EVP_MD_CTX* context_;
};

} // namespace detail

/// Computes the checksum SHA512 (FIPS 180-4) with OpenSSL 1.1.1 or later:
///
///     belfry::OpenSslChecksums sha512;
///     belfry::XxhashChecksums checksums(sha512); // belfry/xxhash.hpp, for those algorithms as well
///     const s3::Client client{{..., .checksums = &checksums}, transport};
///
/// Including this header is what makes a program need libcrypto.
class OpenSslChecksums final : public ChecksumProvider {
  public:
    OpenSslChecksums() noexcept = default;
    /// `others` computes the checksums by other algorithms; it must outlive this.
    explicit OpenSslChecksums(ChecksumProvider& others) noexcept : others_(&others) {}

    [[nodiscard]] bool knows(ChecksumAlgorithm algorithm) const noexcept override {
        return algorithm == ChecksumAlgorithm::sha512 || (others_ != nullptr && others_->knows(algorithm));
    }
    [[nodiscard]] ChecksumHasher* make(ChecksumAlgorithm algorithm) noexcept override {
        if (algorithm != ChecksumAlgorithm::sha512)
            return others_ != nullptr ? others_->make(algorithm) : nullptr;
        auto* const hasher = new (std::nothrow) detail::OpenSslSha512;
        if (hasher == nullptr || hasher->restart()) return hasher;
        delete hasher;
        return nullptr;
    }

  private:
    ChecksumProvider* others_ = nullptr;
};

} // namespace belfry::inline v0
