// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The interfaces of an asynchronous transport: `AsyncTransport` and `AsyncTimer`.

#include <belfry/http/async_transport.hpp>
