// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `belfry::visit_error(operation, error, handlers...)` calls the handler that takes what a service answered.

#include <belfry/call/visit_error.hpp>
