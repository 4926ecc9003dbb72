// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What `poll_until_...` functions are made of. The headers of operations with waiters include it.

#include <belfry/paging/waiter.hpp>
