// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>

namespace belfry::inline v0 {

class Call;

/// A moment in the life of a call.
enum class CallMoment : std::uint8_t {
    started,         ///< The call begins.
    prepared,        ///< Its endpoint is known, and its request is built.
    got_credentials, ///< The provider has given credentials for an attempt; not told for a fixed value.
    sending,         ///< An attempt is about to be sent.
    attempt_ended,   ///< It has ended.
    waiting,         ///< Another attempt follows after a while.
    ended,           ///< The call has ended.
    dropped,         ///< It was given up without a result: its coroutine or its handle has ended.
};

namespace detail {
/// The notes that an `Observer` makes in a call. Calls without one do not use them.
struct ObserverNotes {
    /// When the call, and its last attempt, began.
    Duration started{};
    Duration sent{};
};
} // namespace detail

/// The part of an `Observer` that calls know: programs without one compile nothing more.
class CallListener {
  public:
    virtual void on_call(const Call& call, CallMoment moment) noexcept = 0;

  protected:
    ~CallListener() = default;
};

} // namespace belfry::inline v0
