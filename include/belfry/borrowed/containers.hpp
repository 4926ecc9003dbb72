// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/arena.hpp>
#include <belfry/borrowed/keyed_array.hpp>
#include <belfry/schema/schema.hpp>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string_view>
#include <type_traits>

namespace belfry::inline v0::borrowed {

namespace detail {
struct Access;
} // namespace detail

/// Makes a list or map that is present and empty, as models name it for a default.
struct Empty {
    constexpr explicit Empty() noexcept = default;
};

/// A list in memory that the `Output` owns, which it is a part of. Reads like `belfry::List`: an absent one
/// iterates as an empty one. A copy views the same elements.
template <class T> class List {
  public:
    using value_type = T;

    constexpr List() noexcept = default;
    List(Empty) noexcept { elements_.make(true); } // NOLINT

    /// Whether the list was received, even if it is empty.
    [[nodiscard]] bool has_value() const noexcept { return elements_.first != nullptr; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] std::size_t size() const noexcept { return elements_.size; }
    [[nodiscard]] bool empty() const noexcept { return elements_.size == 0; }
    [[nodiscard]] const T* data() const noexcept { return static_cast<const T*>(elements_.first); }
    [[nodiscard]] const T* begin() const noexcept { return data(); }
    [[nodiscard]] const T* end() const noexcept { return data() + size(); }
    [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
    [[nodiscard]] const T& front() const noexcept { return *data(); }
    [[nodiscard]] const T& back() const noexcept { return data()[size() - 1]; }

    friend bool operator==(const List& a, const List& b) {
        return a.has_value() == b.has_value() && std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    friend detail::Access;
    detail::Array elements_{};
};

/// A map in memory that the `Output` owns, which it is a part of. Reads like `belfry::Map`: entries in the
/// order of the response, and an absent one iterates as an empty one. A copy views the same entries.
template <class V> class Map {
  public:
    /// One entry; `for (const auto& [key, value] : map)`.
    struct Entry {
        std::string_view key{};
        V value{};
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    using value_type = Entry;

    constexpr Map() noexcept = default;
    Map(Empty) noexcept { entries_.make(true); } // NOLINT

    /// Whether the map was received, even if it is empty.
    [[nodiscard]] bool has_value() const noexcept { return entries_.entries.first != nullptr; }
    [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.entries.size; }
    [[nodiscard]] bool empty() const noexcept { return entries_.entries.size == 0; }
    [[nodiscard]] const Entry* data() const noexcept {
        return static_cast<const Entry*>(entries_.entries.first);
    }
    [[nodiscard]] const Entry* begin() const noexcept { return data(); }
    [[nodiscard]] const Entry* end() const noexcept { return data() + size(); }
    /// The value of a key, or null. Compares with up to 16 keys, or searches in more.
    [[nodiscard]] const V* find(std::string_view key) const noexcept {
        const std::size_t i = entries_.find(key, sizeof(Entry));
        return i < size() ? &data()[i].value : nullptr;
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }

    /// Whether both hold the same keys and values, in any order.
    friend bool operator==(const Map& a, const Map& b) {
        if (a.has_value() != b.has_value() || a.size() != b.size()) return false;
        for (const Entry& entry : a) {
            const V* const other = b.find(entry.key);
            if (other == nullptr || !(*other == entry.value)) return false;
        }
        return true;
    }

  private:
    friend detail::Access;
    detail::KeyedArray entries_{};
};

namespace detail {

/// Fills lists and maps, through the functions of their `Type`.
struct Access {
    template <class T> static void* add_element(void* place, std::string_view /*key*/) {
        static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T> &&
                      alignof(T) <= Arena::alignment);
        const Place& at = *static_cast<const Place*>(place);
        return ::new (static_cast<List<T>*>(at.slot)->elements_.add(at.arena, sizeof(T))) T();
    }
    template <class T> static void clear_list(void* list, bool present) noexcept {
        static_cast<List<T>*>(list)->elements_.make(present);
    }
    template <class T> static bool list_present(const void* list) noexcept {
        return static_cast<const List<T>*>(list)->has_value();
    }
    template <class T> static Elements list_elements(const void* list) noexcept {
        const List<T>& all = *static_cast<const List<T>*>(list);
        return {all.data(), all.size(), sizeof(T), 0};
    }

    template <class V> static void* add_entry(void* place, std::string_view key) {
        using Entry = typename Map<V>::Entry;
        static_assert(std::is_trivially_destructible_v<Entry> && std::is_trivially_copyable_v<Entry> &&
                      alignof(Entry) <= Arena::alignment);
        const Place& at = *static_cast<const Place*>(place);
        Entry* const entry =
            ::new (static_cast<Map<V>*>(at.slot)->entries_.entries.add(at.arena, sizeof(Entry))) Entry();
        entry->key = key;
        return &entry->value;
    }
    template <class V> static void clear_map(void* map, bool present) noexcept {
        static_cast<Map<V>*>(map)->entries_.make(present);
    }
    template <class V> static bool map_present(const void* map) noexcept {
        return static_cast<const Map<V>*>(map)->has_value();
    }
    template <class V> static Elements map_elements(const void* map) noexcept {
        const Map<V>& all = *static_cast<const Map<V>*>(map);
        return {all.data(), all.size(), sizeof(typename Map<V>::Entry), sizeof(std::string_view)};
    }
};

} // namespace detail
} // namespace belfry::inline v0::borrowed
