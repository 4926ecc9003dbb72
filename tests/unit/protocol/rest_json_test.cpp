// SPDX-License-Identifier: Apache-2.0
#include <belfry/protocol/aws_json.hpp>
#include <belfry/protocol/json_error_body.hpp>
#include <belfry/protocol/query_and_headers.hpp>
#include <belfry/protocol/rest_json.hpp>
#include <belfry/schema/describe.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <limits>
#include <string>

// Expectations follow https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html and the HTTP binding
// traits; tests/differential compares the same rules with botocore, for random inputs.
namespace {

using namespace belfry;

struct Tag {
    std::optional<std::string> key{};
    std::optional<std::string> value{};
};
template <std::same_as<Tag> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{.name = "Tag",
                          .members = {{"key", type_of<decltype(S::key)>, offsetof(S, key), Location::body,
                                       MemberFlags::required},
                                      {"value", type_of<decltype(S::value)>, offsetof(S, value)}}};
}

struct Everything {
    std::optional<std::string> label{};
    std::optional<std::string> greedy{};
    std::optional<std::int32_t> number{};
    List<std::string> names{};
    std::optional<bool> flag{};
    std::optional<double> ratio{};
    std::optional<Timestamp> since{};
    Map<List<std::string>> rest{};
    std::optional<std::string> header{};
    List<std::string> header_list{};
    std::optional<Timestamp> date{};
    std::optional<Document> json{};
    Map<std::string> prefixed{};
    List<Tag> tags{};
    std::optional<std::string> token{};
};
template <std::same_as<Everything> S> constexpr auto belfry_describe(const S*) {
    return Description<15>{
        .name = "Everything",
        .members = {
            {"Label", type_of<decltype(S::label)>, offsetof(S, label), Location::label,
             MemberFlags::required},
            {"Greedy", type_of<decltype(S::greedy)>, offsetof(S, greedy), Location::label,
             MemberFlags::required},
            {"number", type_of<decltype(S::number)>, offsetof(S, number), Location::query},
            {"name", type_of<decltype(S::names)>, offsetof(S, names), Location::query},
            {"flag", type_of<decltype(S::flag)>, offsetof(S, flag), Location::query},
            {"ratio", type_of<decltype(S::ratio)>, offsetof(S, ratio), Location::query},
            {"since", type_of<decltype(S::since)>, offsetof(S, since), Location::query},
            {"", type_of<decltype(S::rest)>, offsetof(S, rest), Location::query_map},
            {"X-Header", type_of<decltype(S::header)>, offsetof(S, header), Location::header},
            {"X-List", type_of<decltype(S::header_list)>, offsetof(S, header_list), Location::header},
            {"X-Date", type_of<decltype(S::date)>, offsetof(S, date), Location::header},
            {"X-Json", type_of<decltype(S::json)>, offsetof(S, json), Location::header,
             MemberFlags::json_value},
            {"X-Meta-", type_of<decltype(S::prefixed)>, offsetof(S, prefixed), Location::header_prefix},
            {"tags", type_of<decltype(S::tags)>, offsetof(S, tags)},
            {"token", type_of<decltype(S::token)>, offsetof(S, token), Location::body,
             MemberFlags::idempotency_token}}};
}

struct WithAnyHeader {
    Map<std::string> any{};
    std::optional<std::string> header{};
    std::optional<std::string> token{};
};
template <std::same_as<WithAnyHeader> S> constexpr auto belfry_describe(const S*) {
    return Description<3>{
        .name = "WithAnyHeader",
        .members = {{"", type_of<decltype(S::any)>, offsetof(S, any), Location::header_prefix},
                    {"X-Header", type_of<decltype(S::header)>, offsetof(S, header), Location::header},
                    {"X-Token", type_of<decltype(S::token)>, offsetof(S, token), Location::header,
                     MemberFlags::idempotency_token}}};
}

