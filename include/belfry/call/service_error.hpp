// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/call/operation_hooks.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/protocol/response_check.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/schema/exception_source.hpp>
#include <belfry/util/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace belfry::inline v0 {
namespace detail {

/// Copies headers one by one, because few programs have another use of the copying constructor, which is
/// larger. Reuses the memory of `to`.
BELFRY_COLD BELFRY_NOINLINE inline void copy_headers(const Headers& from, Headers& to) {
    to.clear();
    for (const Header& header : from) to.append(header.name, header.value);
}

/// Keeps an error's response, so that an exception is only decoded when the caller asks for it.
class ServiceErrorDetail final : public ExceptionSource {
  public:
    ServiceErrorDetail(const Operation& operation, HttpResponse response, std::size_t max_depth) noexcept
        : operation_(&operation), response_(std::move(response)), max_depth_(max_depth) {}
    [[nodiscard]] BELFRY_COLD ErrorDetail* clone() const override {
        HttpResponse copy;
        copy.status = response_.status;
        copy.body = response_.body;
        copy_headers(response_.headers, copy.headers);
        return new ServiceErrorDetail(*operation_, std::move(copy), max_depth_);
    }
    BELFRY_COLD bool decode(const Structure& structure, std::string_view code, void* out) const override {
        bool by_status = false;
        // Services that changed their protocol answer with the old code, the shape's name, or both.
        if (structure.error_code != code && structure.name != code) {
            by_status = is_named_by_status(structure.error_code, code);
            if (!by_status && !is_shape_of_response(structure)) return false;
        }
        Error ignored;
        // An error must not be lost to a character in its message.
        return protocol().decode_exception(response_, structure,
                                           {.max_depth = max_depth_, .invalid_text = InvalidText::repair},
                                           out, ignored) ||
               by_status;
    }

  private:
    [[nodiscard]] const Protocol& protocol() const noexcept { return *operation_->service->protocol; }
    /// Whether a response without a body and a code, such as that to a HEAD request, is the error `wanted`:
    /// one that is named after the status, as S3's `NotFound`, or the only one of its status.
    [[nodiscard]] BELFRY_COLD bool is_named_by_status(std::string_view wanted,
                                                      std::string_view code) const noexcept {
        // Such a response's code is its status.
        if (!response_.body.empty() || code.empty() || code.front() > '9') return false;
        const OperationHooks* const hooks = operation_->hooks;
        return is_named_after(wanted, response_.status) ||
               (hooks != nullptr && hooks->is_error_of_status != nullptr &&
                hooks->is_error_of_status(wanted, response_.status));
    }
    [[nodiscard]] BELFRY_COLD bool is_shape_of_response(const Structure& structure) const {
        if (protocol().read_error_shape == nullptr) return false;
        std::string shape;
        protocol().read_error_shape(response_, shape);
        return structure.name == shape;
    }

    const Operation* operation_;
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
    error.detail = ErrorDetailPointer(new ServiceErrorDetail(operation, std::move(response), max_depth));
}

/// The service's id of the request, under whichever name it sends it; empty when it sends none.
BELFRY_COLD inline void read_request_id(const Headers& headers, std::string& id) {
    id.clear();
    for (const std::string_view name : {"x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"})
        if (const auto value = headers.find(name)) {
            return assign_text(id, *value);
        }
}

} // namespace detail

} // namespace belfry::inline v0
