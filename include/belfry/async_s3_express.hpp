// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `AsyncS3Express`, whose sessions of S3 Express are fetched on an event loop, for an `AsyncCaller`.

#include <belfry/identity/async_s3_express.hpp>
