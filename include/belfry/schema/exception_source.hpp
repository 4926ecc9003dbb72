// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/schema/describe.hpp>

#include <optional>
#include <string_view>

namespace belfry::inline v0 {
namespace detail {

/// The response or message behind a service error. `Error::as` reads the modelled exception from it when it
/// is asked for.
class ExceptionSource : public ErrorDetail {
  public:
    /// Reads the exception's members into `out`; false when the error, whose code is `code`, is another one,
    /// or the body does not fit the model.
    virtual bool decode(const Structure& structure, std::string_view code, void* out) const = 0;
};

/// The source of a service error's members; null for other errors.
[[nodiscard]] inline const ExceptionSource* exception_source(const Error& error) noexcept {
    return static_cast<const ExceptionSource*>(error.detail.get());
}

} // namespace detail

template <class E> std::optional<E> Error::as() const {
    std::optional<E> exception;
    const auto* const source = belfry::detail::exception_source(*this);
    if (kind == ErrorKind::service && source != nullptr &&
        !source->decode(structure_of<E>, code, &exception.emplace()))
        exception.reset();
    return exception;
}

} // namespace belfry::inline v0
