// SPDX-License-Identifier: Apache-2.0
#if defined(BELFRY_TEST_HAS_XML)
#include <belfry/client/client.hpp>
#include <belfry/protocol/aws_query.hpp>
#include <belfry/protocol/ec2_query.hpp>
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// An invented service with an operation for each of the query protocols.
namespace belfry_query_test {

struct Bell {
    std::optional<std::string> name{};
    belfry::List<std::int32_t> sizes{};
    belfry::List<Bell> smaller{};
};
template <std::same_as<Bell> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<3>{
        .name = "Bell",
        .members = {{"Name", ::belfry::type_of<decltype(S::name)>, offsetof(S, name)},
                    {"Sizes", ::belfry::type_of<decltype(S::sizes)>, offsetof(S, sizes)},
                    {"Smaller", ::belfry::type_of<decltype(S::smaller)>, offsetof(S, smaller)}}};
}

struct Cracked {
    std::optional<std::string> where{};
};
template <std::same_as<Cracked> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<1>{
        .name = "CrackedFault",
        .members = {{"Where", ::belfry::type_of<decltype(S::where)>, offsetof(S, where)}},
        .error_code = "Bell.Cracked",
        .error_status = 409};
}

inline constexpr belfry::Service query_service{.id = "Tower",
                                               .name = "tower",
                                               .api_version = "2020-01-08",
                                               .signing_name = "tower",
                                               .protocol = &belfry::aws_query,
                                               .endpoint_rules = nullptr};
inline constexpr belfry::Service ec2_service{.id = "Tower",
                                             .name = "tower",
                                             .api_version = "2020-01-08",
                                             .signing_name = "tower",
                                             .protocol = &belfry::ec2_query,
                                             .endpoint_rules = nullptr};

struct Nothing {};
template <std::same_as<Nothing> S> constexpr auto belfry_describe(const S*) {
    return ::belfry::Description<0>{.name = "Nothing"};
}

/// An operation without an output, such as IAM's DeleteUser and EC2's DeleteVpc.
template <const belfry::Service& Of> struct Stop {
    using Input = Nothing;
    using Output = Nothing;
};
template <class O>
    requires std::same_as<O, Stop<query_service>> || std::same_as<O, Stop<ec2_service>>
constexpr belfry::Operation belfry_describe_operation(const O*) {
    return {.service = std::same_as<O, Stop<query_service>> ? &query_service : &ec2_service,
            .name = "Stop",
            .method = "POST",
            .uri = "/",
            .success_status = 200,
            .input = &belfry::structure_of<Nothing>,
            .output = &belfry::structure_of<Nothing>};
}
using QueryStop = Stop<query_service>;
using Ec2Stop = Stop<ec2_service>;

template <const belfry::Service& Of> struct Ring {
    using Input = Bell;
    using Output = Bell;
};
template <class O>
    requires std::same_as<O, Ring<query_service>> || std::same_as<O, Ring<ec2_service>>
constexpr belfry::Operation belfry_describe_operation(const O*) {
    return {.service = std::same_as<O, Ring<query_service>> ? &query_service : &ec2_service,
            .name = "Ring",
            .method = "POST",
            .uri = "/?Operation=Ring",
            .success_status = 200,
            .input = &belfry::structure_of<Bell>,
            .output = &belfry::structure_of<Bell>};
}
using QueryRing = Ring<query_service>;
using Ec2Ring = Ring<ec2_service>;

} // namespace belfry_query_test

namespace {

using namespace belfry_query_test;

template <class O> belfry::Result<typename O::Output> read(std::string body, int status = 200) {
    belfry::HttpResponse response;
    response.status = status;
    response.headers.append("x-amzn-RequestId", "of the header");
    response.body = std::move(body);
    return belfry::decode(O{}, std::move(response));
}

} // namespace

TEST_CASE("a request is form data at the root path") {
    const Bell bell{.name = "a b", .sizes = {1, 2}};
    const auto query = belfry::encode(QueryRing{}, bell);
    REQUIRE(query.has_value());
    CHECK(query->method == "POST");
    CHECK(query->url == "/");
    CHECK(query->body == "Action=Ring&Version=2020-01-08&Name=a%20b&Sizes.member.1=1&Sizes.member.2=2");
    CHECK(query->content_length == static_cast<std::int64_t>(query->body.size()));
    REQUIRE(query->headers.contains("Content-Type"));
    CHECK(*query->headers.find("Content-Type") == "application/x-www-form-urlencoded");
    const auto ec2 = belfry::encode(Ec2Ring{}, bell);
    REQUIRE(ec2.has_value());
    CHECK(ec2->body == "Action=Ring&Version=2020-01-08&Name=a%20b&Sizes.1=1&Sizes.2=2");
}

