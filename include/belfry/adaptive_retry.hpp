// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `adaptive_retry`, the retry mode that limits the rate of a client while the service asks to slow down.

#include <belfry/call/adaptive_retry.hpp>
