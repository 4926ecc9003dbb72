// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `std::format("{}", error)` for errors, results, times, enums and shapes. It needs std::format.

#include <belfry/interop/format.hpp>