template <class Payload> struct WithPayload {
    std::optional<std::string> type{};
    std::optional<Payload> payload{};
    std::optional<std::int32_t> status{};
};
template <class S, class Payload> constexpr auto describe_payload(const WithPayload<Payload>*) {
    return Description<3>{
        .name = "WithPayload",
        .members = {{"Content-Type", type_of<decltype(S::type)>, offsetof(S, type), Location::header},
                    {"payload", type_of<decltype(S::payload)>, offsetof(S, payload), Location::payload},
                    {"status", type_of<decltype(S::status)>, offsetof(S, status), Location::status_code}}};
}
template <std::same_as<WithPayload<Blob>> S> constexpr auto belfry_describe(const S* s) {
    return describe_payload<S>(s);
}
template <std::same_as<WithPayload<std::string>> S> constexpr auto belfry_describe(const S* s) {
    return describe_payload<S>(s);
}
template <std::same_as<WithPayload<Tag>> S> constexpr auto belfry_describe(const S* s) {
    return describe_payload<S>(s);
}
template <std::same_as<WithPayload<Document>> S> constexpr auto belfry_describe(const S* s) {
    return describe_payload<S>(s);
}

struct Nothing {};
template <std::same_as<Nothing> S> constexpr auto belfry_describe(const S*) {
    return Description<0>{.name = "Nothing"};
}

constexpr Service service{.id = "Test",
                          .name = "test",
                          .api_version = "2026-01-01",
                          .signing_name = "test",
                          .protocol = &rest_json,
                          .endpoint_rules = nullptr};

template <class Input, class Output = Nothing> Operation operation(std::string_view uri) {
    return {.service = &service,
            .name = "Do",
            .method = "POST",
            .uri = uri,
            .success_status = 200,
            .input = &structure_of<Input>,
            .output = &structure_of<Output>,
            .encode_query_and_headers = &detail::encode_query_and_headers};
}

template <class Input> HttpRequest encode(const Input& input, std::string_view uri, Error* error = nullptr) {
    HttpRequest request;
    Error failure;
    const bool good =
        rest_json.encode(operation<Input>(uri), &input, {.idempotency_token = "token-1"}, request, failure);
    if (error != nullptr) {
        CHECK_FALSE(good);
        *error = failure;
    } else {
        INFO(failure.message);
        CHECK(good);
    }
    return request;
}

template <class Output> bool decode(HttpResponse response, Output& output, Error& error) {
    return rest_json.decode(operation<Nothing, Output>("/"), response, {}, &output, error);
}

constexpr std::string_view uri = "/a/{Label}/b/{Greedy+}?operation=do&fixed";

} // namespace

TEST_CASE("labels are percent-encoded, greedy ones keep their slashes") {
    const HttpRequest request = encode(Everything{.label = "a/b c%&=+:@~é", .greedy = "x/y z/#?"}, uri);
    CHECK(request.url == "/a/a%2Fb%20c%25%26%3D%2B%3A%40~%C3%A9/b/x/y%20z/%23%3F?operation=do&fixed");
    CHECK(request.method == "POST");
    CHECK(request.body == R"({"token":"token-1"})");
    CHECK(request.content_length == static_cast<std::int64_t>(request.body.size()));
    REQUIRE(request.headers.find("Content-Type") != std::nullopt);
    CHECK(*request.headers.find("content-type") == "application/json");
}

TEST_CASE("a label that is missing or empty is rejected by name") {
    Error error;
    encode(Everything{.greedy = "x"}, uri, &error);
    CHECK(error.kind == ErrorKind::validation);
    CHECK(error.message.find("Label") != std::string::npos);
    encode(Everything{.label = "", .greedy = "x"}, uri, &error);
    CHECK(error.message.find("Everything.Label") != std::string::npos);
}

