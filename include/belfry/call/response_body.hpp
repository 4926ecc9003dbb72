// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace belfry::inline v0 {

/// Takes the streaming body of a successful response piece by piece instead of the output's member; see
/// `CallOptions::response_body`. Called on the thread on which the transport receives, `complete` on the one
/// that delivers the call's result.
class ResponseBodySink {
  public:
    virtual ~ResponseBodySink() = default;
    /// A body begins, before its first bytes. Bytes that came before are of another attempt, or of an earlier
    /// call that failed.
    virtual void begin() noexcept {}
    /// The next bytes. They are unchecked until the call has succeeded. Returns false to stop the call, which
    /// then ends with an error of kind `cancelled`.
    virtual bool on_body(std::span<const std::byte> bytes) noexcept = 0;
    /// The attempt whose bytes came so far has failed, and another one would begin with the body's first
    /// byte. Returns whether the sink discards the bytes so far; if not, the call ends with the attempt's
    /// error.
    virtual bool restart() noexcept { return false; }
    /// The body is complete, its checksum is right if there was one, and the rest of the output could be
    /// read. This is the last step of the call, which succeeds if it returns true, and else fails.
    virtual bool complete() noexcept { return true; }
    /// Why `on_body` or `complete` returned false, for the call's error; empty if the program stopped the
    /// call.
    [[nodiscard]] virtual std::string failure() const { return {}; }
};

/// Hands a body's pieces to a callable `bool(std::span<const std::byte>)`; returning false stops the call,
/// and so does an exception. The body cannot restart.
template <class F> class CallableBodySink final : public ResponseBodySink {
  public:
    explicit CallableBodySink(F f) : f_(std::move(f)) {}
    bool on_body(std::span<const std::byte> bytes) noexcept override {
#if defined(__cpp_exceptions)
        try {
            return f_(bytes);
        } catch (...) {
            return false;
        }
#else
        return f_(bytes);
#endif
    }

  private:
    F f_;
};

} // namespace belfry::inline v0
