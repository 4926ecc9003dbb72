// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/body_hooks.hpp>

#include <cstdint>

namespace belfry::inline v0::detail {

/// Hooks that leave the bodies as they are, for those that only look at them.
// BodyHooks itself does not have these functions: a compiler would guess that they are what is called.
class PassThroughHooks : public BodyHooks {
  public:
    bool prepare(const void*, PreparedRequest&, Error&) override { return true; }
    bool after_signing(const Credentials&, PreparedRequest&, Error&) override { return true; }
    ResponseSink& begin_attempt(ResponseSink& collected) override { return collected; }
    bool check_response(HttpResponse&, ResponseMetadata&, Error&) override { return true; }
    bool restart(PreparedRequest&, Error&) override { return true; }
    [[nodiscard]] std::int64_t delivered_bytes() const noexcept override { return 0; }
};

} // namespace belfry::inline v0::detail
