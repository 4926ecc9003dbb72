// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Call`, a whole call as a state machine without I/O, for programs that drive it themselves.

#include <belfry/call/call.hpp>
