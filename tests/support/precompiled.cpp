// SPDX-License-Identifier: Apache-2.0
// The target that owns the precompiled headers of the tests needs a source.
#include "support/catch.hpp"
