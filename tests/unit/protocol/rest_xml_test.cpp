// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"

#if BELFRY_TEST_HAS_XML
#include <belfry/protocol/rest_xml.hpp>
#include <belfry/schema/describe.hpp>
#include <belfry/util/utf8.hpp>

#include <concepts>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// The rule is botocore's: a response of S3 with status 200 is an error if its root element is `Error`. The
// bodies are those of the Amazon S3 API Reference.
namespace {

using namespace belfry;

struct CopyOutput {
    std::optional<std::string> etag{};
};
template <std::same_as<CopyOutput> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{.name = "CopyOutput",
                          .members = {{"ETag", type_of<decltype(S::etag)>, offsetof(S, etag)}}};
}
struct ObjectOutput {
    std::optional<Blob> body{};
};
template <std::same_as<ObjectOutput> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{
        .name = "ObjectOutput",
        .members = {{"Body", type_of<decltype(S::body)>, offsetof(S, body), Location::payload}}};
}

struct CopyResult {
    std::optional<std::string> etag{};
};
template <std::same_as<CopyResult> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{.name = "CopyObjectResult",
                          .members = {{"ETag", type_of<decltype(S::etag)>, offsetof(S, etag)}}};
}
struct CopyPayloadOutput {
    Box<CopyResult> result{};
    std::optional<std::string> version{};
};
template <std::same_as<CopyPayloadOutput> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{
        .name = "CopyPayloadOutput",
        .members = {
            {"CopyObjectResult", type_of<decltype(S::result)>, offsetof(S, result), Location::payload},
            {"x-amz-version-id", type_of<decltype(S::version)>, offsetof(S, version), Location::header}}};
}
struct PutOutput {
    std::optional<std::string> etag{};
};
template <std::same_as<PutOutput> S> constexpr auto belfry_describe(const S*) {
    return Description<1>{
        .name = "PutOutput",
        .members = {{"ETag", type_of<decltype(S::etag)>, offsetof(S, etag), Location::header}}};
}

constexpr XmlShape listing_names{.name = "s3:ListBucketResult"};
constexpr ShapeExtras listing_extras{.xml = &listing_names};
struct Listing {
    std::optional<std::string> name{};
    std::optional<std::string> prefix{};
};
template <std::same_as<Listing> S> constexpr auto belfry_describe(const S*) {
    return Description<2>{.name = "ListObjectsV2Output",
                          .members = {{"Name", type_of<decltype(S::name)>, offsetof(S, name)},
                                      {"Prefix", type_of<decltype(S::prefix)>, offsetof(S, prefix)}},
                          .extras = &listing_extras};
}

constexpr Service store{.id = "Store",
                        .name = "store",
                        .api_version = "2026-01-01",
                        .signing_name = "store",
                        .protocol = &rest_xml,
                        .endpoint_rules = nullptr};

template <class Output> struct Read {
    Output output{};
    Error error{};
    bool good = false;
};
template <class Output>
Read<Output> read(std::string body, Headers headers = {}, int status = 200, std::string_view method = "PUT",
                  const DecodeOptions& options = {}, std::string_view name = "CopyThing") {
    Operation operation{};
    operation.service = &store;
    operation.name = name;
    operation.method = method;
    operation.output = &structure_of<Output>;
    Read<Output> read;
    HttpResponse response{status, std::move(headers), std::move(body)};
    read.good = rest_xml.decode(operation, response, options, &read.output, read.error);
    return read;
}

constexpr const char* internal_error =
    "<Error><Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message>"
    "<RequestId>r-7</RequestId></Error>";

} // namespace

