// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Interceptor`, which sees each attempt of a client's calls and may change its request.

#include <belfry/call/interceptor.hpp>
