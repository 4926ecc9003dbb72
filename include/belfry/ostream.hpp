// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `stream << error` for errors, results, times and enums, as `belfry::to_string` writes them.

#include <belfry/interop/ostream.hpp>
