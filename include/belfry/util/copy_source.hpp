// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/util/append.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/percent.hpp>

#include <string>
#include <string_view>

namespace belfry::inline v0 {

/// The value of `copy_source` for `CopyObject` and `UploadPartCopy` of Amazon S3, which names the object to
/// copy: `client.copy_object({.bucket = to, .copy_source = belfry::copy_source(from, "a b.txt"), .key =
/// key})`.
///
/// `bucket` is a name, or the ARN of an access point. `key` and `version_id` are as S3 gives them, not
/// encoded; without a version the newest one is copied. The result is percent-encoded, as S3 asks for (Amazon
/// S3 API Reference, CopyObject, `x-amz-copy-source`), and is what boto3 sends for a `CopySource` of these
/// three parts.
[[nodiscard]] inline std::string copy_source(std::string_view bucket, std::string_view key,
                                             std::string_view version_id = {}) {
    std::string source;
    append_percent_encoded_path(source, bucket);
    detail::append_text(source, bucket.starts_with("arn:") ? "/object/" : "/");
    append_percent_encoded_path(source, key);
    if (!version_id.empty()) {
        detail::append_text(source, "?versionId=");
        append_percent_encoded(source, version_id);
    }
    return source;
}

} // namespace belfry::inline v0
