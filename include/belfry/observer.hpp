// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `Observer`, which sees the calls of a client: set `ClientConfig::observer` to one.

#include <belfry/call/observer.hpp>
