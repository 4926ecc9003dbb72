// SPDX-License-Identifier: Apache-2.0
#pragma once

/// `SdkHeaders` adds the headers by which AWS follows calls: `amz-sdk-invocation-id`, `amz-sdk-request`, the
/// features in `User-Agent` and, in AWS Lambda, `X-Amzn-Trace-Id`.

#include <belfry/settings/sdk_headers.hpp>
