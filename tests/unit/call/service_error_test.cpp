// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <string>

// An error in a response with a status of success, as S3 sends it: "Amazon S3 API Reference", CopyObject. The
// expected retries are those of botocore, which replaces the status 200 of such a response by 500.
namespace {

using namespace belfry;

bool begins_with_error(const Operation&, const HttpResponse& response) {
    return response.body.starts_with("Error");
}
constexpr Protocol error_protocol = [] {
    Protocol copy = test::protocol;
    copy.error_in_success = &begins_with_error;
    return copy;
}();
constexpr Service error_service = [] {
    Service copy = test::service;
    copy.protocol = &error_protocol;
    return copy;
}();
constexpr Operation list_things = [] {
    Operation copy = operation_of<test::ListThings>;
    copy.service = &error_service;
    return copy;
}();
struct ListThingsOfErrorService {
    using Input = test::ListThingsRequest;
    using Output = test::Thing;
};
template <std::same_as<ListThingsOfErrorService> O> constexpr Operation belfry_describe_operation(const O*) {
    return list_things;
}

/// Returns the answers in order; the last one is repeated.
struct Service200 {
    explicit Service200(std::vector<HttpResponse> list) : answers(std::move(list)) {
        test::inputs_seen = &inputs;
    }
    Service200(const Service200&) = delete;
    Service200& operator=(const Service200&) = delete;
    ~Service200() { test::inputs_seen = nullptr; }

    Result<test::Thing> call(int max_attempts) {
        const ClientCore core{
            error_service,
            {.region = "us-east-1", .retry = {.max_attempts = max_attempts}, .environment = &environment},
            [this](const HttpRequest&) { return answers.at(std::min(sent++, answers.size() - 1)); }};
        return detail::invoke<ListThingsOfErrorService>(core, {.owner = "me"}, {});
    }
    std::vector<HttpResponse> answers;
    std::vector<test::ListThingsRequest> inputs{};
    test::FakeEnvironment environment{};
    std::size_t sent = 0;
};

} // namespace

TEST_CASE("an error in a response with the status 200 is retried like one with the status 500") {
    Service200 service({{200, {}, "ErrorInside"}, {200, {}, "{}"}});
    const auto result = service.call(3);
    REQUIRE(result);
    CHECK(service.sent == 2);
    CHECK(result.metadata().attempts == 2);
    CHECK(result.metadata().http_status == 200);
}

TEST_CASE("an error in a response with the status 200 keeps that status for the caller") {
    Service200 service({{200, {{"x-amzn-RequestId", "r"}}, "ErrorInside"}});
    const auto result = service.call(2);
    REQUIRE_FALSE(result);
    CHECK(service.sent == 2);
    CHECK(result.error().kind == ErrorKind::service);
    CHECK(result.error().code == "ErrorInside");
    CHECK(result.error().http_status == 200);
    CHECK(result.error().request_id == "r");
    CHECK(result.error().attempts == 2);
    CHECK(result.error().retryable);
    CHECK_FALSE(result.error().throttling);
    CHECK(result.metadata().http_status == 200);
}

TEST_CASE("an error in a response with a status of failure is judged by that status") {
    Service200 service({{404, {}, "ErrorInside"}});
    const auto result = service.call(3);
    REQUIRE_FALSE(result);
    CHECK(service.sent == 1);
    CHECK(result.error().http_status == 404);
    CHECK_FALSE(result.error().retryable);
}

TEST_CASE("a response whose protocol finds no error in it is the output") {
    Service200 service({{200, {}, R"({"Name":"Error"})"}});
    CHECK(service.call(1));
    CHECK(service.sent == 1);
}

TEST_CASE("decode tells an error in a response with the status 200 from an output") {
    const auto error = decode(ListThingsOfErrorService{}, {200, {{"x-amzn-RequestId", "r"}}, "ErrorInside"});
    REQUIRE_FALSE(error);
    CHECK(error.error().kind == ErrorKind::service);
    CHECK(error.error().code == "ErrorInside");
    CHECK(error.error().http_status == 200);
    CHECK(error.error().request_id == "r");
    const auto output = decode(ListThingsOfErrorService{}, {200, {{"x-amzn-RequestId", "r"}}, "{}"});
    REQUIRE(output);
    CHECK(output.metadata().http_status == 200);
    CHECK(output.metadata().request_id == "r");
}
