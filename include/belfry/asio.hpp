// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Calls as asynchronous operations of Boost.Asio, with any completion token.

#include <belfry/interop/asio.hpp>
