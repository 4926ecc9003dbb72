// SPDX-License-Identifier: Apache-2.0
// Error documents that are not there, say nothing, or begin with a byte order mark (RFC 8259 section 8.1), in
// each protocol. The reason phrases are those of RFC 9110 section 15.
#include <belfry/chime_sdk_voice/endpoint_rules.hpp>
#include <belfry/client/client.hpp>
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/protocol/rpc_v2_cbor.hpp>
#include <belfry/protocol/rpc_v2_json.hpp>
#if BELFRY_TEST_HAS_XML
#include <belfry/protocol/aws_query.hpp>
#include <belfry/protocol/ec2_query.hpp>
#include <belfry/protocol/rest_xml.hpp>
#endif

#include "support/catch.hpp"
#include "unit/call/thing.hpp"

#include <concepts>
#include <string>
#include <utility>
#include <vector>

using namespace belfry; // NOLINT

namespace {

struct Case {
    const Protocol* protocol;
    Headers headers;
};
[[nodiscard]] std::vector<Case> json_protocols() {
    return {{&rest_json, {}}, {&aws_json, {}}, {&rpc_v2_json, {{"smithy-protocol", "rpc-v2-json"}}}};
}
[[nodiscard]] std::vector<Case> all_protocols() {
    std::vector<Case> all = json_protocols();
    all.push_back({&rpc_v2_cbor, {{"smithy-protocol", "rpc-v2-cbor"}}});
#if BELFRY_TEST_HAS_XML
    for (const Protocol* const protocol : {&rest_xml, &aws_query, &ec2_query}) all.push_back({protocol, {}});
#endif
    return all;
}

constexpr Service things{.id = "Things",
                         .name = "things",
                         .api_version = "2000-01-01",
                         .signing_name = "things",
                         .protocol = &rest_json,
                         .endpoint_rules = &chime_sdk_voice::endpoint_rules};
struct GetThing {
    using Input = test::Thing;
    using Output = test::Thing;
    friend constexpr Operation belfry_describe_operation(const GetThing*) {
        return {.service = &things,
                .name = "GetThing",
                .method = "GET",
                .uri = "/",
                .success_status = 200,
                .input = &structure_of<test::Thing>,
                .output = &structure_of<test::Thing>};
    }
};

struct Empty {};
template <std::same_as<Empty> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "Empty"};
}

[[nodiscard]] Error read(const Case& one, int status, const std::string& body) {
    Service service = things;
    service.protocol = one.protocol;
    const Operation operation{.service = &service,
                              .name = "Exchange",
                              .method = "GET",
                              .uri = "/",
                              .success_status = 200,
                              .input = &structure_of<test::Thing>,
                              .output = &structure_of<test::Thing>};
    Error error;
    one.protocol->decode_error(operation, {status, one.headers, body}, error);
    return error;
}

} // namespace

TEST_CASE("an error without a body has its status for a code, and a message") {
    const std::vector<std::pair<int, std::string>> statuses = {
        {400, "Bad Request"},       {403, "Forbidden"},           {404, "Not Found"},
        {429, "Too Many Requests"}, {503, "Service Unavailable"}, {302, "HTTP status 302"},
        {410, "HTTP status 410"},   {418, "HTTP status 418"},     {499, "HTTP status 499"},
        {599, "HTTP status 599"}};
    for (const Case& one : all_protocols())
        for (const auto& [status, message] : statuses)
            for (const char* const body : {"", " \r\n", "<html><body>a proxy's</body></html>"}) {
                if (one.protocol == &rpc_v2_cbor && *body != '\0') continue;
                INFO(one.protocol->name << " " << status << " " << body);
                const Error error = read(one, status, body);
                CHECK(error.code == std::to_string(status));
                CHECK(error.message == message);
            }
}

TEST_CASE("an error document without anything in it has its status for a code, and a message") {
    for (const Case& one : json_protocols())
        for (const char* const body :
             {"{}", R"({"unrelated":1})", R"({"message":null})", R"({"message":""})"}) {
            INFO(one.protocol->name << " " << body);
            CHECK(read(one, 404, body).code == "404");
            CHECK(read(one, 404, body).message == "Not Found");
        }
    CHECK(read({&rpc_v2_cbor, {{"smithy-protocol", "rpc-v2-cbor"}}}, 404, "\xa0").message == "Not Found");
}