TEST_CASE("an input that form data cannot represent is a validation error") {
    const auto refused = belfry::encode(QueryRing{}, Bell{.smaller = {Bell{.name = "\xff"}}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == belfry::ErrorKind::validation);
    CHECK(refused.error().message == "Bell.Smaller[0].Name: the text is not UTF-8");
}

TEST_CASE("the output is read from its result element, and the request id from the metadata") {
    const auto read_one =
        read<QueryRing>("<RingResponse xmlns='https://tower.test/'><RingResult><Name>great</Name><Sizes>"
                        "<member>1</member><member>2</member></Sizes></RingResult><ResponseMetadata>"
                        "<RequestId>of the body</RequestId></ResponseMetadata></RingResponse>");
    INFO(read_one.error().message);
    REQUIRE(read_one.has_value());
    CHECK(read_one->name == "great");
    CHECK(read_one->sizes == belfry::List<std::int32_t>{1, 2});
    CHECK(read_one.metadata().request_id == "of the body");
}

TEST_CASE("EC2's output is read from the root element") {
    const auto read_one =
        read<Ec2Ring>("<RingResponse><requestId>of the body</requestId><Sizes><item>3</item>"
                      "</Sizes></RingResponse>");
    REQUIRE(read_one.has_value());
    CHECK(read_one->sizes == belfry::List<std::int32_t>{3});
    CHECK(read_one.metadata().request_id == "of the body");
    const auto without = read<Ec2Ring>("<RingResponse/>");
    REQUIRE(without.has_value());
    CHECK(without.metadata().request_id == "of the header");
}

TEST_CASE("an error is read from either envelope, with its code, request id and members") {
    for (const std::string body :
         {"<ErrorResponse><Error><Type>Sender</Type><Code>Bell.Cracked</Code><Message>no &amp; no</Message>"
          "<Where>rim</Where></Error><RequestId>of the body</RequestId></ErrorResponse>",
          "\n<Response><Errors><Error><Code>Bell.Cracked</Code><Message>no &amp; "
          "no</Message><Where>rim</Where>"
          "</Error></Errors><RequestID>of the body</RequestID></Response>"}) {
        INFO(body);
        const auto query = read<QueryRing>(body, 409);
        const auto ec2 = read<Ec2Ring>(body, 409);
        for (const belfry::Result<Bell>* const result : {&query, &ec2}) {
            REQUIRE_FALSE(result->has_value());
            CHECK(result->error().kind == belfry::ErrorKind::service);
            CHECK(result->error().code == "Bell.Cracked");
            CHECK(result->error().message == "no & no");
            CHECK(result->error().request_id == "of the body");
            const auto cracked = result->error().as<Cracked>();
            REQUIRE(cracked.has_value());
            CHECK(cracked->where == "rim");
        }
    }
}

TEST_CASE("an error keeps its code, message and members if a character in it is not one of XML 1.0") {
    for (const char* const bad : {"&#x7;", "\x07"}) {
        INFO(bad);
        const std::string text = std::string("a") + bad + "b";
        const auto result =
            read<QueryRing>("<ErrorResponse><Error><Code>Bell.Cracked</Code><Message>" + text +
                                "</Message><Where>" + text + "</Where></Error></ErrorResponse>",
                            409);
        CHECK(result.error().code == "Bell.Cracked");
        CHECK(result.error().message == "a\x07"
                                        "b");
        REQUIRE(result.error().as<Cracked>());
        CHECK(result.error().as<Cracked>()->where == "a\x07"
                                                     "b");
        const auto name = read<QueryRing>("<RingResponse><RingResult><Name>" + text +
                                          "</Name></RingResult></RingResponse>");
        CHECK(name.error().message.starts_with("Bell.Name: XML 1.0 does not allow a character"));
    }
}

TEST_CASE("an error document with status 200 is an error") {
    const auto result =
        read<QueryRing>("<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().kind == belfry::ErrorKind::service);
    CHECK(result.error().code == "Throttling");
}

TEST_CASE("an error document has a code and a message, whatever it lacks") {
    const struct {
        const char* body;
        const char* code;
        const char* message;
    } cases[] = {
        {"<ErrorResponse><Error><Message>boom</Message></Error></ErrorResponse>", "500", "boom"},
        {"<ErrorResponse><Error><Code/><Message>boom</Message></Error></ErrorResponse>", "500", "boom"},
        {"<ErrorResponse><Error><Code>Slow</Code></Error></ErrorResponse>", "Slow",
         "the service gave no message"},
        {"<Response><Errors><Error><Code>Slow</Code></Error></Errors></Response>", "Slow",
         "the service gave no message"},
        {"<ErrorResponse/>", "500", "the service gave no message"},
        {"<Response><Errors/></Response>", "500", "the service gave no message"},
        {"<Error/>", "500", "the service gave no message"},
    };
    const auto check = [](const belfry::Error& error, const std::string& code, const std::string& message) {
        CHECK(error.kind == belfry::ErrorKind::service);
        CHECK(error.code == code);
        CHECK(error.message == message);
    };
    for (const auto& one : cases) {
        INFO(one.body);
        check(read<QueryRing>(one.body).error(), one.code, one.message);
        check(read<Ec2Ring>(one.body).error(), one.code, one.message);
        check(read<QueryStop>(one.body).error(), one.code, one.message);
        check(read<Ec2Stop>(one.body).error(), one.code, one.message);
        // The status says it where it is one of a failure.
        const bool coded = one.code == std::string("Slow");
        const bool told = one.message == std::string("boom");
        check(read<QueryStop>(one.body, 409).error(), coded ? "Slow" : "409", told ? "boom" : "Conflict");
        check(read<Ec2Ring>(one.body, 503).error(), coded ? "Slow" : "503",
              told ? "boom" : "Service Unavailable");
    }
}

TEST_CASE("an error without a document has the code of its status") {
    for (const std::string body : {"", " \n", "<html><body>busy</body></html>", "<html><br>not XML"}) {
        INFO(body);
        const auto result = read<QueryRing>(body, 503);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code == "503");
        CHECK(result.error().message == "Service Unavailable");
        CHECK(result.error().request_id == "of the header");
        CHECK_FALSE(result.error().as<Cracked>().has_value());
    }
    CHECK(read<QueryRing>("no such host", 404).error().message == "no such host");
}

TEST_CASE("a success with an unreadable body is an error") {
    std::string deep = "<RingResponse>";
    for (int i = 0; i < 100'000; ++i) deep += "<Smaller><item>";
    for (const std::string& body :
         {std::string(), std::string("{}"), std::string("<RingResponse><Name>cut"),
          std::string("<RingResponse><Sizes><item>much</item></Sizes></RingResponse>"),
          std::string("<!DOCTYPE a [<!ENTITY b 'c'>]><RingResponse><Name>&b;</Name></RingResponse>"), deep}) {
        INFO(body.substr(0, 100));
        const auto result = read<Ec2Ring>(body);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().kind == belfry::ErrorKind::response);
        CHECK_FALSE(result.error().message.empty());
    }
}

TEST_CASE("a document without the result element is an error") {
    for (const std::string body :
         {"<html><body>Please log in</body></html>", "<RingResponse><Name>great</Name></RingResponse>",
          "<RingResponse/>", "<RingResult><Name>great</Name></RingResult>"}) {
        INFO(body);
        const auto result = read<QueryRing>(body);
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().kind == belfry::ErrorKind::response);
        CHECK(result.error().message.find("Bell: there is no element RingResult in ") == 0);
    }
    const auto empty = read<QueryRing>("<RingResponse><RingResult/></RingResponse>");
    REQUIRE(empty.has_value());
    CHECK_FALSE(empty->name.has_value());
}

