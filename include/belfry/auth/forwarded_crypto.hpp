// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/crypto_provider.hpp>
#include <belfry/auth/signing.hpp>
#include <belfry/http/request.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/sha256_digest.hpp>

#include <string_view>

namespace belfry::inline v0::detail {

/// A provider that has another one, or Belfry's own code, do what it does not do itself: so that several ways
/// of signing can be `ClientConfig::crypto` together.
class ForwardedCrypto : public CryptoProvider {
  public:
    bool sha256(std::string_view message, Sha256Digest& out) noexcept final {
        return compute_sha256(hashes_, message, out);
    }
    bool sha256(BodySource& source, Sha256Digest& out) noexcept final {
        return compute_sha256(hashes_, source, out);
    }
    bool hmac_sha256(std::string_view key, std::string_view message, Sha256Digest& out) noexcept final {
        return compute_hmac(hashes_, key, message, out);
    }
    SigV4aSigner* sigv4a() noexcept override { return hashes_ != nullptr ? hashes_->sigv4a() : nullptr; }
    S3ExpressSigner* s3_express() noexcept override {
        return hashes_ != nullptr ? hashes_->s3_express() : nullptr;
    }

  protected:
    /// Null for Belfry's own hashes. `hashes` must outlive this.
    explicit ForwardedCrypto(CryptoProvider* hashes) noexcept : hashes_(hashes) {}
    [[nodiscard]] CryptoProvider* hashes() const noexcept { return hashes_; }

  private:
    CryptoProvider* hashes_;
};

} // namespace belfry::inline v0::detail
