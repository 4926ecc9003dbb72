// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The interface of a transport that sends a body while it receives one, on an event loop:
/// `AsyncDuplexTransport`.

#include <belfry/http/async_duplex_transport.hpp>
