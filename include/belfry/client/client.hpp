// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/call.hpp>
#include <belfry/client/core.hpp>
#include <belfry/core/describe.hpp>
#include <belfry/core/result.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Collects a response in memory, within the client's limit.
class BufferSink final : public ResponseSink {
  public:
    BufferSink(std::size_t limit, const CancellationToken* cancellation) noexcept
        : limit_(limit), cancellation_(cancellation) {}
    bool on_head(int status, Headers headers) noexcept override {
        response.status = status;
        response.headers = std::move(headers);
        response.body.clear();
        has_head = true;
        return true;
    }
    bool on_body(std::span<const std::byte> bytes) noexcept override {
        if (limit_ != 0 && bytes.size() > limit_ - response.body.size()) {
            too_large = true;
            return false;
        }
        response.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    }
    [[nodiscard]] bool cancelled() const noexcept override {
        return cancellation_ != nullptr && cancellation_->is_cancelled();
    }

    HttpResponse response{};
    bool has_head = false;
    bool too_large = false;

  private:
    std::size_t limit_;
    const CancellationToken* cancellation_;
};

/// Runs a call to its end on the calling thread. The one way for all operations of all services.
inline bool invoke(const ClientCore& core, const Operation& operation, const void* input, void* output,
                   const CallOptions& options, Error& error, ResponseMetadata& metadata) {
    Call call(core, operation, options);
    Call::Step step = call.start(input);
    while (step != Call::Step::done) {
        if (step == Call::Step::wait) {
            core.config().environment->sleep(call.delay());
            step = call.on_waited();
            continue;
        }
        BufferSink sink(core.config().max_response_bytes, options.cancellation);
        TransportResult result = core.transport().send(call.request(), sink);
        if (result.status == TransportStatus::ok && !sink.has_head)
            result = {TransportStatus::failed, "the transport reported success without a response"};
        step = result.status == TransportStatus::ok && !sink.too_large
                   ? call.on_response(std::move(sink.response))
                   : call.on_failure(std::move(result), sink.too_large);
    }
    return call.finish(output, error, metadata);
}

/// What a generated method does. `Lazy` only delays the making of tables until the method is called.
template <class O, class Lazy>
[[nodiscard]] Result<typename O::Output> invoke(const ClientCore& core, const typename O::Input& input,
                                                const CallOptions& options) {
    Result<typename O::Output> result(std::in_place);
    Error error;
    ResponseMetadata metadata;
    const bool good = invoke(core, operation_of<O>, &input, &*result, options, error, metadata);
    if (!good) result = Result<typename O::Output>(std::move(error));
    result.set_metadata(std::move(metadata));
    return result;
}

} // namespace detail

/// Builds an operation's request without sending it: method, path and query, headers and body, but neither
/// endpoint nor signature.
template <class O>
[[nodiscard]] Result<HttpRequest> encode(const O&, const typename O::Input& input,
                                         const EncodeOptions& options = {}) {
    HttpRequest request;
    Error error;
    if (!operation_of<O>.service->protocol->encode(operation_of<O>, &input, options, request, error))
        return error;
    return request;
}

/// Reads an operation's response, whoever received it.
template <class O>
[[nodiscard]] Result<typename O::Output> decode(const O&, HttpResponse response,
                                                const DecodeOptions& options = {}) {
    const Operation& operation = operation_of<O>;
    Error error;
    error.http_status = response.status;
    if ((response.status >= 200 && response.status < 300) || response.status == operation.success_status) {
        Result<typename O::Output> result(std::in_place);
        if (!operation.service->protocol->decode(operation, response, options, &*result, error)) return error;
        return result;
    }
    error.kind = ErrorKind::service;
    operation.service->protocol->decode_error(operation, response, error);
    error.detail = detail::ErrorDetailPointer(
        new detail::ServiceErrorDetail(*operation.service->protocol, std::move(response), options.max_depth));
    return error;
}

} // namespace belfry::inline v0
