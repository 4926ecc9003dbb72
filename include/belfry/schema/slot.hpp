// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/schema.hpp>
#include <belfry/util/config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

/// Reads and fills the slots that the tables of `schema/schema.hpp` describe.
namespace belfry::inline v0::detail {

template <class T> [[nodiscard]] const void* optional_value(const void* slot) noexcept {
    const auto& optional = *static_cast<const std::optional<T>*>(slot);
    return optional.has_value() ? static_cast<const void*>(&*optional) : nullptr;
}
template <class T> [[nodiscard]] void* optional_emplace(void* slot) {
    // Assigning to an existing value keeps a string's buffer and needs no destructor call.
    auto& optional = *static_cast<std::optional<T>*>(slot);
    if (!optional.has_value()) optional.emplace();
    return &*optional;
}

/// Makes the slot hold a scalar of type `T`, made of the arguments.
template <class T, class... A> inline void put_scalar(const Type& type, void* slot, A&&... arguments) {
    if (type.optional)
        static_cast<std::optional<T>*>(slot)->emplace(std::forward<A>(arguments)...);
    else
        *static_cast<T*>(slot) = T(std::forward<A>(arguments)...);
}

template <class T> [[nodiscard]] inline bool put_narrow(const Type& type, void* slot, std::int64_t value) {
    if (value != static_cast<T>(value)) return false;
    put_scalar<T>(type, slot, static_cast<T>(value));
    return true;
}
/// Makes the slot of an integer hold `value`; false if the type is too small for it.
[[nodiscard]] BELFRY_NOINLINE inline bool put_integer(const Type& type, void* slot, std::int64_t value) {
    switch (type.kind) {
    case Kind::int8: return put_narrow<std::int8_t>(type, slot, value);
    case Kind::int16: return put_narrow<std::int16_t>(type, slot, value);
    case Kind::int32: return put_narrow<std::int32_t>(type, slot, value);
    default: put_scalar<std::int64_t>(type, slot, value); return true;
    }
}
/// The problem if `put_integer` returns false.
[[nodiscard]] BELFRY_COLD inline const char* does_not_fit(Kind kind) noexcept {
    return kind == Kind::int8    ? "the number does not fit 8 bits"
           : kind == Kind::int16 ? "the number does not fit 16 bits"
                                 : "the number does not fit 32 bits";
}

/// The address of the slot's value, or null if it is absent. A list or map is its own value.
[[nodiscard]] inline const void* slot_value(const Type& type, const void* slot) noexcept {
    if (type.get != nullptr) return type.get(slot);
    if (type.present != nullptr) return type.present(slot) ? slot : nullptr;
    if (!type.optional) return slot;
    switch (type.kind) {
    case Kind::boolean: return optional_value<bool>(slot);
    case Kind::int8: return optional_value<std::int8_t>(slot);
    case Kind::int16: return optional_value<std::int16_t>(slot);
    case Kind::int32: return optional_value<std::int32_t>(slot);
    case Kind::int64: return optional_value<std::int64_t>(slot);
    case Kind::float32: return optional_value<float>(slot);
    case Kind::float64: return optional_value<double>(slot);
    case Kind::string: return optional_value<std::string>(slot);
    case Kind::timestamp: return optional_value<Timestamp>(slot);
    case Kind::blob: return optional_value<Blob>(slot);
    case Kind::document: return optional_value<Document>(slot);
    default: return slot;
    }
}

/// Makes the slot hold a value and returns its address. A list or map becomes present and empty.
[[nodiscard]] inline void* slot_emplace(const Type& type, void* slot) {
    if (type.emplace != nullptr) return type.emplace(slot);
    if (type.clear != nullptr) {
        type.clear(slot, true);
        return slot;
    }
    if (!type.optional) return slot;
    switch (type.kind) {
    case Kind::boolean: return optional_emplace<bool>(slot);
    case Kind::int8: return optional_emplace<std::int8_t>(slot);
    case Kind::int16: return optional_emplace<std::int16_t>(slot);
    case Kind::int32: return optional_emplace<std::int32_t>(slot);
    case Kind::int64: return optional_emplace<std::int64_t>(slot);
    case Kind::float32: return optional_emplace<float>(slot);
    case Kind::float64: return optional_emplace<double>(slot);
    case Kind::string: return optional_emplace<std::string>(slot);
    case Kind::timestamp: return optional_emplace<Timestamp>(slot);
    case Kind::blob: return optional_emplace<Blob>(slot);
    case Kind::document: return optional_emplace<Document>(slot);
    default: return slot;
    }
}

} // namespace belfry::inline v0::detail
