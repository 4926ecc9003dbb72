// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace belfry::inline v0::detail {

/// Finds the place of a key among entries kept in insertion order. `Key` is `std::string` or
/// `std::string_view`. Up to `linear_limit` entries it looks at each; beyond, it keeps a crit-bit tree of
/// entry numbers (D. J. Bernstein, https://cr.yp.to/critbit.html). A look-up follows at most nine nodes for
/// each byte of the longest key, whichever keys a peer chooses.
template <class Key> class KeyIndex {
  public:
    static constexpr std::size_t linear_limit = 16;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// The number of the entry with that key; `entries` points at the first key, `stride` bytes apart.
    [[nodiscard]] std::size_t find(const void* entries, std::size_t count, std::size_t stride,
                                   std::string_view key) const noexcept {
        const Keys keys{static_cast<const char*>(entries), stride};
        if (nodes_.empty()) {
            for (std::size_t i = 0; i < count; ++i)
                if (keys[i] == key) return i;
            return none;
        }
        const std::size_t i = nearest(key);
        return keys[i] == key ? i : none;
    }
    /// Allocates memory, so that `added` cannot fail up to `count` entries.
    void reserve(std::size_t count) {
        if (count <= linear_limit || count <= nodes_.capacity()) return;
        nodes_.reserve(count * 2);
    }
    /// Adds the last of `count` entries to the index. `reserve` must have allocated memory for it.
    void added(const void* entries, std::size_t count, std::size_t stride) noexcept {
        if (count <= linear_limit) return;
        const Keys keys{static_cast<const char*>(entries), stride};
        if (nodes_.empty()) root_ = leaf(0);
        for (std::size_t i = nodes_.size() + 1; i < count; ++i) insert(keys, i);
    }
    void clear() noexcept { nodes_.clear(); }
    /// How many nodes a look-up of the key follows.
    [[nodiscard]] std::size_t depth(std::string_view key) const noexcept {
        std::size_t steps = 0;
        if (nodes_.empty()) return 0;
        for (Link link = root_; !is_leaf(link); ++steps) link = nodes_[link].next(key);
        return steps;
    }

  private:
    /// The number of a node, or of an entry with the highest bit set.
    using Link = std::uint32_t;
    static constexpr Link leaf_bit = 0x80000000U;
    static constexpr bool is_leaf(Link link) noexcept { return (link & leaf_bit) != 0; }
    static constexpr Link leaf(std::size_t entry) noexcept { return static_cast<Link>(entry) | leaf_bit; }

    struct Keys {
        const char* first;
        std::size_t stride;
        const Key& operator[](std::size_t i) const noexcept {
            return *static_cast<const Key*>(static_cast<const void*>(first + i * stride));
        }
    };
    /// Nine bits for each place of a key: the end of a key differs from every byte.
    static std::uint32_t symbol(std::string_view key, std::size_t at) noexcept {
        return at < key.size() ? 0x100U | static_cast<unsigned char>(key[at]) : 0;
    }
    /// Two sets of keys that first differ in one bit.
    struct Node {
        std::size_t at;
        std::uint32_t bit;
        Link links[2];
        [[nodiscard]] Link next(std::string_view key) const noexcept {
            return links[(symbol(key, at) & bit) != 0 ? 1 : 0];
        }
    };

    /// The only entry that can have the key.
    [[nodiscard]] std::size_t nearest(std::string_view key) const noexcept {
        Link link = root_;
        while (!is_leaf(link)) link = nodes_[link].next(key);
        return link & ~leaf_bit;
    }
    void insert(const Keys& keys, std::size_t entry) noexcept {
        const std::string_view key = keys[entry];
        const std::string_view other = keys[nearest(key)];
        std::size_t at = 0;
        while (symbol(key, at) == symbol(other, at)) ++at;
        std::uint32_t bit = 0x100;
        while (((symbol(key, at) ^ symbol(other, at)) & bit) == 0) bit >>= 1;
        Link* link = &root_;
        while (!is_leaf(*link)) {
            Node& node = nodes_[*link];
            if (node.at > at || (node.at == at && node.bit < bit)) break;
            link = &node.links[(symbol(key, node.at) & node.bit) != 0 ? 1 : 0];
        }
        const bool above = (symbol(key, at) & bit) != 0;
        const Node made{at, bit, {above ? *link : leaf(entry), above ? leaf(entry) : *link}};
        *link = static_cast<Link>(nodes_.size());
        nodes_.push_back(made);
    }

    std::vector<Node> nodes_{};
    Link root_ = leaf(0);
};

} // namespace belfry::inline v0::detail