TEST_CASE("a document whose root is not named after the operation is an error where nothing else is due") {
    for (const std::string body :
         {"<html><body>Please log in</body></html>", "<html/>", "<StopAllResponse/>", "<RingsResponse/>",
          "<DescribeSubnetsResponse><subnetSet/></DescribeSubnetsResponse>", "<Response/>", "<Foo/>",
          "<StopRespons/>", "not XML", "<StopResponse>"}) {
        INFO(body);
        for (const belfry::Error& error :
             {read<QueryStop>(body).error(), read<Ec2Stop>(body).error(), read<Ec2Ring>(body).error()}) {
            CHECK(error.kind == belfry::ErrorKind::response);
            CHECK(error.code == "MalformedResponse");
        }
    }
    CHECK(read<Ec2Ring>("<html><body>Log in</body></html>").error().message ==
          "Bell: the document has the root element html, which is not the output of Ring");
    CHECK(read<QueryStop>("<html/>").error().message ==
          "Nothing: the document has the root element html, which is not the output of Stop");
    for (const std::string body :
         {"", " \n", "<StopResponse/>", "<Stop/>", "<e:StopResponse xmlns:e='u'/>",
          "<StopResponse><ResponseMetadata><RequestId>a</RequestId></ResponseMetadata>"
          "</StopResponse>",
          "<StopResponse><return>true</return></StopResponse>"}) {
        INFO(body);
        CHECK(read<QueryStop>(body).has_value());
        CHECK(read<Ec2Stop>(body).has_value());
    }
    CHECK(read<QueryStop>("<StopResponse><StopResult/></StopResponse>").has_value());
}
#endif
