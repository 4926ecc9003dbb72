// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `DefaultBearerToken`, the bearer token of the environment or of a sign-in by `aws sso login`, and its
/// sources.

#include <belfry/identity/bearer_token.hpp>
