// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What a transport is made from that sends a body while it receives one: `DuplexTransport`.

#include <belfry/http/duplex_transport.hpp>