TEST_CASE("a label with a dot segment is an error") {
    Error error;
    for (const char* const step : {".", ".."}) {
        encode(Everything{.label = step, .greedy = "x"}, uri, &error);
        CHECK(error.message.find("Everything.Label") != std::string::npos);
    }
    CHECK(encode(Everything{.label = "...", .greedy = "x"}, "/{Label}").url == "/...");
    for (const char* const path : {".", "..", "../../towers/5", "a/..", "a/./b", "/..", "../"}) {
        INFO(path);
        encode(Everything{.label = "x", .greedy = path}, "/{Label}/{Greedy+}", &error);
        CHECK(error.message.find("Everything.Greedy: must not have a dot segment") != std::string::npos);
    }
    CHECK(encode(Everything{.label = "x", .greedy = "a/...//.b/c."}, "/{Label}/{Greedy+}").url ==
          "/x/a/...//.b/c.");
}

TEST_CASE("every missing required member is reported at once, with its path") {
    Error error;
    encode(Everything{.tags = {Tag{.key = "k"}, Tag{}, Tag{.value = "v"}}}, uri, &error);
    CHECK(error.message == "Everything: Label: required; Greedy: required; tags[1].key: required; "
                           "tags[2].key: required");
}

TEST_CASE("query parameters follow the literal query in the model's order") {
    Everything input{.label = "l", .greedy = "g"};
    input.number = -5;
    input.names = {"a b", "c&d"};
    input.flag = true;
    input.ratio = 1.0;
    input.since = Timestamp{1398796238, 0};
    input.rest["extra"] = {"1", "2"};
    input.rest["number"] = {"loses against the member of that name"};
    CHECK(encode(input, uri).url ==
          "/a/l/b/g?operation=do&fixed&number=-5&name=a%20b&name=c%26d&flag=true&ratio=1.0"
          "&since=2014-04-29T18%3A30%3A38Z&extra=1&extra=2");
    input = {.label = "l", .greedy = "g"};
    input.ratio = -std::numeric_limits<double>::infinity();
    CHECK(encode(input, "/{Label}/{Greedy+}").url == "/l/g?ratio=-Infinity");
}

TEST_CASE("headers carry text, lists, dates, JSON and prefixed maps") {
    Everything input{.label = "l", .greedy = "g"};
    input.header = "";
    input.header_list = {"plain", "with,comma", "with\"quote"};
    input.date = Timestamp{1398796238, 0};
    input.json = Document(R"({"a":1})");
    input.prefixed["one"] = "1";
    const HttpRequest request = encode(input, uri);
    CHECK(*request.headers.find("X-Header") == "");
    CHECK(*request.headers.find("X-List") == R"(plain,"with,comma","with\"quote")");
    CHECK(*request.headers.find("X-Date") == "Tue, 29 Apr 2014 18:30:38 GMT");
    CHECK(*request.headers.find("X-Json") == "eyJhIjoxfQ==");
    CHECK(*request.headers.find("X-Meta-one") == "1");
}

TEST_CASE("a line break in a header's value or prefixed name is an error") {
    Everything input{.label = "l", .greedy = "g"};
    input.header = "a\r\nX-Evil: 1";
    Error error;
    encode(input, uri, &error);
    CHECK(error.message.find("X-Header") != std::string::npos);
    input.header.reset();
    input.prefixed["a: b\r\nX-Evil"] = "1";
    encode(input, uri, &error);
    CHECK(error.kind == ErrorKind::validation);
}

TEST_CASE("keys of a header map that name one header are an error") {
    Everything input{.label = "l", .greedy = "g"};
    input.prefixed["Color"] = "red";
    input.prefixed["size"] = "1";
    input.prefixed["color"] = "blue";
    Error error;
    encode(input, uri, &error);
    CHECK(error.kind == ErrorKind::validation);
    CHECK(error.message == "Everything.X-Meta-[color]: another key differs only in case, and the names of "
                           "headers have no case");
}