TEST_CASE("a document that is an S3 error is one in a response with a status of success") {
    const std::string error = internal_error;
    for (const std::string& body :
         {error, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + error,
          // S3 keeps the connection open with white space while it works.
          " \r\n\n <?xml version=\"1.0\"?>\n<!-- slow -->\n" + error, "\xef\xbb\xbf" + error,
          "\xef\xbb\xbf<?xml version=\"1.0\"?>" + error, "<!-- <Fine/> -->" + error,
          "<?note a?><!-- b -->" + error, "<ErrorResponse>" + error + "</ErrorResponse>"}) {
        INFO(body);
        for (const Error& found : {read<CopyOutput>(body).error, read<CopyPayloadOutput>(body).error,
                                   read<PutOutput>(body).error}) {
            CHECK(found.kind == ErrorKind::service);
            CHECK(found.code == "InternalError");
            CHECK(found.message == "We encountered an internal error. Please try again.");
        }
    }
    CHECK(read<CopyOutput>(error).error.request_id == "r-7");
    const auto nameless = read<CopyOutput>("<Error><Message>no code</Message></Error>");
    CHECK(nameless.error.kind == ErrorKind::service);
    CHECK(nameless.error.code == "500");
    CHECK(nameless.error.message == "no code");
}

TEST_CASE("an error keeps its code and message if a character in it is not one of XML 1.0") {
    for (const char* const bad : {"&#x7;", "&#0;", "&#xFFFE;", "&#xD800;", "&#x110000;", "\x01", "\x7f\x1b",
                                  "\xff", "\xed\xa0\x80", "\xef\xbf\xbf"}) {
        INFO(bad);
        const std::string key = std::string("a") + bad + "b";
        const std::string body = "<?xml version=\"1.0\"?>\n<Error a='" + key +
                                 "'><Code>NoSuchKey</Code><Message>No " + key + " here</Message><Key>" + key +
                                 "</Key><RequestId>r-8</RequestId></Error>";
        Operation operation{};
        operation.service = &store;
        Error error;
        rest_xml.decode_error(operation, {404, {}, body}, error);
        CHECK(error.code == "NoSuchKey");
        CHECK(error.message.starts_with("No a"));
        CHECK(error.message.ends_with("b here"));
        CHECK(is_valid_utf8(error.message));
        CHECK(error.request_id == "r-8");
        // Also in a response with a status of success.
        const auto copied = read<CopyOutput>(body);
        CHECK(copied.error.kind == ErrorKind::service);
        CHECK(copied.error.code == "NoSuchKey");
    }
}

TEST_CASE("a character that XML 1.0 forbids is an error only in a member, and read if that is asked for") {
    for (const char* const bad : {"&#x7;", "\x07"}) {
        INFO(bad);
        const std::string tag = std::string("<ETag>a") + bad + "b</ETag>";
        const auto refused = read<CopyOutput>("<CopyOutput>" + tag + "</CopyOutput>");
        CHECK(refused.error.kind == ErrorKind::response);
        CHECK(refused.error.message.starts_with(
            "CopyOutput.ETag: XML 1.0 does not allow a character of this text"));
        const auto taken = read<CopyOutput>("<CopyOutput>" + tag + "</CopyOutput>", {}, 200, "PUT",
                                            {.invalid_text = InvalidText::repair});
        CHECK(taken.output.etag == "a\x07"
                                   "b");
        // A member that the model does not list has no reader.
        const auto skipped = read<CopyOutput>(std::string("<CopyOutput><New x='") + bad + "'>" + bad +
                                              "</New><ETag>c</ETag></CopyOutput>");
        CHECK(skipped.output.etag == "c");
        CHECK_FALSE(read<CopyPayloadOutput>("<CopyObjectResult>" + tag + "</CopyObjectResult>").good);
    }
    CHECK_FALSE(read<CopyOutput>("<CopyOutput><ETag>&#xD800;</ETag></CopyOutput>").good);
    CHECK_FALSE(read<CopyOutput>("<CopyOutput><ETag>a\xff</ETag></CopyOutput>").good);
    CHECK(read<CopyOutput>("<CopyOutput><ETag>&#xD800;\xff</ETag></CopyOutput>", {}, 200, "PUT",
                           {.invalid_text = InvalidText::repair})
              .output.etag == "\xef\xbf\xbd\xef\xbf\xbd");
    // A parser's own error stays one.
    CHECK_FALSE(read<CopyOutput>("<CopyOutput><ETag>&#7;</Etag></CopyOutput>", {}, 200, "PUT",
                                 {.invalid_text = InvalidText::repair})
                    .good);
}

