// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Keeps an error's response, so that an exception is only decoded when the caller asks for it.
class ServiceErrorDetail final : public ExceptionSource {
  public:
    ServiceErrorDetail(const Protocol& protocol, HttpResponse response, std::size_t max_depth) noexcept
        : protocol_(&protocol), response_(std::move(response)), max_depth_(max_depth) {}
    [[nodiscard]] BELFRY_COLD ErrorDetail* clone() const override {
        // Field by field: copying the whole would be the only use of a copying vector of headers.
        HttpResponse copy;
        copy.status = response_.status;
        copy.body = response_.body;
        for (const Header& header : response_.headers) copy.headers.append(header.name, header.value);
        return new ServiceErrorDetail(*protocol_, std::move(copy), max_depth_);
    }
    BELFRY_COLD bool decode(const Structure& structure, std::string_view code, void* out) const override {
        // Services that changed their protocol answer with the old code, the shape's name, or both.
        if (structure.error_code != code && structure.name != code) {
            // The response to a HEAD request has no body, and so no code.
            if (response_.body.empty() && is_named_after(structure.error_code, response_.status)) return true;
            if (protocol_->read_error_shape == nullptr) return false;
            std::string shape;
            protocol_->read_error_shape(response_, shape);
            if (structure.name != shape) return false;
        }
        Error ignored;
        return protocol_->decode_exception(response_, structure, {.max_depth = max_depth_}, out, ignored);
    }

  private:
    const Protocol* protocol_;
    HttpResponse response_;
    std::size_t max_depth_;
};

/// Reads the output of a response with a status of success. False if it cannot be read, or if it carries an
/// error of the service in its place: such a response counts as one with the status 500, which it then has.
[[nodiscard]] BELFRY_COLD inline bool decode_output(const Operation& operation, HttpResponse& response,
                                                    const DecodeOptions& options, void* output,
                                                    Error& error) {
    if (operation.service->protocol->decode(operation, response, options, output, error)) return true;
    if (error.kind == ErrorKind::service) response.status = 500;
    return false;
}

/// Reads the service's error out of a response with a status of failure.
BELFRY_COLD inline void read_service_error(const Operation& operation, const HttpResponse& response,
                                           Error& error) {
    error.kind = ErrorKind::service;
    operation.service->protocol->decode_error(operation, response, error);
}

/// Keeps the response of a service's error, from which its exception can be read.
BELFRY_COLD inline void keep_response(const Operation& operation, HttpResponse&& response,
                                      std::size_t max_depth, Error& error) {
    error.detail = ErrorDetailPointer(
        new ServiceErrorDetail(*operation.service->protocol, std::move(response), max_depth));
}

/// The service's id of the request, under whichever name it sends it; empty when it sends none.
BELFRY_COLD inline void read_request_id(const Headers& headers, std::string& id) {
    id.clear();
    for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"})
        if (const std::string* const value = headers.find(name)) {
            id = *value;
            return;
        }
}

} // namespace detail

template <class E> std::optional<E> Error::as() const {
    std::optional<E> exception;
    const auto* const source = belfry::detail::exception_source(*this);
    if (kind == ErrorKind::service && source != nullptr &&
        !source->decode(structure_of<E>, code, &exception.emplace()))
        exception.reset();
    return exception;
}

} // namespace belfry::inline v0
