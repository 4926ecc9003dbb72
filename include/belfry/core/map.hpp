// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/key_index.hpp>
#include <belfry/core/value_fit.hpp>

#include <cstddef>
#include <initializer_list>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace belfry::inline v0 {

namespace detail {
/// A reference to a whole number that refuses to be assigned a number which may not fit. It serves one
/// expression: a variable of this type (`auto value = map["key"];`) cannot be read, and none is assigned to
/// another, since adding a key moves the numbers.
template <class N> class NumberReference {
  public:
    constexpr explicit NumberReference(N& number) noexcept : number_(number) {}
    NumberReference(const NumberReference&) = delete;
    NumberReference& operator=(const NumberReference&) = delete;
    ~NumberReference() = default;
    constexpr operator N&() && noexcept { return number_; } // NOLINT
    template <class U>
        requires(std::is_convertible_v<U, N> && !std::is_same_v<U, NumberReference>)
    constexpr N& operator=(U value) && { // NOLINT: a number, as from a plain assignment
        BELFRY_REFUSE_NUMBER(U, N);
        return number_ = static_cast<N>(value);
    }
    template <class U>
        requires std::is_arithmetic_v<U>
    constexpr N& operator+=(U value) && {
        BELFRY_REFUSE_NUMBER(U, N);
        return number_ = static_cast<N>(number_ + static_cast<N>(value));
    }
    template <class U>
        requires std::is_arithmetic_v<U>
    constexpr N& operator-=(U value) && {
        BELFRY_REFUSE_NUMBER(U, N);
        return number_ = static_cast<N>(number_ - static_cast<N>(value));
    }

  private:
    N& number_;
};
template <class V> inline constexpr bool is_whole_number = std::is_integral_v<V> && !std::is_same_v<V, bool>;
} // namespace detail

/// A map member with string keys, in insertion order, that also knows whether it is there at all (see
/// `List`). A look-up takes time in proportion to the length of the longest key.
template <class V> class Map {
  public:
    /// One entry; `for (const auto& [key, value] : map)`.
    struct Entry {
        std::string key;
        V value{};

        Entry() = default;
        Entry(std::string k, V v) : key(std::move(k)), value(std::move(v)) {}
        explicit Entry(std::string_view k) : key(k) {}
        /// The same from views. A template, so that the constructor above takes what both can.
        template <class View = std::string_view>
        Entry(std::type_identity_t<View> k,
              std::conditional_t<std::is_same_v<V, std::string>, std::type_identity_t<View>, V> v)
            : key(k), value(std::move(v)) {}
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

    /// The entries of another map, such as `std::map`, or of a range of pairs. The last of several entries
    /// with the same key wins.
    template <class Range>
        requires(!std::is_same_v<Range, Map> &&
                 requires(const Range& range) {
                     std::string_view(range.begin()->first);
                     V(range.begin()->second);
                     range.end();
                 } && !detail::may_not_fit<decltype(std::declval<const Range&>().begin()->second), V>)
    Map(const Range& range) : present_(true) { // NOLINT
        for (const auto& [key, value] : range) (*this)[key] = V(value);
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
    /// Makes it empty, and absent unless it is to be `present`.
    void reset(bool present = false) noexcept {
        clear();
        present_ = present;
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] const Entry* data() const noexcept { return entries_.data(); }
    [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] auto end() const noexcept { return entries_.end(); }
    /// The value of a key, or null.
    [[nodiscard]] const V* find(std::string_view key) const noexcept {
        const std::size_t i = index_.find(entries_.data(), entries_.size(), sizeof(Entry), key);
        return i == detail::KeyIndex<std::string>::none ? nullptr : &entries_[i].value;
    }
    [[nodiscard]] V* find(std::string_view key) noexcept {
        const std::size_t i = index_.find(entries_.data(), entries_.size(), sizeof(Entry), key);
        return i == detail::KeyIndex<std::string>::none ? nullptr : &entries_[i].value;
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }
    /// The value of a key; a new one when the key is not there yet.
    V& operator[](std::string_view key)
        requires(!detail::is_whole_number<V>)
    {
        if (V* value = find(key)) return *value;
        return add(key);
    }
    /// The same of a number; refuses to assign one that may not fit.
    detail::NumberReference<V> operator[](std::string_view key)
        requires detail::is_whole_number<V>
    {
        if (V* value = find(key)) return detail::NumberReference<V>(*value);
        return detail::NumberReference<V>(add(key));
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
        if (i == detail::KeyIndex<std::string>::none) return false;
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
    detail::KeyIndex<std::string> index_{};
    bool present_ = false;
};

} // namespace belfry::inline v0
