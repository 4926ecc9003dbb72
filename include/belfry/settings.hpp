// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `load_settings`, the settings of environment variables and of the files that AWS's tools share.

#include <belfry/settings/settings.hpp>
