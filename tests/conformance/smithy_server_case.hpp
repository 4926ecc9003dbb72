// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/operation/operation.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/testing/service_error.hpp>

#include "conformance/smithy_case.hpp"

#include <nlohmann/json.hpp>

/// Compares the service's side of the protocols, which fakes use, with a case of Smithy's protocol tests.
namespace belfry_smithy::server {

/// Reads the request of a case into an input; fails unless it is accepted.
void read_request(const nlohmann::json& test, const belfry::Operation& operation, void* input);
/// Writes an output, and compares the response with what the case expects.
void compare_response(const nlohmann::json& test, const belfry::Operation& operation, const void* output);
/// Writes an error, and compares the response with what the case expects.
void compare_error(const nlohmann::json& test, const belfry::Operation& operation,
                   const belfry::Structure& shape, const belfry::Error& error);
/// Fails unless a request of a case is refused with the response that the case expects.
void compare_refusal(const nlohmann::json& request, const nlohmann::json& response,
                     const belfry::Operation& operation, void* input);

template <class O> void check_request(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    typename O::Input input = typename O::Input();
    read_request(test, belfry::operation_of<O>, &input);
    compare_params(test, belfry::structure_of<typename O::Input>, &input);
}

template <class O> void check_response(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    typename O::Output output = typename O::Output();
    read_params(test, belfry::structure_of<typename O::Output>, &output);
    compare_response(test, belfry::operation_of<O>, &output);
}

template <class O, class E> void check_error(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    E exception = E();
    read_params(test, belfry::structure_of<E>, &exception);
    compare_error(test, belfry::operation_of<O>, belfry::structure_of<E>,
                  belfry::testing::service_error(std::move(exception)));
}

template <class O> void check_malformed(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    for (const nlohmann::json& request : test["requests"]) {
        typename O::Input input = typename O::Input();
        compare_refusal(request, test["response"], belfry::operation_of<O>, &input);
    }
}

} // namespace belfry_smithy::server
