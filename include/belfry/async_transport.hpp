// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What an asynchronous transport is made from: `AsyncTransport` and `AsyncTimer`.

#include <belfry/http/async_transport.hpp>
