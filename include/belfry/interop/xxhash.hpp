// SPDX-License-Identifier: Apache-2.0
#pragma once

#if !__has_include(<xxhash.h>)
#error "xxHash is missing: install libxxhash-dev (apt), xxhash-devel (dnf), xxhash-dev (apk) or xxhash"
#endif

#include <belfry/util/checksum_provider.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <xxhash.h>
#if XXH_VERSION_NUMBER < 800
#error "xxHash is too old: belfry/xxhash.hpp needs version 0.8.0, the first one with a stable XXH3"
#endif

namespace belfry::inline v0 {

namespace detail {

/// The functions of the library for one algorithm.
struct Xxhash64 {
    using State = XXH64_state_t;
    using Canonical = XXH64_canonical_t;
    static State* create() noexcept { return XXH64_createState(); }
    static void free(State* state) noexcept { XXH64_freeState(state); }
    static XXH_errorcode reset(State* state) noexcept { return XXH64_reset(state, 0); }
    static XXH_errorcode update(State* state, const void* bytes, std::size_t size) noexcept {
        return XXH64_update(state, bytes, size);
    }
    static void finish(const State* state, Canonical* out) noexcept {
        XXH64_canonicalFromHash(out, XXH64_digest(state));
    }
};
struct Xxhash3 {
    using State = XXH3_state_t;
    using Canonical = XXH64_canonical_t;
    static State* create() noexcept { return XXH3_createState(); }
    static void free(State* state) noexcept { XXH3_freeState(state); }
    static XXH_errorcode reset(State* state) noexcept { return XXH3_64bits_reset(state); }
    static XXH_errorcode update(State* state, const void* bytes, std::size_t size) noexcept {
        return XXH3_64bits_update(state, bytes, size);
    }
    static void finish(const State* state, Canonical* out) noexcept {
        XXH64_canonicalFromHash(out, XXH3_64bits_digest(state));
    }
};
struct Xxhash128 {
    using State = XXH3_state_t;
    using Canonical = XXH128_canonical_t;
    static State* create() noexcept { return XXH3_createState(); }
    static void free(State* state) noexcept { XXH3_freeState(state); }
    static XXH_errorcode reset(State* state) noexcept { return XXH3_128bits_reset(state); }
    static XXH_errorcode update(State* state, const void* bytes, std::size_t size) noexcept {
        return XXH3_128bits_update(state, bytes, size);
    }
    static void finish(const State* state, Canonical* out) noexcept {
        XXH128_canonicalFromHash(out, XXH3_128bits_digest(state));
    }
};

template <class Algorithm> class XxhashHasher final : public ChecksumHasher {
  public:
    /// Owns a state that has been reset.
    explicit XxhashHasher(typename Algorithm::State* owned) noexcept : state_(owned) {}
    XxhashHasher(const XxhashHasher&) = delete;
    XxhashHasher& operator=(const XxhashHasher&) = delete;
    ~XxhashHasher() override { Algorithm::free(state_); }

    /// Null without memory.
    [[nodiscard]] static ChecksumHasher* make() noexcept {
        typename Algorithm::State* const state = Algorithm::create();
        if (state == nullptr) return nullptr;
        auto* const hasher = new (std::nothrow) XxhashHasher(state);
        if (hasher == nullptr) Algorithm::free(state);
        if (hasher == nullptr || hasher->restart()) return hasher;
        delete hasher;
        return nullptr;
    }

    bool update(std::string_view bytes) noexcept override {
        // Old versions refuse the null pointer of an empty piece.
        return bytes.empty() || Algorithm::update(state_, bytes.data(), bytes.size()) == XXH_OK;
    }
    bool finish(std::span<unsigned char> checksum) noexcept override {
        typename Algorithm::Canonical canonical;
        if (checksum.size() != sizeof canonical.digest) return false;
        Algorithm::finish(state_, &canonical);
        std::memcpy(checksum.data(), canonical.digest, sizeof canonical.digest);
        return true;
    }
    bool restart() noexcept override { return Algorithm::reset(state_) == XXH_OK; }

  private:
    typename Algorithm::State* state_;
};

} // namespace detail

/// Computes the checksums XXHASH64, XXHASH3 and XXHASH128 with xxHash 0.8.0 or later:
///
///     belfry::XxhashChecksums checksums;
///     const s3::Client client{{..., .checksums = &checksums}, transport};
///
/// Including this header is what makes a program need libxxhash.
class XxhashChecksums final : public ChecksumProvider {
  public:
    XxhashChecksums() noexcept = default;
    /// `others` computes the checksums by other algorithms; it must outlive this.
    explicit XxhashChecksums(ChecksumProvider& others) noexcept : others_(&others) {}

    [[nodiscard]] bool knows(ChecksumAlgorithm algorithm) const noexcept override {
        switch (algorithm) {
        case ChecksumAlgorithm::xxhash64:
        case ChecksumAlgorithm::xxhash3:
        case ChecksumAlgorithm::xxhash128: return true;
        default: return others_ != nullptr && others_->knows(algorithm);
        }
    }
    [[nodiscard]] ChecksumHasher* make(ChecksumAlgorithm algorithm) noexcept override {
        switch (algorithm) {
        case ChecksumAlgorithm::xxhash64: return detail::XxhashHasher<detail::Xxhash64>::make();
        case ChecksumAlgorithm::xxhash3: return detail::XxhashHasher<detail::Xxhash3>::make();
        case ChecksumAlgorithm::xxhash128: return detail::XxhashHasher<detail::Xxhash128>::make();
        default: return others_ != nullptr ? others_->make(algorithm) : nullptr;
        }
    }

  private:
    ChecksumProvider* others_ = nullptr;
};

} // namespace belfry::inline v0
