// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Structured concurrency on an event loop: an `AsyncScope` waits for the calls that it started, or ends
/// them.

#include <belfry/async/scope.hpp>
