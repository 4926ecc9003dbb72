// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// Not functions: the compiler names the class and the function with an assertion, and each place once.
/// Refuses a value of the type `From` where it may not fit a `To`.
#define BELFRY_REFUSE_NUMBER(From, To)                                                                       \
    static_assert(!::belfry::detail::may_not_fit<From, To>,                                                  \
                  "the value may not fit the member: check it, and convert it with static_cast")
/// Refuses a text of the type `From` where the enum `To` is wanted.
#define BELFRY_REFUSE_TEXT(From, To)                                                                         \
    static_assert(!::belfry::detail::is_text_for_enum<From, To>,                                             \
                  "the member is an enum: write Type::Value, or Type(text) for a text")

namespace belfry::inline v0::detail {

/// Whether a value of the type `From`, or in an optional of the type `From`, may not fit in a number or truth
/// value of the type `To`: the C++ language converts it silently. An exception are unsigned numbers of 64
/// bits, such as sizes, where signed ones of 64 bits are wanted.
template <class From, class To> [[nodiscard]] consteval bool find_may_not_fit() noexcept {
    if constexpr (std::is_same_v<To, bool>) {
        return std::is_pointer_v<std::decay_t<From>>;
    } else if constexpr (!std::is_arithmetic_v<To> || std::is_floating_point_v<To>) {
        return false;
    } else if constexpr (!std::is_arithmetic_v<From>) {
        if constexpr (requires(const From& from) {
                          from.has_value();
                          *from;
                      })
            return find_may_not_fit<std::remove_cvref_t<decltype(*std::declval<const From&>())>, To>();
        return false;
    } else if constexpr (std::is_floating_point_v<From>) {
        return true;
    } else {
        constexpr bool sign_is_lost = std::is_signed_v<From> && std::is_unsigned_v<To>;
        constexpr bool needs_sign_bit = std::is_unsigned_v<From> && std::is_signed_v<To> && sizeof(To) < 8;
        return sign_is_lost || sizeof(From) > sizeof(To) || (needs_sign_bit && sizeof(From) == sizeof(To));
    }
}
template <class From, class To>
inline constexpr bool may_not_fit = find_may_not_fit<std::remove_cvref_t<From>, To>();

/// Whether `From` is a text and `To` a generated enum, whose constructor from texts is explicit.
template <class From, class To>
inline constexpr bool is_text_for_enum =
    std::is_convertible_v<From, std::string_view> && requires { To::enum_values(); };

/// Whether a member of the type `To` refuses values of the type `From` with a reason.
template <class From, class To>
inline constexpr bool is_refused = may_not_fit<From, To> || is_text_for_enum<From, To>;

/// Whether a `To` takes a value of the type `From` without its name, or refuses it with a reason.
template <class From, class To>
inline constexpr bool is_taken =
    std::is_convertible_v<From, To> || is_text_for_enum<From, To> ||
    (std::is_same_v<To, std::string> && std::is_convertible_v<From, std::string_view>);

struct PreferredConstructor {};

} // namespace belfry::inline v0::detail
