// SPDX-License-Identifier: Apache-2.0
#include <belfry/presign/auth_tokens.hpp>
#include <belfry/presign/cloudfront_signer.hpp>
#include <belfry/presign/presign.hpp>
#include <belfry/presign/presigned_post.hpp>

#include <belfry/presign/impl/auth_tokens.ipp>
#include <belfry/presign/impl/cloudfront_signer.ipp>
#include <belfry/presign/impl/presign.ipp>
#include <belfry/presign/impl/presigned_post.ipp>
