// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The interfaces of a transport: `Transport`, `HttpRequest`, `ResponseSink`. docs/own-transport.md explains
/// them; ready-made transports are in `belfry/transport/`.

#include <belfry/http/transport.hpp>
