// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Sessions of S3 Express, for directory buckets. Calls use them if `ClientConfig::crypto` is an `S3Express`.

#include <belfry/identity/s3_express.hpp>
