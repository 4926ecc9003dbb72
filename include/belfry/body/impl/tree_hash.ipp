// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/body/checksum_parts.hpp>
#include <belfry/call/prepare.hpp>
#include <belfry/core/fail.hpp>
#include <belfry/http/read_all.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/hex.hpp>
#include <belfry/util/sha256.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The SHA-256 tree hash of bytes that come in pieces: each mebibyte is hashed, then the hashes in pairs,
/// until one is left. Holds one hash for each level of the tree.
class TreeHash {
  public:
    static constexpr std::size_t leaf_size = 1'024 * 1'024;

    void update(std::string_view bytes) noexcept {
        while (!bytes.empty()) {
            const std::string_view piece = bytes.substr(0, leaf_size - held_);
            leaf_.update(piece);
            held_ += piece.size();
            bytes.remove_prefix(piece.size());
            if (held_ == leaf_size) end_leaf();
        }
    }
    /// The root's hash. Bytes cannot be added afterwards.
    [[nodiscard]] Sha256Digest finish() noexcept {
        if (held_ > 0 || leaves_ == 0) end_leaf();
        // A node without a partner moves up unchanged.
        Sha256Digest root = nodes_[--count_];
        while (count_ > 0) root = join(nodes_[--count_], root);
        return root;
    }

  private:
    void end_leaf() noexcept {
        Sha256Digest node = leaf_.finish();
        held_ = 0;
        // The number of ones that the count of leaves ends in is the number of pairs now complete.
        for (std::uint64_t bits = leaves_++; (bits & 1) != 0; bits >>= 1) node = join(nodes_[--count_], node);
        nodes_[count_++] = node;
    }
    [[nodiscard]] static Sha256Digest join(const Sha256Digest& left, const Sha256Digest& right) noexcept {
        Sha256 hash;
        hash.update(left.view());
        hash.update(right.view());
        return hash.finish();
    }

    Sha256 leaf_{};
    std::size_t held_ = 0;
    std::uint64_t leaves_ = 0;
    Sha256Digest nodes_[64]{};
    std::size_t count_ = 0;
};

namespace detail {

BELFRY_INLINE bool add_tree_hash(const BodyContext&, const void*, PreparedRequest& prepared, ChecksumParts&,
                                 Error& error) {
    constexpr std::string_view tree_name = "X-Amz-Sha256-Tree-Hash";
    constexpr std::string_view linear_name = "X-Amz-Content-Sha256";
    HttpRequest& request = prepared.request;
    if (request.headers.contains(tree_name) && request.headers.contains(linear_name)) return true;
    if (request.source == nullptr && request.body.empty()) return true;
    TreeHash tree;
    Sha256 linear;
    const auto add = [&tree, &linear](std::string_view piece) {
        tree.update(piece);
        linear.update(piece);
    };
    if (request.source == nullptr)
        add(request.body);
    else if (!request.source->rewind() || !read_all(*request.source, add))
        return fail(error, ErrorKind::validation, "BodyFailed",
                    "the body could not be read to compute its tree hash");
    else if (!request.source->rewind())
        return fail(error, ErrorKind::validation, "BodyFailed",
                    "the body could not be rewound after its tree hash was computed");
    const auto set = [&request](std::string_view name, const Sha256Digest& digest) {
        if (request.headers.contains(name)) return;
        std::string digits;
        append_hex(digits, digest.view());
        request.headers.set(name, digits);
    };
    set(tree_name, tree.finish());
    // The signature needs the same hash, so the body is not hashed again.
    set(linear_name, linear.finish());
    return true;
}

} // namespace detail
} // namespace belfry::inline v0
