// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Environment`, the clock, sleep and randomness of a client, for tests and for systems with their own.

#include <belfry/call/environment.hpp>
