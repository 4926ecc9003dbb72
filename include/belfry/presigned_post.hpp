// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Forms with which browsers upload to Amazon S3: `belfry::presigned_post(client.core(), operation,
/// options)`.

#include <belfry/presign/presigned_post.hpp>
