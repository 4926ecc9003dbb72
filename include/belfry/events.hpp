// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Events without I/O: `encode_event` makes a message, `EventDecoder` reads a response's body.

#include <belfry/events/messages.hpp>
