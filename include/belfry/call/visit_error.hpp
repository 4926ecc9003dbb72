// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/service_error.hpp>
#include <belfry/core/error.hpp>

#include <optional>

namespace belfry::inline v0 {
namespace detail {

template <class Handler, class E> [[nodiscard]] constexpr bool takes() noexcept {
    return requires(Handler& handler, const E& error) { handler(error); };
}

template <class Handler, class... Exceptions>
[[nodiscard]] constexpr bool takes_any_of(ErrorList<Exceptions...>) noexcept {
    return takes<Handler, Error>() || (takes<Handler, Exceptions>() || ...);
}

/// Calls the first handler that takes `error`; false if there is none.
template <class E> bool call_first(const E&) { return false; }
template <class E, class Handler, class... Handlers>
bool call_first(const E& error, Handler& handler, Handlers&... handlers) {
    if constexpr (takes<Handler, E>()) {
        handler(error);
        return true;
    } else {
        return call_first(error, handlers...);
    }
}

/// Calls the first handler that takes the exception `E`, if `error` is one.
template <class E, class... Handlers> bool visit_exception(const Error& error, Handlers&... handlers) {
    if constexpr ((takes<Handlers, E>() || ...)) {
        if (const std::optional<E> exception = error.as<E>()) return call_first(*exception, handlers...);
    }
    return false;
}

template <class... Exceptions, class... Handlers>
bool visit_exceptions(ErrorList<Exceptions...>, const Error& error, Handlers&... handlers) {
    return (visit_exception<Exceptions>(error, handlers...) || ...);
}

} // namespace detail

/// Calls the handler that takes what `error` is: one of the exceptions that the model lists for the operation
/// `O`, or, for every other failure, a `belfry::Error`. Returns whether there was such a handler.
///
///     belfry::visit_error(
///         voice::operations::GetSpeakerSearchTask{}, result.error(),
///         [](const voice::NotFoundException& e) { ... },
///         [](const voice::ThrottledClientException& e) { ... },
///         [](const belfry::Error& e) { ... });
///
/// The first handler that takes a type gets it. An exception without a handler goes to the one that takes a
/// `belfry::Error`, and so does one whose body cannot be read. A handler for an exception that the model does
/// not list for the operation does not compile. Only the exceptions that handlers take are compiled, and have
/// to be complete: include their headers, or the service's `errors.hpp`.
template <class O, class... Handlers> bool visit_error(const O&, const Error& error, Handlers&&... handlers) {
    using Errors = typename O::Errors;
    static_assert((detail::takes_any_of<Handlers>(Errors()) && ...),
                  "a handler takes neither an error of the operation nor belfry::Error");
    return detail::visit_exceptions(Errors(), error, handlers...) || detail::call_first(error, handlers...);
}

} // namespace belfry::inline v0
