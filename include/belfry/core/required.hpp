// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/value_fit.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

template <class T> class List;
template <class V> class Map;
template <class T> class Box;

namespace detail {
template <class T> struct SlotOf {
    using type = std::optional<T>;
};
template <class T> struct SlotOf<List<T>> {
    using type = List<T>;
};
template <class V> struct SlotOf<Map<V>> {
    using type = Map<V>;
};
template <class T> struct SlotOf<Box<T>> {
    using type = Box<T>;
};
} // namespace detail

/// A member that must be set. It is used like the `std::optional` (or `List`, `Map`) of a member that need
/// not be, so that source code survives when a service stops requiring it.
///
/// Leaving it out of a braced initializer does not compile: only `Owner` may default-construct it, and the
/// compiler's message names `Member`. `Owner input; input.member = ...;` works, and what is still missing
/// when the request is built is a validation error. To empty an input that exists write `input = Owner();`,
/// since `input = {}` leaves the member out, too.
template <class T, class Owner, class Member> class Required : public detail::SlotOf<T>::type {
    using Slot = typename detail::SlotOf<T>::type;
    friend Owner;
    // g++ prints the clause and clang the line, because the constructor is private.
    constexpr Required() noexcept // set this member; to empty an input, write: input = Owner()
        requires(bool("set this member; to empty an input, write: input = Owner()"))
    {}

  public:
    using value_type = typename Slot::value_type;
    using Slot::Slot;
    Required(Slot value) noexcept : Slot(std::move(value)) {} // NOLINT: implicit, to assign a slot
    Required(const Required&) = default;
    Required(Required&&) = default;
    Required& operator=(const Required&) = default;
    Required& operator=(Required&&) = default;
    ~Required() = default;
    Required(std::string_view text) // NOLINT: implicit, as for a `std::string`
        requires std::is_same_v<T, std::string>
        : Slot(std::in_place, text) {}
    /// Refuses a number that may not fit the member, a pointer where it is true or false, and a text where it
    /// is an enum. The second parameter keeps this from hiding the constructor that it is preferred to.
    template <class U>
        requires(detail::is_refused<U, T>)
    Required(U&&, detail::PreferredConstructor = {}) { // NOLINT
        BELFRY_REFUSE_NUMBER(U, T);
        BELFRY_REFUSE_TEXT(U, T);
    }
    /// Anything that the optional, list or map is constructible from.
    template <class U>
        requires(!std::is_same_v<std::remove_cvref_t<U>, Required> &&
                 (std::is_assignable_v<Slot&, U> || detail::is_refused<U, T>))
    Required& operator=(U&& value) {
        BELFRY_REFUSE_NUMBER(U, T);
        BELFRY_REFUSE_TEXT(U, T);
        if constexpr (!detail::is_refused<U, T>) Slot::operator=(std::forward<U>(value));
        return *this;
    }
    /// The elements of a list or map; no elements make it present and empty.
    Required& operator=(std::initializer_list<value_type> elements)
        requires std::is_constructible_v<Slot, std::initializer_list<value_type>>
    {
        Slot::operator=(Slot(elements));
        return *this;
    }
};

// A template, so that the optional's, list's or map's own operators compare with a plain value.
template <class T, class Owner, class Member>
[[nodiscard]] bool operator==(const Required<T, Owner, Member>& a, const Required<T, Owner, Member>& b) {
    using Slot = typename detail::SlotOf<T>::type;
    return static_cast<const Slot&>(a) == static_cast<const Slot&>(b);
}

} // namespace belfry::inline v0
