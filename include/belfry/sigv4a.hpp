// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Signature Version 4a, which several regions accept. Calls use it if `ClientConfig::crypto` is a `SigV4a`.

#include <belfry/auth/sigv4a.hpp>
