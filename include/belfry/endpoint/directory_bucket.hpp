// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/config.hpp>

#include <string_view>

namespace belfry::inline v0::detail {

/// Whether S3 reserves a name for directory buckets and their access points (Amazon S3 User Guide, "Directory
/// bucket naming rules").
[[nodiscard]] constexpr bool is_directory_bucket(std::string_view name) noexcept {
    return name.ends_with("--x-s3") || name.ends_with("--xa-s3");
}

} // namespace belfry::inline v0::detail
