// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Calls to endpoints that the service itself returns, as those of Amazon Timestream require.

#include <belfry/client/endpoint_discovery.hpp>
