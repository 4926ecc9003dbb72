// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/body_hooks.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/call/response_body.hpp>
#include <belfry/core/streaming_blob.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>

/// For operations with bodies that are not simply held in memory; their generated headers include it.
namespace belfry::inline v0 {

struct BodyTraits;
struct ChecksumTraits;

namespace detail {

struct ChecksumParts;

/// The call whose bodies are handled.
struct BodyContext {
    const Operation& operation;
    const BodyTraits& traits;
    const ClientConfig& config;
};

} // namespace detail

/// The body traits of an operation's requests and responses.
struct BodyTraits {
    /// The output's payload can be delivered piece by piece (`CallOptions::response_body`).
    bool streaming_output = false;
    /// Compresses the request's body (Smithy `requestCompression`): see `compress_request`. Where the body
    /// comes from a source, the request reads from `compressed` instead.
    bool (*compress)(const detail::BodyContext& context, HttpRequest& request,
                     detail::Owned<BodySource>& compressed, Error& error) = nullptr;
    /// Adds checksums to the request, and asks for some in the response: see `add_checksums` and
    /// `add_tree_hash`.
    bool (*add_checksums)(const detail::BodyContext& context, const void* input,
                          detail::PreparedRequest& prepared, detail::ChecksumParts& parts,
                          Error& error) = nullptr;
    const ChecksumTraits* checksum = nullptr;
};

namespace detail {

[[nodiscard]] BELFRY_INLINE BodyHooks* make_streaming_body(const BodyTraits& traits,
                                                           const Operation& operation,
                                                           const ClientConfig& config,
                                                           const CallOptions& options);
/// See `OperationHooks::make_body`.
template <const BodyTraits& traits>
[[nodiscard]] BodyHooks* make_streaming_body(const Operation& operation, const ClientConfig& config,
                                             const CallOptions& options, Error&) {
    return make_streaming_body(traits, operation, config, options);
}
/// Lets the request's body be read from the `StreamingBlob` that is the input's payload. See
/// `OperationHooks::encode_body`.
[[nodiscard]] BELFRY_INLINE bool encode_streaming_payload(const Operation& operation, const void* input,
                                                          HttpRequest& request, Error& error);

} // namespace detail
} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/streaming.ipp>
#endif
