// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Calls to buckets of Amazon S3 whose regions the program does not know.

#include <belfry/client/bucket_regions.hpp>
