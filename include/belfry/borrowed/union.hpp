// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/describe.hpp>
#include <belfry/schema/union.hpp>

#include <cstddef>
#include <string_view>
#include <variant>

namespace belfry::inline v0::borrowed {

/// A union member that the service added after generation: its name and its JSON text.
struct UnknownVariant {
    std::string_view name{};
    std::string_view json{};
    friend bool operator==(const UnknownVariant&, const UnknownVariant&) = default;
};

/// Base of every union `U` that views a response, whose only other part are the named accessors of its
/// members.
template <class U, class... Slots> class Union {
  public:
    /// The slot type of member `Index`.
    template <std::size_t Index> using Slot = std::variant_alternative_t<Index, std::variant<Slots...>>;

    /// Whether any member is set.
    [[nodiscard]] bool has_value() const noexcept { return storage_.which() >= 0; }
    /// The member that the model does not list, or null.
    [[nodiscard]] const UnknownVariant* as_unknown() const noexcept { return storage_.unknown(); }

    static constexpr UnionAccess belfry_union_access{
        .which = [](const void* object) { return static_cast<const U*>(object)->storage_.which(); },
        .get = [](const void* object) { return static_cast<const U*>(object)->storage_.get(); },
        .emplace = [](void* object, int i) { return static_cast<U*>(object)->storage_.emplace_number(i); },
        .set_unknown =
            [](void* object, std::string_view name, std::string_view json) {
                static_cast<U*>(object)->storage_.set_unknown(name, json);
            },
        .get_unknown =
            [](const void* object, std::string_view& name, std::string_view& json) {
                const UnknownVariant* const unknown = static_cast<const U*>(object)->storage_.unknown();
                name = unknown->name;
                json = unknown->json;
            }};

  protected:
    UnionStorage<UnknownVariant, Slots...> storage_{}; // NOLINT: the generated accessors read it
};

} // namespace belfry::inline v0::borrowed
