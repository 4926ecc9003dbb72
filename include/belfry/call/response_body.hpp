// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace belfry::inline v0 {

/// Takes the streaming body of a successful response piece by piece instead of the output's member; see
/// `CallOptions::response_body`. Called on the thread on which the transport receives.
class ResponseBodySink {
  public:
    virtual ~ResponseBodySink() = default;
    /// The next bytes. They are unchecked until the call has succeeded. Returns false to stop the call, which
    /// then ends with an error of kind `cancelled`.
    virtual bool on_body(std::span<const std::byte> bytes) noexcept = 0;
    /// The attempt whose bytes came so far has failed, and another one would begin with the body's first
    /// byte. Returns whether the sink discards the bytes so far; if not, the call ends with the attempt's
    /// error.
    virtual bool restart() noexcept { return false; }
};

/// Hands a body's pieces to a callable `bool(std::span<const std::byte>)`; returning false stops the call.
/// The body cannot restart.
template <class F> class CallableBodySink final : public ResponseBodySink {
  public:
    explicit CallableBodySink(F f) : f_(std::move(f)) {}
    bool on_body(std::span<const std::byte> bytes) noexcept override { return f_(bytes); }

  private:
    F f_;
};

} // namespace belfry::inline v0
