// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Conversions between Belfry's times and durations and those of `std::chrono`.

#include <belfry/core/chrono.hpp>
