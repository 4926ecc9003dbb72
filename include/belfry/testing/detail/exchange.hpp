// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/auth/credentials.hpp>
#include <belfry/core/error.hpp>
#include <belfry/http/response.hpp>
#include <belfry/http/transport.hpp>
#include <belfry/operation/operation.hpp>
#include <belfry/testing/detail/channel.hpp>
#include <belfry/testing/detail/server_protocol.hpp>
#include <belfry/testing/detail/validation.hpp>
#include <belfry/testing/service_error.hpp>
#include <belfry/util/config.hpp>

#include <string>
#include <string_view>
#include <utility>

/// One request and its answer, without the types of input and output.
namespace belfry::inline v0::testing::detail {

/// A response, or a failure of the transport. If the exchange's channel has begun, the response went there.
struct Reply {
    TransportStatus status = TransportStatus::ok;
    /// The reason of the failure.
    std::string message{};
    /// The failure is not meant: what a handler returned cannot be written, or it threw an exception.
    bool broken = false;
    HttpResponse response{};
};

/// A request on its way to a handler.
struct Exchange {
    const ServerProtocol& protocol;
    const ReceivedRequest& request;
    std::string_view request_id;
    /// Replaces the code of errors for inputs that break constraints, unless it is empty.
    std::string_view invalid_code;
    /// Carries the events of an operation with event streams; null for the others.
    Channel* channel = nullptr;
    /// The key that signed the request; null if its signature was not verified.
    const Credentials* key = nullptr;
};

/// Checks an input or an event; false, with the service's answer in `error`, if it breaks constraints.
[[nodiscard]] inline bool check_constraints(const Exchange& exchange, const Operation& operation,
                                            const Structure& shape, const void* object, Error& error) {
    auto faults = InputValidator::faults_of(shape, object);
    if (faults.empty()) return true;
    const Refusal& refusal = exchange.protocol.refusals_of(*operation.service).invalid;
    std::string summary = summary_of(faults);
    const std::string_view code = exchange.invalid_code.empty() ? refusal.code : exchange.invalid_code;
    error = code == "ValidationException"
                ? service_error(ValidationException{std::move(summary), std::move(faults)})
                : service_error(code, summary, refusal.status);
    return false;
}

/// Reads the input and checks it; false, with the service's answer in `error`, if it would be refused.
[[nodiscard]] inline bool read_input(const Exchange& exchange, const Operation& operation, void* input,
                                     Error& error) {
    return exchange.protocol.decode(operation, exchange.request, input, error) &&
           check_constraints(exchange, operation, *operation.input, input, error);
}

/// Completes a response that was written.
inline void finish_response(const Exchange& exchange, HttpResponse& response) {
    // A response to HEAD does not have a body (RFC 9110 section 9.3.2).
    if (exchange.request.method == "HEAD") response.body.clear();
    if (response.status == 204) return response.body.clear();
    response.headers.set("Content-Length", std::to_string(response.body.size()));
}

/// Writes an error as the service does.
[[nodiscard]] inline Reply write_error(const Exchange& exchange, const Service& service, const Error& error) {
    Reply reply;
    reply.status = transport_status(error);
    if (reply.status != TransportStatus::ok) {
        reply.message = error.message;
        return reply;
    }
    reply.response.status = error.http_status != 0 ? error.http_status : 400;
    reply.response.headers.append("x-amzn-requestid", exchange.request_id);
    std::string fault;
    if (!exchange.protocol.encode_error(service, error, exception_of(error), exchange.request_id,
                                        reply.response, fault)) {
        reply.status = TransportStatus::failed;
        reply.broken = true;
        reply.message =
            "belfry::testing: the error '" + error.code + "' of a handler cannot be written: " + fault;
    }
    finish_response(exchange, reply.response);
    return reply;
}

/// Writes an output as the service does.
[[nodiscard]] inline Reply write_output(const Exchange& exchange, const Operation& operation,
                                        const void* output) {
    Reply reply;
    reply.response.status = operation.success_status;
    reply.response.headers.append("x-amzn-requestid", exchange.request_id);
    Error error;
    if (!exchange.protocol.encode(operation, output, exchange.request_id, reply.response, error)) {
        reply.status = TransportStatus::failed;
        reply.broken = true;
        reply.message = "belfry::testing: the output of a handler cannot be written: " + error.message;
    }
    finish_response(exchange, reply.response);
    return reply;
}

} // namespace belfry::inline v0::testing::detail
