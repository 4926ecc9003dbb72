// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

namespace detail {
/// Finds the place of a key among entries kept in insertion order. Up to `linear_limit` entries it looks at
/// each; beyond, it keeps a crit-bit tree of entry numbers (D. J. Bernstein, https://cr.yp.to/critbit.html).
/// A look-up follows at most nine nodes for each byte of the key, whichever keys a peer chooses.
class KeyIndex {
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
        const std::string& operator[](std::size_t i) const noexcept {
            return *static_cast<const std::string*>(static_cast<const void*>(first + i * stride));
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
        const std::string& key = keys[entry];
        const std::string& other = keys[nearest(key)];
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
} // namespace detail

/// A map member with string keys, in insertion order, that also knows whether it is there at all (see
/// `List`). A look-up takes time in proportion to the length of the key.
template <class V> class Map {
  public:
    /// One entry; `for (const auto& [key, value] : map)`.
    struct Entry {
        std::string key;
        V value{};

        Entry() = default;
        Entry(std::string k, V v) : key(std::move(k)), value(std::move(v)) {}
        explicit Entry(std::string_view k) : key(k) {}
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    using value_type = Entry;

    // Not defaulted: compilers would instantiate it where a structure declares such a member, when the
    // element type may still be incomplete.
    Map() noexcept {}
    Map(const Map& other) : entries_(other.entries_), index_(other.index_), present_(other.present_) {}
    Map(Map&& other) noexcept
        : entries_(std::move(other.entries_)), index_(std::move(other.index_)), present_(other.present_) {}
    Map& operator=(const Map& other) { return *this = Map(other); }
    Map& operator=(Map&& other) noexcept {
        entries_ = std::move(other.entries_);
        index_ = std::move(other.index_);
        present_ = other.present_;
        return *this;
    }
    ~Map() {}
    /// The last of several entries with the same key wins.
    Map(std::initializer_list<Entry> entries) : present_(true) {
        for (const Entry& entry : entries) (*this)[entry.key] = entry.value;
    }

    /// Whether the map was set or received, even if it is empty.
    [[nodiscard]] bool has_value() const noexcept { return present_ || !entries_.empty(); }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    /// Makes the map present and empty.
    Map& emplace() {
        clear();
        present_ = true;
        return *this;
    }
    /// Makes it absent, and empty.
    void reset() noexcept {
        clear();
        present_ = false;
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] const Entry* data() const noexcept { return entries_.data(); }
    [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] auto end() const noexcept { return entries_.end(); }
    /// The value of a key, or null.
    [[nodiscard]] const V* find(std::string_view key) const noexcept {
        const std::size_t i = index_.find(entries_.data(), entries_.size(), sizeof(Entry), key);
        return i == detail::KeyIndex::none ? nullptr : &entries_[i].value;
    }
    [[nodiscard]] V* find(std::string_view key) noexcept {
        const std::size_t i = index_.find(entries_.data(), entries_.size(), sizeof(Entry), key);
        return i == detail::KeyIndex::none ? nullptr : &entries_[i].value;
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    /// The value of a key; a new one when the key is not there yet.
    V& operator[](std::string_view key) {
        if (V* value = find(key)) return *value;
        return add(key);
    }
    /// The value of a key, newly made whether or not the key was there.
    V& emplace(std::string_view key) {
        if (V* value = find(key)) [[unlikely]] {
            // Constructed again rather than assigned, which would instantiate the value's move assignment.
            V fresh{};
            value->~V();
            return *::new (static_cast<void*>(value)) V(std::move(fresh));
        }
        return add(key);
    }
    void reserve(std::size_t count) { entries_.reserve(count); }
    void clear() noexcept {
        entries_.clear();
        index_.clear();
    }
    /// Removes a key; false when it was not there. Takes linear time.
    bool erase(std::string_view key) {
        const std::size_t i = index_.find(entries_.data(), entries_.size(), sizeof(Entry), key);
        if (i == detail::KeyIndex::none) return false;
        std::vector<Entry> kept;
        kept.reserve(entries_.size() - 1);
        for (std::size_t k = 0; k < entries_.size(); ++k)
            if (k != i) kept.push_back(std::move(entries_[k]));
        entries_ = std::move(kept);
        present_ = true;
        index_.clear();
        index_.added(entries_.data(), entries_.size(), sizeof(Entry));
        return true;
    }

    /// Whether both hold the same keys and values, in any order.
    friend bool operator==(const Map& a, const Map& b) {
        if (a.has_value() != b.has_value() || a.size() != b.size()) return false;
        for (const Entry& entry : a) {
            const V* other = b.find(entry.key);
            if (other == nullptr || !(*other == entry.value)) return false;
        }
        return true;
    }

  private:
    V& add(std::string_view key) {
        index_.reserve(entries_.size() + 1);
        Entry& entry = entries_.emplace_back(key);
        index_.added(entries_.data(), entries_.size(), sizeof(Entry));
        return entry.value;
    }

    std::vector<Entry> entries_{};
    detail::KeyIndex index_{};
    bool present_ = false;
};

} // namespace belfry::inline v0
