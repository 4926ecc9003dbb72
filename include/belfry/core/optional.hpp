// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/value_fit.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

template <class T> class Optional;

namespace detail {
template <class T>
inline constexpr bool is_slot = requires(const T& slot) {
    slot.has_value();
    *slot;
};

/// The operators of all optionals, once for all. As friends of a base class they come with a member that a
/// module exports; others might be discarded.
class OptionalOperators {
    /// Compares as a `std::optional` does: with another optional, with `std::nullopt` or with a value.
    template <class T, class U>
    [[nodiscard]] friend constexpr bool operator==(const Optional<T>& a, const U& b) {
        if constexpr (std::is_same_v<U, std::nullopt_t>)
            return !a.has_value();
        else if constexpr (is_slot<U>)
            return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
        else
            return a.has_value() && *a == b;
    }
    // The standard library has operators of an optional and a value, which would take an `Optional` for the
    // value. g++ 12 finds its operators before the reversed ones of these.
    template <class T, class U>
    [[nodiscard]] friend constexpr bool operator==(const Optional<T>& a, const std::optional<U>& b) {
        return a.has_value() == b.has_value() && (!a.has_value() || *a == *b);
    }
    template <class T, class U>
    [[nodiscard]] friend constexpr bool operator==(const std::optional<T>& a, const Optional<U>& b) {
        return b == a;
    }
    template <class T, class U>
    [[nodiscard]] friend constexpr bool operator!=(const Optional<T>& a, const std::optional<U>& b) {
        return !(a == b);
    }
    template <class T, class U>
    [[nodiscard]] friend constexpr bool operator!=(const std::optional<T>& a, const Optional<U>& b) {
        return !(b == a);
    }
    template <class T, class U>
    [[nodiscard]] friend constexpr auto operator<=>(const Optional<T>& a, const Optional<U>& b)
        -> decltype(*a <=> *b) {
        if (a.has_value() && b.has_value()) return *a <=> *b;
        return a.has_value() <=> b.has_value();
    }
    template <class T, class U>
    [[nodiscard]] friend constexpr auto operator<=>(const Optional<T>& a, const std::optional<U>& b)
        -> decltype(*a <=> *b) {
        if (a.has_value() && b.has_value()) return *a <=> *b;
        return a.has_value() <=> b.has_value();
    }
    template <class T, class U>
    [[nodiscard]] friend constexpr auto operator<=>(const std::optional<T>& a, const Optional<U>& b)
        -> decltype(*a <=> *b) {
        if (a.has_value() && b.has_value()) return *a <=> *b;
        return a.has_value() <=> b.has_value();
    }
    template <class T, class U>
        requires(!is_slot<U> && !std::is_same_v<U, std::nullopt_t>)
    [[nodiscard]] friend constexpr auto operator<=>(const Optional<T>& a, const U& b) -> decltype(*a <=> b) {
        if (a.has_value()) return *a <=> b;
        return std::strong_ordering::less;
    }
    template <class T>
    [[nodiscard]] friend constexpr std::strong_ordering operator<=>(const Optional<T>& a,
                                                                    std::nullopt_t) noexcept {
        return a.has_value() <=> false;
    }

    template <class T> friend constexpr void swap(Optional<T>& a, Optional<T>& b) noexcept { a.swap(b); }
};
} // namespace detail

