// SPDX-License-Identifier: Apache-2.0
// Belfry's declarations of the Windows API before the system's. The order matters.
// clang-format off
#include <belfry/body_sinks.hpp>
#include <belfry/body_sources.hpp>
#include <belfry/environment.hpp>
#include <windows.h>
#include <ntsecapi.h>
// clang-format on

#include "environment.hpp"
