// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The interface of a transport that sends a body while it receives one: `DuplexTransport`.

#include <belfry/http/duplex_transport.hpp>
