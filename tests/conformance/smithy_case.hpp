// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <belfry/client/client.hpp>
#include <belfry/interop/nlohmann.hpp>

#include "support/catch.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

/// Compares Belfry with a case of Smithy's protocol tests; smithy_cases.py writes the cases.
namespace belfry_smithy {

/// The idempotency token that every case uses where the input has none.
inline constexpr std::string_view idempotency_token = "00000000-0000-4000-8000-000000000000";

/// Fills an input with the case's parameters.
void read_params(const nlohmann::json& test, const belfry::Structure& shape, void* object);
/// Compares method, URI, query, headers, body and host with what the case expects.
void compare_request(const nlohmann::json& test, const belfry::Operation& operation, const void* input,
                     const belfry::Result<belfry::HttpRequest>& encoded);
/// The response that the case describes.
[[nodiscard]] belfry::HttpResponse make_response(const nlohmann::json& test);
/// Fails unless a response was read.
void require_success(const belfry::Error& error, bool has_value);
/// Fails unless the error is the service's own, with that code.
void require_service_error(const belfry::Error& error, std::string_view code);
/// Compares the headers of a request, or those of a response in one, with what the case expects.
void compare_headers(const nlohmann::json& test, const belfry::Structure& shape,
                     const belfry::HttpRequest& request);
/// Compares the body of a request, or that of a response in one, with what the case expects.
void compare_body(const nlohmann::json& test, const belfry::Structure& shape,
                  const belfry::HttpRequest& request);
/// Compares an object's members with the case's parameters.
void compare_params(const nlohmann::json& test, const belfry::Structure& shape, const void* object);

namespace client {

template <class O> void check_request(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    typename O::Input input;
    read_params(test, belfry::structure_of<typename O::Input>, &input);
    compare_request(test, belfry::operation_of<O>, &input,
                    belfry::encode(O{}, input, {.idempotency_token = idempotency_token}));
}

template <class O> void check_response(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    const auto result = belfry::decode(O{}, make_response(test));
    require_success(result.error(), result.has_value());
    compare_params(test, belfry::structure_of<typename O::Output>, &*result);
}

template <class O, class E> void check_error(const char* text) {
    const nlohmann::json test = nlohmann::json::parse(text);
    const auto result = belfry::decode(O{}, make_response(test));
    REQUIRE_FALSE(result.has_value());
    require_service_error(result.error(), belfry::structure_of<E>.error_code);
    const auto exception = result.error().template as<E>();
    REQUIRE(exception.has_value());
    compare_params(test, belfry::structure_of<E>, &*exception);
}

} // namespace client
} // namespace belfry_smithy