TEST_CASE("a header that is not UTF-8 is read with U+FFFD, or an error") {
    CHECK(read<PutOutput>("", {{"ETag", "caf\xe9"}, {"Other", "\xff"}}).output.etag == "caf\xef\xbf\xbd");
    const auto refused =
        read<PutOutput>("", {{"ETag", "caf\xe9"}}, 200, "PUT", {.invalid_text = InvalidText::reject});
    CHECK(refused.error.message.starts_with("ETag: the header's value is not of the member's type"));
    CHECK(read<PutOutput>("", {{"ETag", "e"}, {"Other", "\xff"}}, 200, "PUT",
                          {.invalid_text = InvalidText::reject})
              .good);
}

TEST_CASE("a document is the output if its root has the name of the output, its element or the operation") {
    for (const char* const root :
         {"CopyOutput", "CopyThing", "CopyThingResponse", "CopyThingResult", "CopyThingOutput",
          // MinIO names elements after types of Go.
          "copyThingResponse"}) {
        INFO(root);
        const std::string name = root;
        CHECK(read<CopyOutput>("<" + name + "><ETag>a</ETag></" + name + ">").output.etag == "a");
        CHECK(read<CopyOutput>("<?xml version=\"1.0\"?><s3:" + name +
                               " xmlns:s3='u'><New/><s3:ETag>a</s3:ETag></s3:" + name + ">")
                  .output.etag == "a");
        CHECK(read<CopyOutput>("<" + name + "/>").good);
        CHECK(read<CopyOutput>("<" + name + "><New>1</New></" + name + ">").good);
        // Route 53 answers so where the model has no body.
        CHECK((name == "CopyOutput" || read<PutOutput>("<" + name + "/>").good));
    }
    CHECK(read<PutOutput>("<PutOutput/>").good);
    CHECK(read<CopyOutput>("<CopyThingResponse><ETag>a</ETag></CopyThingResponse>", {}, 200, "PUT", {},
                           "CopyThing2020_05_31")
              .output.etag == "a");
    for (const char* const root : {"ListBucketResult", "ListObjectsV2Output", "ListObjectsV2Result"}) {
        const std::string name = root;
        CHECK(
            read<Listing>("<" + name + "><Name>b</Name></" + name + ">", {}, 200, "GET", {}, "ListObjectsV2")
                .output.name == "b");
    }
}

TEST_CASE("a document is the payload if its root has the name of the payload's element, member or shape") {
    for (const char* const root : {"CopyObjectResult", "CopyPayloadOutput", "CopyThingResponse"}) {
        INFO(root);
        const std::string name = root;
        const auto payload = read<CopyPayloadOutput>("<" + name + "><ETag>a</ETag></" + name + ">",
                                                     {{"x-amz-version-id", "v"}});
        REQUIRE(payload.output.result);
        CHECK(payload.output.result->etag == "a");
        CHECK(payload.output.version == "v");
    }
}

TEST_CASE("a document of something else is not an empty success") {
    const struct {
        const char* body;
        const char* why;
    } cases[] = {
        {"<html><head/><body>Log in first</body></html>", "root element html"},
        {"<!-- portal --><HTML/>", "root element HTML"},
        {"<Page>Log in first</Page>", "root element Page"},
        {"<Foo/>", "root element Foo"},
        {"<Foo><ETag>a</ETag></Foo>", "root element Foo"},
        {"<ListBucketResult><Name>b</Name></ListBucketResult>", "root element ListBucketResult"},
        {"<CopyPartResult><ETag>a</ETag></CopyPartResult>", "root element CopyPartResult"},
        {"<CopyThingsResponse><ETag>a</ETag></CopyThingsResponse>", "root element CopyThingsResponse"},
        {"<CopyThi><ETag>a</ETag></CopyThi>", "root element CopyThi"},
        {"<Errors><Error><Code>a</Code></Error></Errors>", "root element Errors"},
        {"<CopyOutput><ETag>cut", ""},
        {"<Error><Code>cut", ""},
        {"<!-- no end <Error><Code>a</Code></Error>", ""},
        {"not XML", ""},
        {"{\"ETag\":\"a\"}", ""},
        {"<html><br>not XML", ""},
    };
    for (const auto& one : cases) {
        INFO(one.body);
        for (const Error& found : {read<CopyOutput>(one.body).error, read<CopyPayloadOutput>(one.body).error,
                                   read<PutOutput>(one.body).error}) {
            INFO(found.message);
            CHECK(found.kind == ErrorKind::response);
            CHECK(found.code == "MalformedResponse");
            CHECK(found.message.find(one.why) != std::string::npos);
        }
    }
    CHECK(read<CopyOutput>("<Foo/>").error.message ==
          "CopyOutput: the document has the root element Foo, which is not the output of CopyThing");
    // The names of two listings of S3 are other ones than those of the operations.
    for (const char* const body :
         {"<ListVersionsResult><Name>b</Name><Prefix/></ListVersionsResult>", "<ListObjectsResult/>",
          "<ListAllMyBucketsResult><Prefix>p</Prefix></ListAllMyBucketsResult>"}) {
        INFO(body);
        CHECK_FALSE(read<Listing>(body, {}, 200, "GET", {}, "ListObjectsV2").good);
    }
}

