// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `explain`, which tells people why a call failed and what they can do about it.

#include <belfry/call/explain.hpp>
