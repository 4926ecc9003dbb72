// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Calls on an event loop: `AsyncCaller` starts calls over an `AsyncTransport` and an `AsyncTimer`, and a
/// callback gets each result. No call blocks, and no thread is started.

#include <belfry/async/async.hpp>
