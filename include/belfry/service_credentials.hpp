// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `ServiceCredentials`, the bearer token or the keys that AWS's tools would use for a service.

#include <belfry/identity/service_credentials.hpp>