TEST_CASE("an error with a code and without a message has that of its status") {
    for (const Case& one : json_protocols())
        for (const char* const body :
             {R"({"__type":"a#NoSuchThing"})", R"({"__type":"NoSuchThing","message":" \n"})",
              R"({"__type":"NoSuchThing","message":""})", R"({"__type":"NoSuchThing","message":null})"}) {
            INFO(one.protocol->name << " " << body);
            CHECK(read(one, 404, body).code == "NoSuchThing");
            CHECK(read(one, 404, body).message == "Not Found");
            CHECK(read(one, 418, body).message == "HTTP status 418");
        }
    // {"__type": "a#NoSuchThing"}
    const std::string cbor = "\xa1\x66__type\x6d" + std::string("a#NoSuchThing");
    const Case rpc{&rpc_v2_cbor, {{"smithy-protocol", "rpc-v2-cbor"}}};
    CHECK(read(rpc, 404, cbor).code == "NoSuchThing");
    CHECK(read(rpc, 404, cbor).message == "Not Found");
    // The code of a service that once spoke the query protocol comes in a header.
    for (Case one : all_protocols()) {
        one.headers.append("x-amzn-query-error", "AWS.NoSuchThing;Sender");
        if (one.protocol->name.ends_with("Xml") || one.protocol->name.ends_with("Query")) continue;
        INFO(one.protocol->name);
        CHECK(read(one, 404, "").code == "AWS.NoSuchThing");
        CHECK(read(one, 404, "").message == "Not Found");
    }
#if BELFRY_TEST_HAS_XML
    for (const Protocol* const protocol : {&rest_xml, &aws_query, &ec2_query})
        for (const char* const body :
             {"<Error><Code>NoSuchThing</Code></Error>",
              "<ErrorResponse><Error><Code>NoSuchThing</Code><Message/></Error></ErrorResponse>",
              "<Response><Errors><Error><Code>NoSuchThing</Code><Message> "
              "</Message></Error></Errors></Response>"}) {
            INFO(protocol->name << " " << body);
            CHECK(read({protocol, {}}, 404, body).code == "NoSuchThing");
            CHECK(read({protocol, {}}, 404, body).message == "Not Found");
        }
#endif
}

TEST_CASE("the page of a proxy is not the output of an operation without a body") {
    const Structure& nothing = structure_of<Empty>;
    for (const Case& one : all_protocols()) {
        Service service = things;
        service.protocol = one.protocol;
        const Operation operation{.service = &service,
                                  .name = "Exchange",
                                  .method = "DELETE",
                                  .uri = "/",
                                  .success_status = 200,
                                  .input = &nothing,
                                  .output = &nothing};
        for (const char* const body :
             {"<html><body>Log in</body></html>", " \r\n<!DOCTYPE html><html></html>", "\xef\xbb\xbf<html/>",
              "<html><br>not XML"}) {
            INFO(one.protocol->name << " " << body);
            Empty output;
            Error error;
            HttpResponse response{200, one.headers, body};
            CHECK_FALSE(one.protocol->decode(operation, response, {}, &output, error));
            CHECK(error.kind == ErrorKind::response);
            CHECK(error.code == "MalformedResponse");
        }
        Empty output;
        Error error;
        HttpResponse response{200, one.headers, ""};
        CHECK(one.protocol->decode(operation, response, {}, &output, error));
    }
    // Services put other texts there.
    const Operation operation{.service = &things,
                              .name = "Exchange",
                              .method = "DELETE",
                              .uri = "/",
                              .success_status = 200,
                              .input = &nothing,
                              .output = &nothing};
    for (const char* const body : {"{}", "null", "OK", R"({"message":"OK"})", " \n"}) {
        INFO(body);
        Empty output;
        Error error;
        HttpResponse response{200, {}, body};
        CHECK(rest_json.decode(operation, response, {}, &output, error));
    }
}

TEST_CASE("a byte order mark before JSON does not count") {
    const std::string mark = "\xef\xbb\xbf";
    for (const Case& one : json_protocols()) {
        INFO(one.protocol->name);
        const Error error = read(one, 400, mark + R"({"__type":"NoSuchThing","message":"m"})");
        CHECK(error.code == "NoSuchThing");
        CHECK(error.message == "m");
        CHECK(read(one, 404, mark).message == "Not Found");
        CHECK(read(one, 404, mark + "<html>").message == "Not Found");
    }
    const auto output = decode(GetThing{}, HttpResponse{200, {}, mark + R"( {"wire-name":"n"})"});
    REQUIRE(output);
    CHECK(output->name == "n");
    CHECK_FALSE(decode(GetThing{}, HttpResponse{200, {}, mark + mark + "{}"}));
    CHECK_FALSE(decode(GetThing{}, HttpResponse{200, {}, mark + "x"}));
}
