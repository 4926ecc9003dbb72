// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/auth/crypto_provider.hpp>
#include <belfry/call/core.hpp>
#include <belfry/core/result.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/timestamp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Forms that upload a file to Amazon S3 without credentials (Amazon S3 API Reference, "Browser-Based Uploads
/// Using POST").
namespace belfry::inline v0 {

/// A field of a form, in UTF-8.
struct PostField {
    std::string name;
    std::string value;
};

/// How many bytes a file may have, both limits included.
struct PostContentLength {
    std::int64_t min = 0;
    std::int64_t max = 0;
};

/// The limits of a form of `presigned_post`. Names of fields have no case.
struct PresignedPostOptions {
    std::string_view bucket{};
    /// The object's key. If it ends in `${filename}`, S3 puts the name of the file there, and the part before
    /// is the only one that S3 checks.
    std::string_view key{};
    /// From 1 to 604,800 (seven days). The form expires earlier if temporary credentials do.
    std::int64_t expires_seconds = 3'600;
    /// The size of the file; without, S3's own limit.
    std::optional<PostContentLength> content_length{};
    /// Fields that the form must send with exactly this value, such as `acl`, `Content-Type`,
    /// `success_action_status`, `x-amz-meta-NAME` and `x-amz-server-side-encryption`. They are part of
    /// `PresignedPost::fields`.
    std::vector<PostField> fields{};
    /// Fields that the form must send with a value that begins like this one; an empty one allows any value.
    /// The form adds them to `PresignedPost::fields`.
    std::vector<PostField> starts_with{};
};

/// A form to send as `multipart/form-data` (RFC 7578).
struct PresignedPost {
    /// Where to send it.
    std::string url;
    /// Send these, then the fields of `PresignedPostOptions::starts_with`, then the field `file`: S3 ignores
    /// fields after that one.
    std::vector<PostField> fields;
};

/// The bucket's address for `presigned_post` without a client.
struct PresignedPostTarget {
    /// Names the bucket in the host (`https://BUCKET.s3.eu-west-1.amazonaws.com/`) or in the path
    /// (`https://s3.eu-west-1.amazonaws.com/BUCKET`).
    std::string_view url{};
    /// The bucket's region.
    std::string_view region{};
    /// The signing name, such as `s3-outposts` for a bucket on an Outpost.
    std::string_view service = "s3";
    /// Computes the hashes of the signature; null for Belfry's own.
    CryptoProvider* crypto = nullptr;
};

/// Signs a form that can be sent from `now` on. Does no I/O.
///
/// An unusable option is an error of kind `validation` that names it; credentials that cannot sign are one of
/// kind `credentials`.
[[nodiscard]] BELFRY_INLINE Result<PresignedPost> presigned_post(const Credentials& credentials,
                                                                 Timestamp now,
                                                                 const PresignedPostTarget& target,
                                                                 const PresignedPostOptions& options);

namespace detail {
[[nodiscard]] BELFRY_INLINE Result<PresignedPost> presigned_post(const ClientCore& core,
                                                                 const Operation& operation,
                                                                 const void* input,
                                                                 const PresignedPostOptions& options);
} // namespace detail

/// Signs a form with a client's credentials, region and clock. The operation, any one with a bucket, only
/// serves to find the client's endpoint for the bucket, so that options such as `force_path_style` and
/// `use_dual_stack` have their effect. Sends no request, but may ask a credentials provider. Returns the
/// errors of the other overload, and those of endpoint rules and credentials providers.
///
///     auto form = belfry::presigned_post(client.core(), s3::operations::PutObject{},
///                                        {.bucket = "b", .key = "uploads/${filename}"});
template <class O>
[[nodiscard]] Result<PresignedPost> presigned_post(const ClientCore& core, const O&,
                                                   const PresignedPostOptions& options) {
    typename O::Input input;
    input.bucket = std::string(options.bucket);
    return detail::presigned_post(core, operation_of<O>, &input, options);
}

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/presign/impl/presigned_post.ipp>
#endif
