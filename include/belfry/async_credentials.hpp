// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `AsyncCredentials`, which fetches the credentials of any source on an event loop, for an `AsyncCaller`.

#include <belfry/identity/async_credentials.hpp>
