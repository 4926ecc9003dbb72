// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `belfry::to_string(shape)` for logs. It hides what the model calls sensitive.

#include <belfry/schema/print.hpp>
