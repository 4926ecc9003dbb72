// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/open_enum.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace belfry::inline v0::borrowed {

namespace detail {
template <class T> void* emplace_boxed(void* place);

/// The part of an `Enum` that does not depend on which one it is.
class EnumBase {
  public:
    constexpr EnumBase() noexcept = default;
    explicit constexpr EnumBase(std::uint32_t number) noexcept : number_(number) {}
    [[nodiscard]] constexpr std::uint32_t number() const noexcept { return number_; }
    [[nodiscard]] constexpr std::string_view text(const EnumValues& values) const noexcept {
        return number_ != 0 ? values[number_] : unknown_;
    }
    void assign(std::string_view wire, const EnumValues& values) noexcept {
        number_ = ::belfry::detail::number_of(wire, values);
        unknown_ = number_ == 0 ? wire : std::string_view();
    }
    friend bool operator==(const EnumBase&, const EnumBase&) = default;

  private:
    std::string_view unknown_{};
    std::uint32_t number_ = 0;
};
} // namespace detail

/// An enum's value, of a response that an `Output` owns. Reads like the enum `E` itself; a value that the
/// model does not list views its text.
template <OpenEnumType E> class Enum : detail::EnumBase {
  public:
    using Value = typename E::Value;

    constexpr Enum() noexcept = default;
    constexpr Enum(Value value) noexcept : EnumBase(static_cast<std::uint32_t>(value)) {} // NOLINT
    /// The enumerator with this text, or the text, which must outlive this.
    explicit Enum(std::string_view wire_text) noexcept { assign(wire_text, E::enum_values()); }

    constexpr operator Value() const noexcept { return static_cast<Value>(number()); } // NOLINT
    /// The value as the service writes it; empty when none was received.
    [[nodiscard]] std::string_view to_string() const noexcept { return text(E::enum_values()); }
    /// Whether the model lists the value.
    [[nodiscard]] constexpr bool is_known() const noexcept { return number() != 0; }
    /// The enum, which owns its text.
    [[nodiscard]] E to_owned() const { return E(to_string()); }

    friend bool operator==(const Enum&, const Enum&) = default;
    friend bool operator==(const Enum& a, Value b) noexcept {
        return a.number() == static_cast<std::uint32_t>(b);
    }
    friend bool operator==(const Enum& a, std::string_view b) noexcept { return a.to_string() == b; }
};

/// Raw bytes in memory that the `Output` owns.
class Blob {
  public:
    constexpr Blob() noexcept = default;
    constexpr explicit Blob(std::string_view bytes) noexcept : bytes_(bytes) {}

    [[nodiscard]] constexpr const char* data() const noexcept { return bytes_.data(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] constexpr bool empty() const noexcept { return bytes_.empty(); }
    [[nodiscard]] constexpr std::string_view view() const noexcept { return bytes_; }

    friend bool operator==(const Blob&, const Blob&) = default;

  private:
    std::string_view bytes_{};
};

/// A free-form JSON value as its text, in memory that the `Output` owns.
class Document {
  public:
    /// JSON null.
    constexpr Document() noexcept = default;
    constexpr explicit Document(std::string_view json) noexcept : json_(json) {}

    [[nodiscard]] constexpr std::string_view json() const noexcept { return json_; }

    friend bool operator==(const Document&, const Document&) = default;

  private:
    std::string_view json_ = "null";
};

/// A structure in memory that the `Output` owns, which contains itself.
template <class T> class Box {
  public:
    using value_type = T;

    constexpr Box() noexcept = default;
    [[nodiscard]] constexpr bool has_value() const noexcept { return pointer_ != nullptr; }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return pointer_ != nullptr; }
    [[nodiscard]] constexpr const T& operator*() const noexcept { return *pointer_; }
    [[nodiscard]] constexpr const T* operator->() const noexcept { return pointer_; }

    friend bool operator==(const Box& a, const Box& b) {
        if (a.pointer_ == nullptr || b.pointer_ == nullptr) return a.pointer_ == b.pointer_;
        return *a.pointer_ == *b.pointer_;
    }

  private:
    template <class U> friend void* detail::emplace_boxed(void* place);
    T* pointer_ = nullptr;
};

} // namespace belfry::inline v0::borrowed
