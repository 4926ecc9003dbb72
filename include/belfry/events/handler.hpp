// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/http/duplex_transport.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace belfry::inline v0 {

template <class O> class EventStream;

/// Takes the events of a response, one at a time: refers to a function or any other callable
/// `bool(const Events&)`, or one that returns nothing. Returning false ends the call, which then has
/// succeeded. The callable is called on the thread on which the transport receives, and must live until the
/// call has ended. An exception ends the call with an error of kind `cancelled` and the code `HandlerFailed`.
template <class Events> class EventHandler {
  public:
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, EventHandler> && std::is_invocable_v<F&, Events &&>)
    EventHandler(F&& f) noexcept // NOLINT: meant to be written in a call's argument list
        : object_(address(f)), call_(&EventHandler::template call<std::remove_reference_t<F>>) {}

    /// Whether to go on.
    bool operator()(Events&& event) const { return call_(object_, std::move(event)); }

  private:
    template <class F> static void* address(F& f) noexcept {
        if constexpr (std::is_function_v<F>)
            return reinterpret_cast<void*>(&f); // POSIX and Windows have this conversion
        else
            return const_cast<void*>(static_cast<const void*>(&f));
    }
    template <class F> static bool call(void* object, Events&& event) {
        F& f = *reinterpret_cast<F*>(object);
        if constexpr (std::is_void_v<std::invoke_result_t<F&, Events&&>>) {
            f(std::move(event));
            return true;
        } else {
            return f(std::move(event));
        }
    }
    void* object_;
    bool (*call_)(void* object, Events&& event);
};

} // namespace belfry::inline v0
