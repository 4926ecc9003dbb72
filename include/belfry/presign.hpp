// SPDX-License-Identifier: Apache-2.0
#pragma once

/// URLs that carry their signature: `belfry::presign(client.core(), operation, input)`.

#include <belfry/presign/presign.hpp>
