// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/core.hpp>
#include <belfry/call/encode_request.hpp>
#include <belfry/core/result.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/util/config.hpp>
#include <belfry/util/owned.hpp>
#include <belfry/util/refused.hpp>

#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Where an output goes.
struct OutputSlot {
    void* object;
    /// Makes it as new, before the next attempt to read it.
    void (*reset)(void* object);
};

/// Runs a call to its end on the calling thread; false when `result` holds an error. The one way for all
/// operations of all services.
BELFRY_INLINE bool invoke(const ClientCore& core, const Operation& operation, const void* input,
                          OutputSlot output, const CallOptions& options, ResultBase& result);

/// Reads a response; false when `result` holds an error.
BELFRY_INLINE bool decode_response(const Operation& operation, HttpResponse&& response, OutputSlot output,
                                   const DecodeOptions& options, ResultBase& result);

/// A call that has everything but a place for its outcome.
struct Invocation {
    const ClientCore& core;
    const Operation& operation;
    const void* input;
    void (*reset)(void* output);
    const CallOptions& options;

    bool operator()(void* output, ResultBase& result) const {
        return invoke(core, operation, input, {output, reset}, options, result);
    }
};

/// The configuration of a client that keeps these options.
template <class Options>
[[nodiscard]] ClientConfig with_endpoint_options(ClientConfig&& config, const Options& options) {
    config.endpoint_options = {&structure_of<Options>, &options};
    return std::move(config);
}

/// The body of a generated method.
template <class O>
[[nodiscard]] Result<typename O::Output> invoke(const ClientCore& core, const typename O::Input& input,
                                                const CallOptions& options) {
    return Result<typename O::Output>(
        std::in_place, Invocation{core, operation_of<O>, &input, &reset_output<typename O::Output>, options});
}

} // namespace detail

/// Builds an operation's request without sending it: method, path and query, headers and body, but neither
/// endpoint nor signature. Values that are part of the endpoint, such as S3's bucket, are not in the path.
template <class O>
[[nodiscard]] Result<HttpRequest> encode(const O&, const typename O::Input& input,
                                         const EncodeOptions& options = {}) {
    HttpRequest request;
    Error error;
    if (!detail::encode_request(operation_of<O>, &input, options, request, error)) return error;
    return request;
}

/// Decodes an operation's response.
template <class O>
[[nodiscard]] Result<typename O::Output> decode(const O&, HttpResponse response,
                                                const DecodeOptions& options = {}) {
    return Result<typename O::Output>(std::in_place, [&](void* output, detail::ResultBase& result) {
        return detail::decode_response(operation_of<O>, std::move(response),
                                       {output, &detail::reset_output<typename O::Output>}, options, result);
    });
}

} // namespace belfry::inline v0

#if !defined(BELFRY_SEPARATE_COMPILATION)
#include <belfry/client/impl/client.ipp>
#endif
