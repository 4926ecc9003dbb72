// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/box.hpp>
#include <belfry/schema/schema.hpp>
#include <belfry/util/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// Makes the tables of `schema/schema.hpp` out of C++ types. Every table is a variable template, so that a
/// shape that is not used costs nothing.
namespace belfry::inline v0 {

/// A generated structure or union.
template <class S>
concept Shape = requires(const S* s) { belfry_describe(s); };

/// A generated union; `S::belfry_union_access` reads and sets it.
template <class S>
concept UnionShape = requires { requires std::same_as<decltype(S::belfry_union_access), const UnionAccess>; };

/// The traits of a slot's type beyond its C++ type. A generated list or map shape that differs from
/// this brings a type with the same members.
struct DefaultTraits {
    static constexpr TimestampFormat timestamp_format = TimestampFormat::unset;
    using element = DefaultTraits;
};
/// The traits of timestamps, and of lists and maps of them, in one format.
template <TimestampFormat Format> struct TimestampTraits {
    static constexpr TimestampFormat timestamp_format = Format;
    using element = TimestampTraits<Format>;
};

template <class Slot, class Traits> constexpr Type make_type() noexcept;
template <class S> constexpr Structure make_structure() noexcept;

/// The one `Type` of a slot's C++ type and traits.
template <class Slot, class Traits = DefaultTraits> inline constexpr Type type_of = make_type<Slot, Traits>();
/// A required slot is described like an optional one; `Member` tells them apart. Only this one may
/// be a reference, since shapes with such slots are never part of themselves.
template <class T, class Owner, class Name, class Traits>
inline constexpr const Type& type_of<Required<T, Owner, Name>, Traits> =
    type_of<typename detail::SlotOf<T>::type, Traits>;
template <class T, class Traits>
inline constexpr const Type& type_of<Optional<T>, Traits> = type_of<std::optional<T>, Traits>;
template <class S> inline constexpr auto description_of = belfry_describe(static_cast<const S*>(nullptr));
/// The one `Structure` of a generated structure or union.
template <class S> inline constexpr Structure structure_of = make_structure<S>();

namespace detail {

template <class T> [[nodiscard]] constexpr Kind kind_of() noexcept {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, Boolean>)
        return Kind::boolean;
    else if constexpr (std::is_same_v<T, std::int8_t>)
        return Kind::int8;
    else if constexpr (std::is_same_v<T, std::int16_t>)
        return Kind::int16;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return Kind::int32;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return Kind::int64;
    else if constexpr (std::is_same_v<T, float>)
        return Kind::float32;
    else if constexpr (std::is_same_v<T, double>)
        return Kind::float64;
    else if constexpr (std::is_same_v<T, std::string>)
        return Kind::string;
    else if constexpr (std::is_same_v<T, Timestamp>)
        return Kind::timestamp;
    else if constexpr (std::is_same_v<T, Blob> || is_streaming_blob<T>)
        return Kind::blob;
    else if constexpr (std::is_same_v<T, Document>)
        return Kind::document;
    else if constexpr (std::derived_from<T, OpenEnumBase>)
        return Kind::enumeration;
    else if constexpr (UnionShape<T>)
        return Kind::union_type;
    else
        return Kind::structure;
}

template <class Slot> struct SlotTraits {
    using value = Slot;
    static constexpr bool nullable = false;
    static constexpr bool optional = false;
};
template <class T> struct SlotTraits<std::optional<T>> {
    using value = T;
    static constexpr bool nullable = true;
    static constexpr bool optional = true;
};
template <class T> struct SlotTraits<Optional<T>> : SlotTraits<std::optional<T>> {};
template <class T> struct SlotTraits<Box<T>> {
    using value = T;
    static constexpr bool nullable = true;
    static constexpr bool optional = false;
};

// A slot is filled once, except for a repeated key. Compiled for size, that case calls the destructor instead
// of a second inlined copy of it.
template <class Slot> BELFRY_COLD BELFRY_NOINLINE void reset_slot(Slot& slot) noexcept { slot.reset(); }
template <class Slot> void* emplace_slot(void* slot) {
    Slot& s = *static_cast<Slot*>(slot);
    if (s.has_value()) [[unlikely]]
        reset_slot(s);
    if (s.has_value()) BELFRY_UNREACHABLE();
    return &s.emplace();
}
template <class Slot> void* emplace_container_slot(void* slot) {
    return &static_cast<Slot*>(slot)->emplace().emplace();
}
template <class Slot> const void* get_slot(const void* slot) noexcept {
    const Slot& s = *static_cast<const Slot*>(slot);
    return s.has_value() ? static_cast<const void*>(&*s) : nullptr;
}
/// The capacity that a container reserves with its first element. Lists are short, and this saves small
/// elements the allocations for one and for two.
template <class Element> inline constexpr std::size_t first_capacity = sizeof(Element) <= 64 ? 4 : 1;
template <class Container> void* add_element(void* container, [[maybe_unused]] std::string_view key) {
    Container& c = *static_cast<Container*>(container);
    if constexpr (first_capacity<typename Container::value_type> > 1)
        if (c.empty()) c.reserve(first_capacity<typename Container::value_type>);
    if constexpr (requires { c.emplace_back(); })
        return &c.emplace_back();
    else
        return &c.emplace(key);
}
template <class Container> void clear_container(void* container, bool present) {
    static_cast<Container*>(container)->reset(present);
}
template <class Container> bool container_present(const void* container) noexcept {
    return static_cast<const Container*>(container)->has_value();
}
template <class Container> Elements elements_of(const void* container) noexcept {
    const Container& c = *static_cast<const Container*>(container);
    using Element = typename Container::value_type;
    std::size_t value_offset = 0;
    // An entry is an aggregate of the key and the value, so that the value's place follows from its size and
    // alignment.
    if constexpr (!requires(Container& any) { any.emplace_back(); })
        value_offset = (sizeof(std::string) + alignof(decltype(Element::value)) - 1) /
                       alignof(decltype(Element::value)) * alignof(decltype(Element::value));
    return {c.data(), c.size(), sizeof(Element), value_offset};
}

/// See `Type::heap_words`.
template <class T> [[nodiscard]] constexpr std::uint16_t heap_words() noexcept {
    constexpr std::size_t words = (sizeof(T) + 7) / 8;
    return words < 0xffff ? static_cast<std::uint16_t>(words) : std::uint16_t{0xffff};
}

template <class T> struct ContainerOf {
    static constexpr bool is = false;
};
template <class T> struct ContainerOf<List<T>> {
    static constexpr bool is = true;
    static constexpr Kind kind = Kind::list;
    using element = typename List<T>::value_type;
};
template <class V> struct ContainerOf<Map<V>> {
    static constexpr bool is = true;
    static constexpr Kind kind = Kind::map;
    using element = V;
};

template <std::size_t Count> [[nodiscard]] constexpr std::size_t key_slots() noexcept {
    std::size_t cells = 8;
    while (cells < Count * 2) cells *= 2;
    return cells;
}
template <std::size_t Count> struct KeySlots {
    std::uint8_t cells[key_slots<Count>()] = {};
    constexpr explicit KeySlots(const Member* members) noexcept {
        for (std::size_t i = 0; i < Count; ++i) {
            const Member& m = members[i];
            std::size_t slot = hash_key(m.name, m.name_length) & (key_slots<Count>() - 1);
            while (cells[slot] != 0) slot = (slot + 1) & (key_slots<Count>() - 1);
            cells[slot] = static_cast<std::uint8_t>(i + 1);
        }
    }
};
template <class S, std::size_t Count>
inline constexpr KeySlots<Count> key_slots_of{description_of<S>.members};

template <std::size_t Count>
[[nodiscard]] constexpr std::size_t count_of(const Description<Count>&) noexcept {
    return Count;
}

} // namespace detail

