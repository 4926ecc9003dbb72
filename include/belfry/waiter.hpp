// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The implementation of `poll_until_...` functions. The headers of operations with waiters include it.

#include <belfry/paging/waiter.hpp>
