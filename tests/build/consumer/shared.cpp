// SPDX-License-Identifier: Apache-2.0
#define BELFRY_TEST_PART part_shared
#include "part.hpp"
