// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <string>

namespace belfry::inline v0 {

/// How the calls of a client choose and make signatures where Signature Version 4a is possible. Blanks in the
/// lists are ignored. `Settings::sigv4a_options` reads both from the settings of AWS's tools.
struct SigV4aOptions {
    /// The regions that a signature is valid in, such as `us-east-1,us-west-2`, or `*` for all; empty for
    /// those of the endpoint, else the client's region.
    std::string region_set{};
    /// The auth schemes to prefer, such as `sigv4a,sigv4`, if an endpoint accepts several; empty for the
    /// endpoint's order. Names that the endpoint does not have are ignored.
    std::string auth_scheme_preference{};
};

} // namespace belfry::inline v0
