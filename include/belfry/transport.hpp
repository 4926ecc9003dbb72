// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What a transport is made from: `Transport`, `HttpRequest`, `ResponseSink`. docs/own-transport.md is the
/// page about it; ready-made transports are in `belfry/transport/`.

#include <belfry/http/transport.hpp>
