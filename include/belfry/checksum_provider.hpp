// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The interface of what computes further checksums: `ChecksumProvider`, for `ClientConfig::checksums`.

#include <belfry/util/checksum_provider.hpp>
