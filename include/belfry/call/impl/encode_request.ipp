// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/util/config.hpp>

namespace belfry::inline v0::detail {

BELFRY_INLINE bool encode_request(const Operation& operation, const void* input, const EncodeOptions& options,
                                  HttpRequest& request, Error& error) {
    const auto by_protocol = operation.service->protocol->encode;
    const OperationHooks* const hooks = operation.hooks;
    if (hooks == nullptr) return by_protocol(operation, input, options, request, error);
    const auto encode = hooks->encode != nullptr ? hooks->encode : by_protocol;
    return encode(operation, input, options, request, error) &&
           (hooks->encode_body == nullptr || hooks->encode_body(operation, input, request, error));
}

} // namespace belfry::inline v0::detail
