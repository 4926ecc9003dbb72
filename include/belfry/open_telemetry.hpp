// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `OpenTelemetryObserver`, which makes spans and metrics of a client's calls.

#include <belfry/interop/open_telemetry.hpp>
