// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `nlohmann::json j = shape;` and `j.get<Shape>()`. Needs nlohmann/json (CMake: `belfry::json`).

#include <belfry/interop/nlohmann.hpp>