TEST_CASE("a success has an error if its document is one, whatever that document lacks") {
    const struct {
        const char* body;
        const char* code;
        const char* message;
    } cases[] = {
        {"<Error><Code>SlowDown</Code></Error>", "SlowDown", "the service gave no message"},
        {"<Error><Code>SlowDown</Code><Message> \n</Message></Error>", "SlowDown",
         "the service gave no message"},
        {"<Error><Message>boom</Message></Error>", "500", "boom"},
        {"<Error><Code> </Code><Message>boom</Message></Error>", "500", "boom"},
        {"<Error/>", "500", "the service gave no message"},
        {"<ErrorResponse/>", "500", "the service gave no message"},
        {"<ErrorResponse><Code>A</Code><Message>b</Message></ErrorResponse>", "A", "b"},
        {"<ErrorResponse><Error><Code>A</Code></Error></ErrorResponse>", "A", "the service gave no message"},
        {"<Response><Errors/></Response>", "500", "the service gave no message"},
    };
    for (const auto& one : cases) {
        INFO(one.body);
        for (const Error& found : {read<CopyOutput>(one.body).error, read<CopyPayloadOutput>(one.body).error,
                                   read<PutOutput>(one.body).error}) {
            CHECK(found.kind == ErrorKind::service);
            CHECK(found.code == one.code);
            CHECK(found.message == one.message);
        }
    }
}

TEST_CASE("a structure that is the body must come, even if the length says that it does not") {
    for (const char* const body : {"", " \r\n"}) {
        INFO(body);
        const auto missing =
            read<CopyPayloadOutput>(body, {{"Content-Length", std::to_string(std::strlen(body))}});
        CHECK(missing.error.kind == ErrorKind::response);
        CHECK(missing.error.message.find("empty") != std::string::npos);
    }
    CHECK(read<CopyPayloadOutput>("", {}, 204).good);
    CHECK(read<CopyPayloadOutput>("", {}, 200, "HEAD").good);
    // Members of the output itself may all be absent.
    CHECK(read<CopyOutput>("", {{"Content-Length", "0"}}).good);
    CHECK_FALSE(read<CopyOutput>("").good);
    CHECK(read<PutOutput>("", {{"ETag", "e"}}).output.etag == "e");
    CHECK(read<PutOutput>(" \r\n", {{"ETag", "e"}}).output.etag == "e");
}

TEST_CASE("an object that looks like an S3 error is not one") {
    const auto object = read<ObjectOutput>(internal_error);
    CHECK(object.good);
    REQUIRE(object.output.body);
    CHECK(object.output.body->size() == std::strlen(internal_error));
}

TEST_CASE("an error of a failure is found after a byte order mark and a comment, and without its code") {
    Operation operation{};
    operation.service = &store;
    Error error;
    rest_xml.decode_error(
        operation,
        {404, {}, "\xef\xbb\xbf<?xml version=\"1.0\"?><!-- x --><Error><Code>NoSuchKey</Code></Error>"},
        error);
    CHECK(error.code == "NoSuchKey");
    CHECK(error.message == "Not Found");
    error = {};
    rest_xml.decode_error(operation, {404, {}, "<Error><Message>gone</Message></Error>"}, error);
    CHECK(error.code == "404");
    CHECK(error.message == "gone");
}
#endif
