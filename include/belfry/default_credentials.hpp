// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `DefaultCredentials`, the credentials that AWS's tools would use, and each of their sources.

#include <belfry/identity/default.hpp>
