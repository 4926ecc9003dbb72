// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {

/// The wire values of an enum in the order of its enumerators, which count from 1, concatenated:
/// a table of pointers would be ten times as large, since every pointer is relocated when the program starts.
struct EnumValues {
    const char* text;
    /// Offsets of the values in the text, plus the end.
    const std::uint32_t* starts;
    // A span would cost each program that uses an enum 1 % of the time in the compiler's front end.
    std::size_t count;
    /// The value of the enumerator `number`, which must be one of 1 to `count`.
    [[nodiscard]] constexpr std::string_view operator[](std::uint32_t number) const noexcept {
        return {text + starts[number - 1], starts[number] - starts[number - 1]};
    }
};

namespace detail {
/// The number of the enumerator with that value; 0 if there is none.
[[nodiscard]] BELFRY_INLINE std::uint32_t number_of(std::string_view wire, const EnumValues& values) noexcept;
} // namespace detail

/// The part of a generated enum that does not depend on which enum it is: the number of a known value, or the
/// text of one that the model does not list.
class OpenEnumBase {
  public:
    constexpr OpenEnumBase() noexcept = default;
    explicit constexpr OpenEnumBase(std::uint32_t number) noexcept : number_(number) {}
    BELFRY_INLINE OpenEnumBase(const OpenEnumBase& other);
    OpenEnumBase(OpenEnumBase&& other) noexcept
        : unknown_(std::exchange(other.unknown_, nullptr)), number_(std::exchange(other.number_, 0U)) {}
    OpenEnumBase& operator=(OpenEnumBase other) noexcept {
        std::swap(unknown_, other.unknown_);
        std::swap(number_, other.number_);
        return *this;
    }
    ~OpenEnumBase() { delete unknown_; }

    /// The enumerator's number, or 0 for a value that the model does not list.
    [[nodiscard]] constexpr std::uint32_t number() const noexcept { return number_; }

    BELFRY_NOINLINE BELFRY_INLINE void assign(std::string_view wire, const EnumValues& values);
    [[nodiscard]] std::string_view text(const EnumValues& values) const noexcept {
        if (number_ != 0) return values[number_];
        return unknown_ != nullptr ? std::string_view(*unknown_) : std::string_view();
    }

  private:
    std::string* unknown_ = nullptr;
    std::uint32_t number_ = 0;
};

/// Base of every generated enum `E`, which nests `enum Value` and knows its wire values. Open: a value that
/// the service added after generation keeps its text and compares as `Unknown_` in a `switch`.
template <class E> class OpenEnum : public OpenEnumBase {
  public:
    using OpenEnumBase::OpenEnumBase;
    /// The value as the service writes it; empty when none was set.
    [[nodiscard]] std::string_view to_string() const noexcept { return text(E::enum_values()); }
    /// Whether the model lists the value.
    [[nodiscard]] bool is_known() const noexcept { return number() != 0; }
};

/// A generated enum.
template <class E>
concept OpenEnumType = std::derived_from<E, OpenEnum<E>>;

template <OpenEnumType E> [[nodiscard]] bool operator==(const E& a, const E& b) noexcept {
    return a.number() == b.number() && (a.number() != 0 || a.to_string() == b.to_string());
}
template <OpenEnumType E> [[nodiscard]] bool operator==(const E& a, typename E::Value b) noexcept {
    return a.number() == static_cast<std::uint32_t>(b);
}
/// Compares with the value as the service writes it.
template <OpenEnumType E> [[nodiscard]] bool operator==(const E& a, std::string_view b) noexcept {
    return a.to_string() == b;
}

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/core/impl/open_enum.ipp>
#endif
