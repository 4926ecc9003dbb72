// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/arena.hpp>
#include <belfry/borrowed/containers.hpp>
#include <belfry/borrowed/values.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>
#include <type_traits>

/// Makes the tables of `schema/schema.hpp` for types that view a response. Only the decoder of this folder
/// may read them: a `Kind::string` is a `std::string_view` here, and `Type::add` takes a `Place`. For this
/// reason neither these variables nor `belfry_describe_borrowed` have the names that other codecs look for.
namespace belfry::inline v0::borrowed {

template <class Slot, class Traits> constexpr Type make_type() noexcept;
template <class S> constexpr Structure make_structure() noexcept;

/// The one `Type` of a slot's C++ type and traits.
template <class Slot, class Traits = DefaultTraits> inline constexpr Type type_of = make_type<Slot, Traits>();
template <class T, class Traits>
inline constexpr const Type& type_of<Optional<T>, Traits> = type_of<std::optional<T>, Traits>;
template <class S>
inline constexpr auto description_of = belfry_describe_borrowed(static_cast<const S*>(nullptr));
/// The one `Structure` of a generated structure or union.
template <class S> inline constexpr Structure structure_of = make_structure<S>();

namespace detail {

template <class T> inline constexpr bool is_enum = false;
template <class E> inline constexpr bool is_enum<Enum<E>> = true;
template <class T> inline constexpr bool is_box = false;
template <class T> inline constexpr bool is_box<Box<T>> = true;

template <class T> [[nodiscard]] constexpr Kind kind_of() noexcept {
    if constexpr (std::is_same_v<T, std::string_view>)
        return Kind::string;
    else if constexpr (std::is_same_v<T, Blob>)
        return Kind::blob;
    else if constexpr (std::is_same_v<T, Document>)
        return Kind::document;
    else if constexpr (is_enum<T>)
        return Kind::enumeration;
    else
        return ::belfry::detail::kind_of<T>();
}
template <class T> [[nodiscard]] constexpr const EnumValues* values_of(const Enum<T>*) noexcept {
    return &T::enum_values();
}

template <class T> struct ContainerOf {
    static constexpr bool is = false;
};
template <class T> struct ContainerOf<List<T>> {
    static constexpr bool is = true;
    static constexpr Kind kind = Kind::list;
    using element = T;
    using stored = T;
    static constexpr auto add = &Access::add_element<T>;
    static constexpr auto clear = &Access::clear_list<T>;
    static constexpr auto present = &Access::list_present<T>;
    static constexpr auto elements = &Access::list_elements<T>;
};
template <class V> struct ContainerOf<Map<V>> {
    static constexpr bool is = true;
    static constexpr Kind kind = Kind::map;
    using element = V;
    using stored = typename Map<V>::Entry;
    static constexpr auto add = &Access::add_entry<V>;
    static constexpr auto clear = &Access::clear_map<V>;
    static constexpr auto present = &Access::map_present<V>;
    static constexpr auto elements = &Access::map_elements<V>;
};

template <class Slot> void* emplace_slot(void* slot) { return &static_cast<Slot*>(slot)->emplace(); }
template <class Slot> void* emplace_container_slot(void* slot) {
    auto& container = static_cast<Slot*>(slot)->emplace();
    ContainerOf<typename Slot::value_type>::clear(&container, true);
    return &container;
}
/// Unlike the others, this one takes a `Place`: `Type::heap_words` says so.
template <class T> void* emplace_boxed(void* place) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= Arena::alignment);
    const Place& at = *static_cast<const Place*>(place);
    T* const made = ::new (at.arena.allocate(sizeof(T))) T();
    static_cast<Box<T>*>(at.slot)->pointer_ = made;
    return made;
}
template <class Slot> const void* get_slot(const void* slot) noexcept {
    const Slot& s = *static_cast<const Slot*>(slot);
    return s.has_value() ? static_cast<const void*>(&*s) : nullptr;
}

} // namespace detail

template <class Slot, class Traits> constexpr Type make_type() noexcept {
    using Value = typename ::belfry::detail::SlotTraits<Slot>::value;
    constexpr bool optional = ::belfry::detail::SlotTraits<Slot>::optional;
    Type type{};
    type.timestamp_format = Traits::timestamp_format;
    type.optional = optional;
    if constexpr (detail::is_box<Slot>) {
        using T = typename Slot::value_type;
        type.kind = detail::kind_of<T>();
        type.structure = &structure_of<T>;
        type.heap_words = ::belfry::detail::heap_words<T>();
        type.emplace = &detail::emplace_boxed<T>;
        type.get = &detail::get_slot<Slot>;
    } else if constexpr (detail::ContainerOf<Value>::is) {
        using Container = detail::ContainerOf<Value>;
        type.kind = Container::kind;
        type.sparse = ::belfry::detail::SlotTraits<typename Container::element>::nullable ||
                      detail::is_box<typename Container::element>;
        type.heap_words = ::belfry::detail::heap_words<typename Container::stored>();
        type.add = Container::add;
        type.clear = Container::clear;
        type.elements = Container::elements;
        type.present = Container::present;
        type.element = &type_of<typename Container::element, typename Traits::element>;
        if constexpr (optional) {
            // An element of a sparse list of lists.
            type.emplace = &detail::emplace_container_slot<Slot>;
            type.get = &detail::get_slot<Slot>;
        }
    } else {
        type.kind = detail::kind_of<Value>();
        constexpr bool is_aggregate =
            detail::kind_of<Value>() == Kind::structure || detail::kind_of<Value>() == Kind::union_type;
        if constexpr (optional && (is_aggregate || detail::is_enum<Value>)) {
            type.emplace = &detail::emplace_slot<Slot>;
            type.get = &detail::get_slot<Slot>;
        }
        if constexpr (is_aggregate) type.structure = &structure_of<Value>;
        if constexpr (detail::is_enum<Value>) type.values = detail::values_of(static_cast<Value*>(nullptr));
    }
    return type;
}

namespace detail {
template <class S, std::size_t Count>
inline constexpr ::belfry::detail::KeySlots<Count> key_slots_of{description_of<S>.members};
} // namespace detail

template <class S> constexpr Structure make_structure() noexcept {
    constexpr const auto& description = description_of<S>;
    constexpr std::size_t count = ::belfry::detail::count_of(description);
    Structure structure = ::belfry::detail::structure_from(description);
    if constexpr (count > 4 && count < 256)
        structure.keys = {detail::key_slots_of<S, count>.cells,
                          static_cast<std::uint32_t>(::belfry::detail::key_slots<count>() - 1)};
    if constexpr (UnionShape<S>) structure.union_access = &S::belfry_union_access;
    return structure;
}

} // namespace belfry::inline v0::borrowed
