// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/body_hooks.hpp>
#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

/// The MD5 digests of Amazon SQS: a response has those of each message as the service stored or read it, and
/// these hooks compare them with the messages that were sent or received (Amazon SQS Developer Guide,
/// "Calculating the MD5 message digest for message attributes").
namespace belfry::inline v0::detail {

/// See `OperationHooks::make_body`. A digest that differs is the error `MessageDigestMismatch` of kind
/// `response`; one that is not in the response is not compared. `ClientConfig::verify_message_digests` turns
/// it off.
[[nodiscard]] BELFRY_INLINE BodyHooks* make_message_digests(const Operation& operation,
                                                            const ClientConfig& config,
                                                            const CallOptions& options, Error& error);

} // namespace belfry::inline v0::detail

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/body/impl/message_digests.ipp>
#endif