template <class Slot, class Traits> constexpr Type make_type() noexcept {
    if constexpr (detail::ContainerOf<Slot>::is) {
        using Element = typename detail::ContainerOf<Slot>::element;
        return {.kind = detail::ContainerOf<Slot>::kind,
                .timestamp_format = Traits::timestamp_format,
                .optional = false,
                .sparse = detail::SlotTraits<Element>::nullable,
                .heap_words = detail::heap_words<typename Slot::value_type>(),
                .emplace = nullptr,
                .get = nullptr,
                .add = &detail::add_element<Slot>,
                .clear = &detail::clear_container<Slot>,
                .elements = &detail::elements_of<Slot>,
                .present = &detail::container_present<Slot>,
                .element = &type_of<Element, typename Traits::element>,
                .structure = nullptr,
                .values = nullptr};
    } else {
        using Traits_ = detail::SlotTraits<Slot>;
        using Value = typename Traits_::value;
        if constexpr (detail::ContainerOf<Value>::is) {
            // An element of a sparse list of lists.
            Type type = make_type<Value, Traits>();
            type.optional = true;
            type.emplace = &detail::emplace_container_slot<Slot>;
            type.get = &detail::get_slot<Slot>;
            return type;
        } else {
            constexpr Kind kind = detail::kind_of<Value>();
            constexpr bool thunks =
                Traits_::nullable &&
                (!Traits_::optional || kind == Kind::enumeration || kind == Kind::structure ||
                 kind == Kind::union_type || detail::is_streaming_blob<Value>);
            Type type{.kind = kind,
                      .timestamp_format = Traits::timestamp_format,
                      .optional = Traits_::optional,
                      .sparse = false,
                      .streaming = detail::is_streaming_blob<Value>,
                      .heap_words = 0,
                      .emplace = nullptr,
                      .get = nullptr,
                      .add = nullptr,
                      .clear = nullptr,
                      .elements = nullptr,
                      .present = nullptr,
                      .element = nullptr,
                      .structure = nullptr,
                      .values = nullptr};
            if constexpr (thunks) {
                type.emplace = &detail::emplace_slot<Slot>;
                type.get = &detail::get_slot<Slot>;
            }
            if constexpr (Traits_::nullable && !Traits_::optional)
                type.heap_words = detail::heap_words<Value>();
            if constexpr (kind == Kind::structure || kind == Kind::union_type)
                type.structure = &structure_of<Value>;
            if constexpr (kind == Kind::enumeration) type.values = &Value::enum_values();
            return type;
        }
    }
}

namespace detail {
/// The table of a structure or union, without `keys` and `union_access`.
template <std::size_t Count>
[[nodiscard]] constexpr Structure structure_from(const Description<Count>& description) noexcept {
    bool http_bound = false;
    for (std::size_t i = 0; i < Count; ++i)
        if (description.members[i].location != Location::body) http_bound = true;
    return {.name = description.name,
            .members = description.members,
            .count = static_cast<std::uint16_t>(Count),
            .http_bound = http_bound,
            .error_status = description.error_status,
            .error_code = description.error_code,
            .extras = description.extras,
            .keys = {nullptr, 0},
            .union_access = nullptr};
}
} // namespace detail

template <class S> constexpr Structure make_structure() noexcept {
    constexpr const auto& description = description_of<S>;
    constexpr std::size_t count = detail::count_of(description);
    Structure structure = detail::structure_from(description);
    if constexpr (count > 4 && count < 256)
        structure.keys = {detail::key_slots_of<S, count>.cells,
                          static_cast<std::uint32_t>(detail::key_slots<count>() - 1)};
    if constexpr (UnionShape<S>) structure.union_access = &S::belfry_union_access;
    return structure;
}

} // namespace belfry::inline v0
