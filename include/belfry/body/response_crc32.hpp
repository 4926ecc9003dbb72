// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/body_hooks.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

/// For DynamoDB, whose responses have the CRC-32 of their body in the header `x-amz-crc32`; its generated
/// headers include it.
namespace belfry::inline v0::detail {

/// See `OperationHooks::make_body`. A body that has another checksum is the error `ChecksumMismatch` of kind
/// `transport`, which is retried as a response that was cut off is. A response without the header is not
/// compared. `ClientConfig::response_checksums` does not turn it off: that is a matter of the checksums that
/// an operation can choose.
[[nodiscard]] BELFRY_INLINE BodyHooks* make_response_crc32(const Operation& operation,
                                                           const ClientConfig& config,
                                                           const CallOptions& options, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/response_crc32.ipp>
#endif
