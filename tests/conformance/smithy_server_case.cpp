// SPDX-License-Identifier: Apache-2.0
#include "conformance/smithy_server_case.hpp"

#include <belfry/testing/aws_json.hpp>
#include <belfry/testing/detail/exchange.hpp>
#include <belfry/testing/rest_json.hpp>
#include <belfry/testing/rpc_v2_cbor.hpp>
#include <belfry/testing/rpc_v2_json.hpp>
#if defined(BELFRY_TEST_HAS_XML)
#include <belfry/testing/aws_query.hpp>
#include <belfry/testing/ec2_query.hpp>
#include <belfry/testing/rest_xml.hpp>
#endif

#include "conformance/cbor_body.hpp"

#include <cstddef>
#include <cstdint>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

namespace belfry_smithy::server {
namespace {

using nlohmann::json;
namespace testing = belfry::testing;

[[nodiscard]] const testing::ServerProtocol& protocol_of(const belfry::Operation& operation) {
    const std::string_view name = operation.service->protocol->name;
    for (const testing::ServerProtocol* const protocol : {
             &testing::rest_json,
             &testing::aws_json,
             &testing::rpc_v2_cbor,
             &testing::rpc_v2_json,
#if defined(BELFRY_TEST_HAS_XML)
             &testing::aws_query,
             &testing::ec2_query,
             &testing::rest_xml,
#endif
         })
        if (protocol->name == name) return *protocol;
    FAIL("there is no server for " << name);
    return testing::rest_json;
}

[[nodiscard]] testing::ReceivedRequest make_request(const json& test) {
    testing::ReceivedRequest request;
    request.method = test["method"].get<std::string>();
    const auto uri = test["uri"].get<std::string>();
    request.path = uri.substr(0, uri.find('?'));
    if (uri.find('?') != std::string::npos) request.query = uri.substr(uri.find('?') + 1);
    for (const json& parameter : test.value("queryParams", json::array())) {
        if (!request.query.empty()) request.query += '&';
        request.query += parameter.get<std::string>();
    }
    const json headers = test.value("headers", json::object());
    for (const auto& [name, value] : headers.items()) request.headers.append(name, value.get<std::string>());
    request.body = test.value("body", "");
    // A server finds its bucket by the host.
    const std::string host = test.value("resolvedHost", test.value("host", ""));
    if (!host.empty()) request.headers.append("Host", host.substr(0, host.find('/')));
    const auto type = request.headers.find("Content-Type");
    if (type.has_value() && *type == "application/cbor")
        request.body = belfry_conformance::read_base64(request.body);
    return request;
}

/// A response as the comparisons of requests take it.
[[nodiscard]] belfry::HttpRequest in_request(const belfry::HttpResponse& response) {
    belfry::HttpRequest request;
    request.headers = response.headers;
    request.body = response.body;
    request.content_length = static_cast<std::int64_t>(response.body.size());
    return request;
}

/// The case without the namespace of an error's type, which the tables do not have and clients ignore.
[[nodiscard]] json without_namespace(json test) {
    if (test.value("bodyMediaType", "") != "application/json" || test.value("body", "").empty()) return test;
    json body = json::parse(test["body"].get<std::string>());
    if (!body.is_object() || !body.contains("__type")) return test;
    const auto type = body["__type"].get<std::string>();
    body["__type"] = type.substr(type.find('#') + 1);
    test["body"] = body.dump();
    return test;
}

/// A document without the id of the request, which few cases have.
[[nodiscard]] std::string without_request_id(const std::string& document) {
    static const std::regex id("\\s*<(ResponseMetadata>\\s*<)?(RequestId|requestId|RequestID)>[^<]*</\\2>"
                               "(\\s*</ResponseMetadata>)?\\s*");
    return std::regex_replace(document, id, "");
}

/// The id of the request that the case expects, or any.
[[nodiscard]] std::string request_id(const json& test) {
    const json headers = test.value("headers", json::object());
    for (const auto& [name, value] : headers.items())
        if (belfry::detail::equals_ignoring_case(name, "x-amzn-requestid")) return value.get<std::string>();
    return "00000000-0000-4000-8000-000000000001";
}

void compare(const json& wanted, const belfry::Structure& shape, const testing::detail::Reply& reply) {
    json test = without_namespace(wanted);
    INFO(reply.message);
    REQUIRE(reply.status == belfry::TransportStatus::ok);
    CHECK(reply.response.status == test["code"].get<int>());
    compare_headers(test, shape, in_request(reply.response));
    belfry::HttpRequest body = in_request(reply.response);
    if (test.value("bodyMediaType", "") == "application/xml") {
        test["body"] = without_request_id(test["body"].get<std::string>());
        body.body = without_request_id(body.body);
        body.content_length = static_cast<std::int64_t>(body.body.size());
    }
    if (test.value("bodyMediaType", "") == "application/cbor") {
        json expected =
            belfry_conformance::read_cbor(belfry_conformance::read_base64(test["body"].get<std::string>()));
        if (expected.contains("__type")) {
            const auto type = expected["__type"].get<std::string>();
            expected["__type"] = type.substr(type.find('#') + 1);
        }
        CHECK(belfry_conformance::read_cbor(body.body) == expected);
        return;
    }
    compare_body(test, shape, body);
}

} // namespace

void read_request(const json& test, const belfry::Operation& operation, void* input) {
    const testing::ReceivedRequest request = make_request(test);
    const testing::ServerProtocol& protocol = protocol_of(operation);
    CHECK(protocol.match(operation, request) != 0);
    belfry::Error error;
    const bool good = protocol.decode(operation, request, input, error);
    INFO(error.code << ": " << error.message);
    REQUIRE(good);
}

void compare_response(const json& test, const belfry::Operation& operation, const void* output) {
    const testing::ReceivedRequest request{.method = std::string(operation.method)};
    compare(test, *operation.output,
            testing::detail::write_output({protocol_of(operation), request, request_id(test), {}}, operation,
                                          output));
}

void compare_error(const json& test, const belfry::Operation& operation, const belfry::Structure& shape,
                   const belfry::Error& error) {
    const testing::ReceivedRequest request{.method = std::string(operation.method)};
    compare(test, shape,
            testing::detail::write_error({protocol_of(operation), request, request_id(test), {}},
                                         *operation.service, error));
}

void compare_refusal(const json& test, const json& expected, const belfry::Operation& operation,
                     void* input) {
    INFO("request " << test.dump());
    const testing::ReceivedRequest request = make_request(test);
    const testing::ServerProtocol& protocol = protocol_of(operation);
    CHECK(protocol.match(operation, request) != 0);
    const testing::detail::Exchange exchange{protocol, request, "id", {}};
    belfry::Error error;
    REQUIRE_FALSE(testing::detail::read_input(exchange, operation, input, error));
    const auto reply = testing::detail::write_error(exchange, *operation.service, error);
    CHECK(reply.response.status == expected["code"].get<int>());
    compare_headers(expected, *operation.input, in_request(reply.response));
    const json assertion = expected.value("body", json::object()).value("assertion", json::object());
    if (assertion.contains("contents"))
        CHECK(json::parse(reply.response.body) == json::parse(assertion["contents"].get<std::string>()));
    if (assertion.contains("messageRegex"))
        CHECK(std::regex_search(error.message, std::regex(assertion["messageRegex"].get<std::string>())));
}

} // namespace belfry_smithy::server
