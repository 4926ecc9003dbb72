// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Calls in coroutines: `co_await belfry::async_call(caller, operation, input)`.

#include <belfry/async/coroutine.hpp>
