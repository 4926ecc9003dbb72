// SPDX-License-Identifier: Apache-2.0
// Belfry's declarations of the Windows API after the system's. The order matters.
// clang-format off
#include <windows.h>
#include <ntsecapi.h>
#include <belfry/body_sinks.hpp>
#include <belfry/body_sources.hpp>
#include <belfry/environment.hpp>
// clang-format on

#include "environment.hpp"