/// A member that may be absent: a whole number, a string or an enum. It is used like a `std::optional<T>`,
/// and converts from and to one. In addition it
///
/// - takes a `std::string_view` for a string, also in a braced initializer;
/// - refuses a number whose type may not fit (such as a `std::size_t` for 32 bits), and an optional of one;
/// - refuses a text for an enum.
///
/// The compiler's error says why. Check a number and write `static_cast<std::int32_t>(number)`; write
/// `Type::Value` or `Type(text)` for an enum.
template <class T> class Optional : detail::OptionalOperators {
    static_assert(!std::is_same_v<T, bool>,
                  "use std::optional<bool>: made of another class it holds whether that is there");

  public:
    using value_type = T;

    // Not defaulted, because `{}` would set all bytes to zero first.
    constexpr Optional() noexcept {}                                                       // NOLINT
    constexpr Optional(std::nullopt_t) noexcept {}                                         // NOLINT
    constexpr Optional(std::optional<T> optional) noexcept : slot_(std::move(optional)) {} // NOLINT
    /// Anything that the value is constructible from.
    template <class U = T>
        requires(!std::is_same_v<std::remove_cvref_t<U>, Optional> && std::is_constructible_v<T, U>)
    constexpr explicit(!detail::is_taken<U, T>) Optional(U&& value) // NOLINT
        : slot_(std::in_place, std::forward<U>(value)) {
        BELFRY_REFUSE_NUMBER(U, T);
        BELFRY_REFUSE_TEXT(U, T);
    }
    template <class U>
        requires(!std::is_same_v<U, T> && detail::is_taken<const U&, T>)
    constexpr Optional(const std::optional<U>& other) { // NOLINT
        BELFRY_REFUSE_NUMBER(U, T);
        BELFRY_REFUSE_TEXT(U, T);
        if (other.has_value()) slot_.emplace(*other);
    }
    template <class U>
        requires(!std::is_same_v<U, T> && detail::is_taken<const U&, T>)
    constexpr Optional(const Optional<U>& other) { // NOLINT
        BELFRY_REFUSE_NUMBER(U, T);
        BELFRY_REFUSE_TEXT(U, T);
        if (other.has_value()) slot_.emplace(*other);
    }
    template <class... A>
        requires std::is_constructible_v<T, A...>
    constexpr explicit Optional(std::in_place_t, A&&... arguments)
        : slot_(std::in_place, std::forward<A>(arguments)...) {}

    // Numbers take the constructors, since `{}` would be a zero here.
    template <class U = T>
        requires(!std::is_scalar_v<T> && !std::is_same_v<std::remove_cvref_t<U>, Optional> &&
                 std::is_constructible_v<T, U> && std::is_assignable_v<T&, U>)
    constexpr Optional& operator=(U&& value) {
        slot_ = std::forward<U>(value);
        return *this;
    }

    [[nodiscard]] constexpr bool has_value() const noexcept { return slot_.has_value(); }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return slot_.has_value(); }
    [[nodiscard]] constexpr T& operator*() & noexcept { return *slot_; }
    [[nodiscard]] constexpr const T& operator*() const& noexcept { return *slot_; }
    [[nodiscard]] constexpr T&& operator*() && noexcept { return std::move(*slot_); }
    [[nodiscard]] constexpr T* operator->() noexcept { return &*slot_; }
    [[nodiscard]] constexpr const T* operator->() const noexcept { return &*slot_; }
    /// The value; throws `std::bad_optional_access` if it is absent, or aborts without exceptions.
    [[nodiscard]] constexpr T& value() & { return slot_.value(); }
    [[nodiscard]] constexpr const T& value() const& { return slot_.value(); }
    [[nodiscard]] constexpr T&& value() && { return std::move(slot_).value(); }
    template <class U> [[nodiscard]] constexpr T value_or(U&& other) const& {
        return slot_.value_or(std::forward<U>(other));
    }
    template <class U> [[nodiscard]] constexpr T value_or(U&& other) && {
        return std::move(slot_).value_or(std::forward<U>(other));
    }
    /// Replaces the value by one that is made of the arguments.
    template <class... A>
        requires std::is_constructible_v<T, A...>
    constexpr T& emplace(A&&... arguments) {
        static_assert(sizeof...(A) != 1 || !(detail::may_not_fit<A, T> || ...),
                      "the value may not fit the member: check it, and convert it with static_cast");
        return slot_.emplace(std::forward<A>(arguments)...);
    }
    constexpr void reset() noexcept { slot_.reset(); }
    constexpr void swap(Optional& other) noexcept { slot_.swap(other.slot_); }

    // Not references, which would be ambiguous in an assignment and could outlive a temporary.
    constexpr operator std::optional<T>() const& { return slot_; }                 // NOLINT
    constexpr operator std::optional<T>() && noexcept { return std::move(slot_); } // NOLINT
    template <class U>
        requires(!std::is_same_v<U, T> && std::is_convertible_v<const T&, U>)
    constexpr operator std::optional<U>() const { // NOLINT
        return slot_;
    }

  private:
    // The first and only member, so that the tables of a schema describe it as a `std::optional`.
    std::optional<T> slot_{};
};

} // namespace belfry::inline v0

template <class T> struct std::hash<belfry::Optional<T>> : std::hash<std::optional<T>> {};
