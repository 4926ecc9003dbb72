// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"

#if BELFRY_TEST_HAS_XML
#include <belfry/protocol/rest_xml.hpp>
#include <belfry/schema/describe.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>

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

template <class Output> bool error_in_success(std::string body) {
    Operation operation{};
    operation.output = &structure_of<Output>;
    const HttpResponse response{200, {}, std::move(body)};
    return rest_xml.error_in_success(operation, response);
}

} // namespace

TEST_CASE("a document that is an S3 error is found in a response with a status of success") {
    const std::string error = "<Error><Code>InternalError</Code><Message>We encountered an internal error. "
                              "Please try again.</Message></Error>";
    CHECK(error_in_success<CopyOutput>(error));
    CHECK(error_in_success<CopyOutput>("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + error));
    // S3 keeps the connection open with white space while it works.
    CHECK(error_in_success<CopyOutput>(" \r\n\n <?xml version=\"1.0\"?>\n<!-- slow -->\n" + error));
}

TEST_CASE("a body that is not an S3 error is none in a response with a status of success") {
    CHECK_FALSE(error_in_success<CopyOutput>(""));
    CHECK_FALSE(error_in_success<CopyOutput>("<CopyObjectResult><ETag>a</ETag></CopyObjectResult>"));
    CHECK_FALSE(error_in_success<CopyOutput>("<Errors><Error><Code>a</Code></Error></Errors>"));
    CHECK_FALSE(error_in_success<CopyOutput>("<Error><Message>no code</Message></Error>"));
    CHECK_FALSE(error_in_success<CopyOutput>("<Error><Code>cut"));
    CHECK_FALSE(error_in_success<CopyOutput>("<!-- no end <Error><Code>a</Code></Error>"));
}

TEST_CASE("an object that looks like an S3 error is not one") {
    CHECK_FALSE(error_in_success<ObjectOutput>("<Error><Code>InternalError</Code></Error>"));
}
#endif
