// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/describe.hpp>
#include <belfry/borrowed/output.hpp>
#include <belfry/borrowed/values.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/slot.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace belfry::inline v0::borrowed {
namespace detail {

/// Copies values that view a response into shapes that own theirs. The tables of both have the same members.
class OwningCopy {
  public:
    static void structure(const Structure& from_shape, const void* from, const Structure& to_shape,
                          void* to) {
        if (from_shape.union_access != nullptr) return union_type(from_shape, from, to_shape, to);
        for (std::size_t i = 0; i < from_shape.count; ++i)
            slot(*from_shape.members[i].type, from_shape.members[i].slot(from), *to_shape.members[i].type,
                 to_shape.members[i].slot(to));
    }

  private:
    template <class T> [[nodiscard]] static const T& as(const void* value) noexcept {
        return *static_cast<const T*>(value);
    }
    /// The address of the slot's value, or null.
    [[nodiscard]] static const void* value_of(const Type& type, const void* slot) noexcept {
        switch (type.optional && type.get == nullptr ? type.kind : Kind::structure) {
        case Kind::string: return ::belfry::detail::optional_value<std::string_view>(slot);
        case Kind::blob: return ::belfry::detail::optional_value<Blob>(slot);
        case Kind::document: return ::belfry::detail::optional_value<Document>(slot);
        default: return ::belfry::detail::slot_value(type, slot);
        }
    }
    static void slot(const Type& from_type, const void* from, const Type& to_type, void* to) {
        if (const void* const value = value_of(from_type, from)) copy(from_type, value, to_type, to);
    }
    template <class T> static void scalar(const void* value, const Type& type, void* to) {
        ::belfry::detail::put_scalar<T>(type, to, as<T>(value));
    }
    static void copy(const Type& from_type, const void* value, const Type& type, void* to) {
        switch (type.kind) {
        case Kind::boolean: return scalar<bool>(value, type, to);
        case Kind::int8: return scalar<std::int8_t>(value, type, to);
        case Kind::int16: return scalar<std::int16_t>(value, type, to);
        case Kind::int32: return scalar<std::int32_t>(value, type, to);
        case Kind::int64: return scalar<std::int64_t>(value, type, to);
        case Kind::float32: return scalar<float>(value, type, to);
        case Kind::float64: return scalar<double>(value, type, to);
        case Kind::timestamp: return scalar<Timestamp>(value, type, to);
        case Kind::string:
            return ::belfry::detail::put_scalar<std::string>(type, to, as<std::string_view>(value));
        case Kind::blob:
            return ::belfry::detail::put_scalar<::belfry::Blob>(type, to, as<Blob>(value).view());
        case Kind::document:
            return ::belfry::detail::put_scalar<::belfry::Document>(type, to,
                                                                    std::string(as<Document>(value).json()));
        case Kind::enumeration:
            return static_cast<OpenEnumBase*>(::belfry::detail::slot_emplace(type, to))
                ->assign(as<EnumBase>(value).text(*type.values), *type.values);
        case Kind::list:
        case Kind::map: return elements(from_type, value, type, ::belfry::detail::slot_emplace(type, to));
        case Kind::structure:
        case Kind::union_type:
            return structure(*from_type.structure, value, *type.structure,
                             ::belfry::detail::slot_emplace(type, to));
        }
    }
    static void elements(const Type& from_type, const void* from, const Type& type, void* to) {
        type.clear(to, true);
        const Elements all = from_type.elements(from);
        for (std::size_t i = 0; i < all.count; ++i) {
            const char* const element = static_cast<const char*>(all.first) + i * all.stride;
            const std::string_view key = type.kind == Kind::map ? as<std::string_view>(element) : "";
            slot(*from_type.element, element + all.value_offset, *type.element, type.add(to, key));
        }
    }
    static void union_type(const Structure& from_shape, const void* from, const Structure& to_shape,
                           void* to) {
        const int which = from_shape.union_access->which(from);
        if (which < 0) return;
        if (which >= from_shape.count) {
            std::string_view name;
            std::string_view json;
            from_shape.union_access->get_unknown(from, name, json);
            return to_shape.union_access->set_unknown(to, name, json);
        }
        const auto i = static_cast<std::size_t>(which);
        slot(*from_shape.members[i].type, from_shape.union_access->get(from), *to_shape.members[i].type,
             to_shape.union_access->emplace(to, which));
    }
};

} // namespace detail

/// A copy of an output, or of any structure or union in one, that owns its values: of the type with the same
/// name in the service's own namespace. Needs the header of that type.
template <class S> [[nodiscard]] auto to_owned(const S& borrowed) -> decltype(belfry_owning_type(&borrowed)) {
    using Owning = decltype(belfry_owning_type(&borrowed));
    Owning owning{};
    detail::OwningCopy::structure(structure_of<S>, &borrowed, ::belfry::structure_of<Owning>, &owning);
    return owning;
}
template <class T> [[nodiscard]] auto to_owned(const Output<T>& output) {
    return to_owned(static_cast<const T&>(output));
}

} // namespace belfry::inline v0::borrowed