TEST_CASE("text beyond ASCII in a header map is an error") {
    Error error;
    for (const char* const value :
         {"caf\xc3\xa9", "\xe2\x82\xac 5", "\xf0\x9f\x98\x80", "\x80", "\xff", "a\xc2\x85"}) {
        Everything input{.label = "l", .greedy = "g"};
        input.prefixed["price"] = value;
        encode(input, uri, &error);
        CHECK(error.message.find("Everything.X-Meta-[price]: the value has a character beyond ASCII") == 0);
    }
    for (const char* const key : {"pr\xc3\xaf"
                                  "ce",
                                  "\xff", "two words", "", "a:b", "tab\t"}) {
        INFO(key);
        Everything input{.label = "l", .greedy = "g"};
        input.prefixed[key] = "1";
        if (*key == '\0') {
            CHECK(*encode(input, uri).headers.find("X-Meta-") == "1");
            continue;
        }
        encode(input, uri, &error);
        CHECK(error.message.find("Everything.X-Meta-: the name of a header consists of ASCII") == 0);
    }
}

TEST_CASE("a header map without a prefix cannot set what the message or its signature sets") {
    const auto input_of = [](std::string_view key) {
        WithAnyHeader input{.header = "h"};
        input.any[key] = "evil";
        return input;
    };
    Error error;
    for (const char* const key :
         {"Host", "host", "HOST", "Authorization", "Content-Length", "Transfer-Encoding", "X-Amz-Date",
          "x-amz-content-SHA256", "X-Amz-Security-Token", "User-Agent", "Connection", "Expect", "TE",
          "Trailer", "Upgrade", "Proxy-Authorization", "Keep-Alive", "X-Amz-Decoded-Content-Length"}) {
        INFO(key);
        encode(input_of(key), "/", &error);
        CHECK(error.message == std::string("WithAnyHeader.[") + key +
                                   "]: the message or its signature sets this header itself");
    }
    CHECK(*encode(input_of("X-Amz-Meta-a"), "/").headers.find("x-amz-meta-a") == "evil");
    CHECK(*encode(input_of("hostile"), "/").headers.find("hostile") == "evil");
}

TEST_CASE("a member that is bound to a header has the last word over a header map") {
    WithAnyHeader input{.header = "h"};
    input.any["x-HEADER"] = "evil";
    input.any["x-token"] = "evil";
    input.any["other"] = "o";
    const HttpRequest request = encode(input, "/");
    CHECK(request.headers.size() == 3);
    CHECK(*request.headers.find("X-Header") == "h");
    CHECK(*request.headers.find("X-Token") == "token-1");
    CHECK(*request.headers.find("Other") == "o");
    input.header.reset();
    CHECK(*encode(input, "/").headers.find("X-Header") == "evil");
}

TEST_CASE("a query map cannot repeat a parameter of the URI's own query") {
    Everything input{.label = "l", .greedy = "g"};
    input.rest["operation"] = {"undo"};
    input.rest["fixed"] = {"not"};
    input.rest["oper"] = {"1"};
    CHECK(encode(input, uri).url == "/a/l/b/g?operation=do&fixed&oper=1");
}

TEST_CASE("an error keeps its code and message if its text is not Unicode") {
    const std::string other = "\xef\xbf\xbd";
    for (const std::string_view bad : {R"(\ud800)", R"(\udfff)", "\xff", "\xc3"}) {
        INFO(bad);
        const std::string text(bad);
        const std::string body = R"({"__type":"ns#Cracked:x","new":{")" + text + R"(":[")" + text +
                                 R"("]},"message":"a)" + text + R"(b"})";
        for (const Protocol* const protocol : {&rest_json, &aws_json}) {
            Error error;
            protocol->decode_error(operation<Nothing>("/"), {400, {}, body}, error);
            CHECK(error.code == "Cracked");
            CHECK(error.message == "a" + other + "b");
        }
    }
}

