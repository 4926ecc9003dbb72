// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/borrowed/arena.hpp>
#include <belfry/util/owned.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace belfry::inline v0::borrowed {

namespace detail {
/// The memory that an output views. It stays where it is when the output moves.
struct Memory {
    std::string body{};
    Arena arena{};
};
/// The first part of every `Output`, so that one function fills all of them. Neither this nor `Output` has a
/// member with a name that a shape's member could have.
struct OutputBase {
    ::belfry::detail::Owned<Memory> belfry_memory_{};
};
struct OutputAccess;
} // namespace detail

/// The output `T` of an operation, and the response that its strings, lists and maps are views of. Its
/// members are those of `T`: `output.functions[0].function_name`. Copies of them must not be used once the
/// output is destroyed, assigned to or moved away; make a `std::string` of a text that must live longer.
template <class T> class Output : detail::OutputBase, public T {
  public:
    static_assert(std::is_trivially_destructible_v<T>);

    Output() noexcept = default;
    Output(Output&& other) noexcept : OutputBase(std::move(static_cast<OutputBase&>(other))), T(other) {
        static_cast<T&>(other) = T{};
    }
    Output& operator=(Output&& other) noexcept {
        if (this == &other) return *this;
        // The memory that this had is freed with `taken`.
        Output taken(std::move(other));
        std::swap(belfry_memory_, taken.belfry_memory_);
        static_cast<T&>(*this) = taken;
        return *this;
    }
    ~Output() = default;

  private:
    friend detail::OutputAccess;
};

namespace detail {
struct OutputAccess {
    template <class T> [[nodiscard]] static OutputBase& base(Output<T>& output) noexcept { return output; }
    template <class T> [[nodiscard]] static const OutputBase& base(const Output<T>& output) noexcept {
        return output;
    }
};
} // namespace detail

/// The body of the response that an output views; empty if it had none.
template <class T> [[nodiscard]] std::string_view body_of(const Output<T>& output) noexcept {
    const auto& memory = detail::OutputAccess::base(output).belfry_memory_;
    return memory ? std::string_view(memory->body) : std::string_view();
}

/// Takes the body out of an output, which is empty afterwards, for a program that sends the text on or keeps
/// it.
template <class T> [[nodiscard]] std::string take_body(Output<T>&& output) noexcept {
    const Output<T> taken(std::move(output));
    const auto& memory = detail::OutputAccess::base(taken).belfry_memory_;
    return memory ? std::move(memory->body) : std::string();
}

} // namespace belfry::inline v0::borrowed
