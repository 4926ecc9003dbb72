// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"

#if BELFRY_TEST_HAS_XML
#include <belfry/protocol/rest_xml.hpp>
#include <belfry/schema/describe.hpp>

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
Read<Output> read(std::string body, Headers headers = {}, int status = 200, std::string_view method = "PUT") {
    Operation operation{};
    operation.service = &store;
    operation.name = "CopyThing";
    operation.method = method;
    operation.output = &structure_of<Output>;
    Read<Output> read;
    read.good = rest_xml.decode(operation, {status, std::move(headers), std::move(body)}, {}, &read.output,
                                read.error);
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

TEST_CASE("a document that is the output is read, whatever its root is called") {
    for (const char* const body :
         {"<CopyOutput><ETag>a</ETag></CopyOutput>", "<CopyObjectResult><ETag>a</ETag></CopyObjectResult>",
          "<?xml version=\"1.0\"?><s3:X xmlns:s3=\"u\"><New/><s3:ETag>a</s3:ETag></s3:X>"}) {
        INFO(body);
        CHECK(read<CopyOutput>(body).output.etag == "a");
    }
    CHECK(read<CopyOutput>("<CopyOutput/>").good);
    CHECK(read<CopyOutput>("<CopyOutput><New>1</New></CopyOutput>").good);
    CHECK(read<CopyOutput>("<CopyThingResult><New>1</New></CopyThingResult>").good);
    CHECK(read<CopyOutput>("<ListOutput/>").good);
    const auto payload = read<CopyPayloadOutput>("<CopyObjectResult><ETag>a</ETag></CopyObjectResult>",
                                                 {{"x-amz-version-id", "v"}});
    REQUIRE(payload.output.result);
    CHECK(payload.output.result->etag == "a");
    CHECK(payload.output.version == "v");
}

TEST_CASE("a document of something else is not an empty success") {
    const struct {
        const char* body;
        const char* why;
    } cases[] = {
        {"<html><head/><body>Log in first</body></html>", "root element html"},
        {"<!-- portal --><HTML/>", "root element HTML"},
        {"<Page>Log in first</Page>", "root element Page"},
        {"<ListBucketResult><Name>b</Name></ListBucketResult>", "root element ListBucketResult"},
        {"<Errors><Error><Code>a</Code></Error></Errors>", "root element Errors"},
        {"<CopyOutput><ETag>cut", ""},
        {"<Error><Code>cut", ""},
        {"<!-- no end <Error><Code>a</Code></Error>", ""},
        {"not XML", ""},
    };
    for (const auto& one : cases) {
        INFO(one.body);
        for (const Error& found :
             {read<CopyOutput>(one.body).error, read<CopyPayloadOutput>(one.body).error}) {
            INFO(found.message);
            CHECK(found.kind == ErrorKind::response);
            CHECK(found.message.find(one.why) != std::string::npos);
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
    CHECK(read<PutOutput>("anything", {{"ETag", "e"}}).output.etag == "e");
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