TEST_CASE("a string payload that is not UTF-8 is read with U+FFFD, or an error") {
    WithPayload<std::string> output;
    Error error;
    REQUIRE(decode({200, {}, "a\xff"}, output, error));
    CHECK(output.payload == "a\xef\xbf\xbd");
    HttpResponse response{200, {}, "a\xff"};
    CHECK_FALSE(rest_json.decode(operation<Nothing, WithPayload<std::string>>("/"), response,
                                 {.invalid_text = InvalidText::reject}, &output, error));
    CHECK(error.message == "payload: the body is not UTF-8");
}

TEST_CASE("a payload member is the whole body") {
    HttpRequest request = encode(WithPayload<Blob>{.payload = Blob(std::string("\0\xff", 2))}, "/");
    CHECK(request.body == std::string("\0\xff", 2));
    CHECK(*request.headers.find("Content-Type") == "application/octet-stream");
    request = encode(WithPayload<Blob>{.type = "image/png", .payload = Blob("x")}, "/");
    CHECK(*request.headers.find("Content-Type") == "image/png");
    request = encode(WithPayload<Blob>{}, "/");
    CHECK(request.body.empty());
    CHECK_FALSE(request.headers.contains("Content-Type"));
    CHECK(encode(WithPayload<Tag>{.payload = Tag{.key = "k"}}, "/").body == R"({"key":"k"})");
    CHECK(encode(WithPayload<Tag>{}, "/").body == "{}");
    CHECK(encode(WithPayload<Document>{.payload = Document("[1, 2]")}, "/").body == "[1, 2]");
}

TEST_CASE("an input without members has no body and no content type") {
    const HttpRequest request = encode(Nothing{}, "/");
    CHECK(request.body.empty());
    CHECK(request.headers.empty());
    CHECK(request.url == "/");
}

TEST_CASE("a response's headers, status and body set their members") {
    Everything output;
    Error error;
    HttpResponse response{200,
                          {{"x-header", "h"},
                           {"X-LIST", R"(a, "b,c" ,"d\"e",f)"},
                           {"X-Date", "Tue, 29 Apr 2014 18:30:38 GMT"},
                           {"x-json", "eyJhIjoxfQ=="},
                           {"x-list", "g"},
                           {"x-meta-One", "1"},
                           {"X-Other", "2"}},
                          R"({"tags":[{"key":"k","new":{"deep":[null]}}],"token":null})"};
    REQUIRE(decode(response, output, error));
    CHECK(output.header == "h");
    CHECK(output.header_list == List<std::string>{"a", "b,c", "d\"e", "f", "g"});
    CHECK(output.date == Timestamp{1398796238, 0});
    CHECK(output.json->json() == R"({"a":1})");
    REQUIRE(output.prefixed.size() == 1);
    CHECK(*output.prefixed.find("One") == "1");
    CHECK(output.tags[0].key == "k");
    CHECK_FALSE(output.token);

    WithPayload<Blob> raw;
    REQUIRE(decode({201, {}, std::string("\0{", 2)}, raw, error));
    CHECK(raw.payload->view() == std::string_view("\0{", 2));
    CHECK(raw.status == 201);
}

TEST_CASE("a body of another type is an error with its path") {
    Everything output;
    Error error;
    for (const char* const body :
         {"{", "[]", "\"x\"", "{\"tags\":{}}", "{\"tags\":[{\"key\":1}]}", "{} x", "null x"}) {
        INFO(body);
        CHECK_FALSE(decode({200, {}, body}, output, error));
        CHECK(error.kind == ErrorKind::response);
        CHECK_FALSE(error.message.empty());
    }
    CHECK_FALSE(decode({200, {}, "{\"tags\":[{\"key\":1}]}"}, output, error));
    CHECK(error.message.find("tags") != std::string::npos);
    CHECK_FALSE(decode({200, {{"X-Date", "yesterday"}}, "{}"}, output, error));
    CHECK(error.message.find("X-Date") != std::string::npos);
    CHECK_FALSE(decode({200, {{"X-Json", "eyJhIjo="}}, "{}"}, output, error));
    // An empty response may be truncated, unless its head announces that it is empty.
    CHECK_FALSE(decode({200, {}, ""}, output, error));
    CHECK(error.kind == ErrorKind::response);
    CHECK(decode({200, {{"Content-Length", "0"}}, ""}, output, error));
    CHECK(decode({204, {}, ""}, output, error));
    Nothing nothing;
    CHECK(decode({200, {}, ""}, nothing, error));
}

