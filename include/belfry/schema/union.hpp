// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/schema/describe.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace belfry::inline v0 {

/// A union member that the service added after generation: its name and its JSON text.
struct UnknownVariant {
    std::string name;
    std::string json;
    friend bool operator==(const UnknownVariant&, const UnknownVariant&) = default;
};

/// The state of a generated union: nothing, one of its members (numbered from 0 in the model's order), or an
/// `Unknown`, for a member that the model does not list.
template <class Unknown, class... Slots> class UnionStorage {
  public:
    static constexpr int count = static_cast<int>(sizeof...(Slots));

    template <std::size_t Index> [[nodiscard]] auto* get_if() noexcept {
        return std::get_if<Index + 1>(&value_);
    }
    template <std::size_t Index> [[nodiscard]] const auto* get_if() const noexcept {
        return std::get_if<Index + 1>(&value_);
    }
    template <std::size_t Index, class... A> auto& emplace(A&&... arguments) {
        return value_.template emplace<Index + 1>(std::forward<A>(arguments)...);
    }
    [[nodiscard]] const Unknown* unknown() const noexcept {
        return std::get_if<sizeof...(Slots) + 1>(&value_);
    }

    [[nodiscard]] int which() const noexcept { return static_cast<int>(value_.index()) - 1; }
    [[nodiscard]] const void* get() const noexcept { return get_at(std::index_sequence_for<Slots...>()); }
    void* emplace_number(int i) { return emplace_at(i, std::index_sequence_for<Slots...>()); }
    void set_unknown(std::string_view name, std::string_view json) {
        using Text = decltype(Unknown::name);
        value_.template emplace<sizeof...(Slots) + 1>(Unknown{Text(name), Text(json)});
    }
    friend bool operator==(const UnionStorage&, const UnionStorage&) = default;

  private:
    template <std::size_t... Index> const void* get_at(std::index_sequence<Index...>) const noexcept {
        const void* slot = nullptr;
        ((value_.index() == Index + 1 ? static_cast<void>(slot = std::get_if<Index + 1>(&value_)) : void()),
         ...);
        return slot;
    }
    template <std::size_t... Index> void* emplace_at(int i, std::index_sequence<Index...>) {
        void* slot = nullptr;
        ((i == static_cast<int>(Index) ? static_cast<void>(slot = &value_.template emplace<Index + 1>())
                                       : void()),
         ...);
        return slot;
    }
    std::variant<std::monostate, Slots..., Unknown> value_;
};

/// Base of every generated union `U`, whose only other part are the named accessors of its members.
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

} // namespace belfry::inline v0
