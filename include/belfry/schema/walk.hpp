// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/schema.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// The walk that formats share when they read values by the tables of `schema/schema.hpp`.
namespace belfry::inline v0::detail {

/// Calls the function of a visitor that fits a value's kind. A visitor with private functions has `Walk` as
/// its friend. All functions return the same type:
///
///     boolean(bool)                        integer(std::int64_t)
///     floating(float)                      floating(double)
///     text(std::string_view)               document(std::string_view json)
///     timestamp(const Type&, Timestamp)    blob(const Type&, const Blob&)
///     list(const Type&, const void*)       map(const Type&, const void*)
///     structure(const Structure&, const void*)
///     union_type(const Structure&, const void*)
struct Walk {
    /// `value` as `slot_value` gives it, and not null.
    template <class Visitor> static auto value(Visitor& visitor, const Type& type, const void* value) {
        switch (type.kind) {
        case Kind::boolean: return visitor.boolean(as<bool>(value));
        case Kind::int8: return visitor.integer(std::int64_t{as<std::int8_t>(value)});
        case Kind::int16: return visitor.integer(std::int64_t{as<std::int16_t>(value)});
        case Kind::int32: return visitor.integer(std::int64_t{as<std::int32_t>(value)});
        case Kind::int64: return visitor.integer(as<std::int64_t>(value));
        case Kind::float32: return visitor.floating(as<float>(value));
        case Kind::float64: return visitor.floating(as<double>(value));
        case Kind::string: return visitor.text(std::string_view(as<std::string>(value)));
        case Kind::enumeration: return visitor.text(as<OpenEnumBase>(value).text(*type.values));
        case Kind::timestamp: return visitor.timestamp(type, as<Timestamp>(value));
        case Kind::blob: return visitor.blob(type, as<Blob>(value));
        case Kind::document: return visitor.document(std::string_view(as<Document>(value).json()));
        case Kind::list: return visitor.list(type, value);
        case Kind::map: return visitor.map(type, value);
        case Kind::structure: return visitor.structure(*type.structure, value);
        case Kind::union_type: break;
        }
        return visitor.union_type(*type.structure, value);
    }

    template <class T> [[nodiscard]] static const T& as(const void* value) noexcept {
        return *static_cast<const T*>(value);
    }
};

} // namespace belfry::inline v0::detail