TEST_CASE("an error's code is found in each place that services use") {
    struct Case {
        HttpResponse response;
        const char* code;
        const char* message;
    };
    const Case cases[] = {
        {{404, {{"X-Amzn-ErrorType", "NotFoundException"}}, R"({"Code":"Other","Message":"m"})"},
         "NotFoundException",
         "m"},
        {{400,
          {{"x-amzn-errortype", "FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/"}},
          "{}"},
         "FooError",
         "Bad Request"},
        {{400, {}, R"({"__type":"aws.protocoltests#FooError:http://x","message":"m"})"}, "FooError", "m"},
        {{400, {}, R"({"code":"FooError","__type":"Bar"})"}, "FooError", "Bad Request"},
        {{400, {}, R"({"Code":"FooError"})"}, "FooError", "Bad Request"},
        {{400, {{"x-amzn-query-error", "AWS.Old;Sender"}}, R"({"__type":"New"})"}, "AWS.Old", "Bad Request"},
        {{503, {}, "<html><body>busy</body></html>"}, "503", "Service Unavailable"},
        {{500, {}, ""}, "500", "Internal Server Error"},
        {{404, {}, ""}, "404", "Not Found"},
        {{400, {}, "not JSON"}, "400", "not JSON"},
        {{400, {}, R"({"code":{"a":1},"message":5})"}, "400", "5"},
        // A body that is cut off says nothing, whatever it begins with.
        {{400, {}, R"({"code":"Half","__type":"Half","message":"m",)"},
         "400",
         R"({"code":"Half","__type":"Half","message":"m",)"},
    };
    for (const Case& c : cases) {
        INFO(c.response.body);
        Error error;
        rest_json.decode_error(operation<Nothing>("/"), c.response, error);
        CHECK(error.code == c.code);
        CHECK(error.message == c.message);
    }
}

TEST_CASE("an OAuth error's message is its description, unless the body has a message") {
    Service oauth = service;
    oauth.error_body = &structure_of<detail::OauthErrorBody>;
    struct Case {
        const char* body;
        const char* message;
    };
    // RFC 6749 section 5.2. tests/differential/test_quirks.py compares the same bodies with botocore.
    const Case cases[] = {
        {R"({"error":"invalid_grant","error_description":"no such code"})", "no such code"},
        {R"({"error_description":"no such code","message":"m"})", "m"},
        {R"({"message":"m","error_description":"no such code"})", "m"},
        {R"({"Message":"M","error_description":"no such code"})", "M"},
        {R"({"error_description":"no such code","Message":""})", "no such code"},
        {R"({"Message":"M"})", "M"},
        {R"({"error_description":["not a text"]})", "Bad Request"},
        {"no JSON", "no JSON"},
    };
    Operation op = operation<Nothing>("/");
    op.service = &oauth;
    for (const Case& c : cases) {
        INFO(c.body);
        for (const Protocol* const protocol : {&rest_json, &aws_json}) {
            Error error;
            protocol->decode_error(op, {400, {{"x-amzn-errortype", "FooError"}}, c.body}, error);
            CHECK(error.code == "FooError");
            CHECK(error.message == c.message);
        }
    }
    Error without;
    rest_json.decode_error(operation<Nothing>("/"), {400, {}, R"({"error_description":"none"})"}, without);
    CHECK(without.message == "Bad Request");
}
