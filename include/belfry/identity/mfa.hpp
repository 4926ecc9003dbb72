// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/result.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// Gives the codes that devices for multi-factor authentication (MFA) show. Derive from it to ask the user.
class MfaCodeProvider {
  public:
    virtual ~MfaCodeProvider() = default;
    /// The code that the device shows now: six digits. `serial` is the device's serial number or ARN. May
    /// block. Called on the thread that fetches credentials, each time that they are fetched.
    [[nodiscard]] virtual Result<std::string> code(std::string_view serial) = 0;
};

} // namespace belfry::inline v0
