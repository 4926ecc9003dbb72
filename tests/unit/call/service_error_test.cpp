// SPDX-License-Identifier: Apache-2.0
#include "support/catch.hpp"
#include "unit/call/canned.hpp"

#include <string>

// An error in a response with a status of success, as S3 sends it: "Amazon S3 API Reference", CopyObject. The
// expected retries are those of botocore, which replaces the status 200 of such a response by 500.
namespace {

using namespace belfry;

bool decode_thing_or_error(const Operation& operation, HttpResponse& response, const DecodeOptions& options,
                           void* output, Error& error) {
    if (response.body.starts_with("Error")) {
        error.kind = ErrorKind::service;
        test::decode_thing_error(operation, response, error);
        if (response.body == "ErrorWithId") error.request_id = "of the body";
        return false;
    }
    // A text that is not JSON has made the output unusable.
    if (!response.body.starts_with("{")) {
        static_cast<test::Thing*>(output)->name = "left over";
        return detail::fail(error, ErrorKind::response, "MalformedResponse", response.body);
    }
    if (static_cast<test::Thing*>(output)->name)
        return detail::fail(error, ErrorKind::response, "NotNew", "");
    return test::decode_thing(operation, response, options, output, error);
}
constexpr Protocol error_protocol = [] {
    Protocol copy = test::protocol;
    copy.decode = &decode_thing_or_error;
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
    CHECK_FALSE(result->name);
    CHECK(result.metadata().http_status == 200);
}

TEST_CASE("an error in a response with the status 200 has the request id of its body") {
    Service200 service({{200, {{"x-amzn-RequestId", "of the header"}}, "ErrorWithId"}});
    const auto result = service.call(2);
    REQUIRE_FALSE(result);
    CHECK(result.error().request_id == "of the body");
    CHECK(result.metadata().request_id == "of the body");
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

TEST_CASE("a success that cannot be read is asked for once more, into a new output") {
    Service200 service({{200, {}, "cut"}, {200, {}, R"({"Name":"n"})"}});
    const auto result = service.call(5);
    REQUIRE(result);
    CHECK(result->name == "n");
    CHECK(result.metadata().attempts == 2);

    Service200 broken({{200, {}, "cut"}});
    const auto failed = broken.call(5);
    REQUIRE_FALSE(failed);
    CHECK(broken.sent == 2);
    CHECK(failed.error().code == "MalformedResponse");
    CHECK(failed.error().attempts == 2);
    CHECK(failed.error().retryable);

    Service200 once({{200, {}, "cut"}});
    CHECK_FALSE(once.call(1));
    CHECK(once.sent == 1);
}

TEST_CASE("a failure that comes as a success costs retry tokens, and gives none back") {
    for (const char* const body : {"ErrorInside", "cut"}) {
        INFO(body);
        Service200 service({{200, {}, body}});
        const ClientCore core{error_service,
                              {.region = "us-east-1", .environment = &service.environment},
                              [&](const HttpRequest&) { return service.answers.at(0); }};
        const int before = core.state().retry_tokens.available();
        const auto failed = detail::invoke<ListThingsOfErrorService>(core, {.owner = "me"}, {});
        REQUIRE_FALSE(failed);
        CHECK_FALSE(failed->name);
        CHECK(core.state().retry_tokens.available() == before - 14 * (failed.error().attempts - 1));
        service.answers.at(0).body = R"({"Name":"n"})";
        CHECK(detail::invoke<ListThingsOfErrorService>(core, {.owner = "me"}, {}));
        CHECK(core.state().retry_tokens.available() == before - 14 * (failed.error().attempts - 1) + 1);
    }
}

TEST_CASE("a success that cannot be read is not asked for again if that could do more than it did") {
    for (const std::string_view method : {"GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"}) {
        INFO(method);
        Operation operation = list_things;
        operation.method = method;
        std::vector<test::ListThingsRequest> inputs;
        test::inputs_seen = &inputs;
        int sent = 0;
        test::FakeEnvironment environment;
        const ClientCore core{
            error_service, {.region = "us-east-1", .environment = &environment}, [&sent](const HttpRequest&) {
                ++sent;
                return HttpResponse{200, {}, "cut"};
            }};
        const test::ListThingsRequest input{.owner = "me"};
        test::Thing output;
        detail::ResultBase result;
        CHECK_FALSE(detail::invoke(core, operation, &input, {&output, &detail::reset_output<test::Thing>}, {},
                                   result));
        test::inputs_seen = nullptr;
        const bool repeated = method != "POST" && method != "PATCH";
        CHECK(sent == (repeated ? 2 : 1));
        CHECK(result.error().retryable == repeated);
    }
}
