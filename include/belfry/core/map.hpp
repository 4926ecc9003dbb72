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
/// each; beyond, an open-addressed table of entry numbers grows with the map.
class KeyIndex {
  public:
    static constexpr std::size_t linear_limit = 16;
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    /// The number of the entry with that key; `entries` points at the first key, `stride` bytes apart.
    [[nodiscard]] std::size_t find(const void* entries, std::size_t count, std::size_t stride,
                                   std::string_view key) const noexcept {
        const char* first = static_cast<const char*>(entries);
        const auto key_at = [&](std::size_t i) -> const std::string& {
            return *static_cast<const std::string*>(static_cast<const void*>(first + i * stride));
        };
        if (slots_.empty()) {
            for (std::size_t i = 0; i < count; ++i)
                if (key_at(i) == key) return i;
            return none;
        }
        const std::size_t mask = slots_.size() - 1;
        for (std::size_t slot = hash(key) & mask; slots_[slot] != 0; slot = (slot + 1) & mask)
            if (key_at(slots_[slot] - 1) == key) return slots_[slot] - 1;
        return none;
    }
    /// Notes that the last of `count` entries is new.
    void added(const void* entries, std::size_t count, std::size_t stride) {
        if (count <= linear_limit) return;
        if (count * 2 > slots_.size()) {
            std::size_t size = 64;
            while (size < count * 4) size *= 2;
            slots_.assign(size, 0);
            // The address is mixed in: a sender does not know it, and so cannot make keys that all collide in
            // one slot.
            seed_ = reinterpret_cast<std::uintptr_t>(slots_.data());
            for (std::size_t i = 0; i < count; ++i) place(entries, i, stride);
        } else {
            place(entries, count - 1, stride);
        }
    }
    void clear() noexcept { slots_.clear(); }

  private:
    [[nodiscard]] std::size_t hash(std::string_view key) const noexcept {
        std::uint64_t h = 0xcbf29ce484222325U ^ seed_;
        for (const char c : key) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15U;
        return static_cast<std::size_t>(h ^ (h >> 29));
    }
    void place(const void* entries, std::size_t i, std::size_t stride) noexcept {
        const auto& key = *static_cast<const std::string*>(
            static_cast<const void*>(static_cast<const char*>(entries) + i * stride));
        const std::size_t mask = slots_.size() - 1;
        std::size_t slot = hash(key) & mask;
        while (slots_[slot] != 0) slot = (slot + 1) & mask;
        slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
    std::vector<std::uint32_t> slots_;
    std::uint64_t seed_ = 0;
};
} // namespace detail

/// A map member with string keys, in insertion order, that also knows whether it is there at all (see
/// `List`). Look-ups take constant time on average.
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
    Map& operator=(const Map& other) {
        entries_ = other.entries_;
        index_ = other.index_;
        present_ = other.present_;
        return *this;
    }
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
        Entry& entry = entries_.emplace_back(key);
        index_.added(entries_.data(), entries_.size(), sizeof(Entry));
        return entry.value;
    }
    /// The value of a key, newly made whether or not the key was there.
    V& emplace(std::string_view key) {
        if (V* value = find(key)) [[unlikely]] {
            // Constructed again rather than assigned, which would instantiate the value's move assignment.
            value->~V();
            return *::new (static_cast<void*>(value)) V{};
        }
        Entry& entry = entries_.emplace_back(key);
        index_.added(entries_.data(), entries_.size(), sizeof(Entry));
        return entry.value;
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
        std::vector<Entry> kept = std::move(entries_);
        clear();
        present_ = true;
        for (std::size_t k = 0; k < kept.size(); ++k)
            if (k != i) {
                entries_.push_back(std::move(kept[k]));
                index_.added(entries_.data(), entries_.size(), sizeof(Entry));
            }
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
    std::vector<Entry> entries_{};
    detail::KeyIndex index_{};
    bool present_ = false;
};

} // namespace belfry::inline v0
