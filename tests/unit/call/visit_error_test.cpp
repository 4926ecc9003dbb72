// SPDX-License-Identifier: Apache-2.0
#include <belfry/chime_sdk_voice/get_speaker_search_task.hpp>
#include <belfry/chime_sdk_voice/types/not_found_exception.hpp>
#include <belfry/chime_sdk_voice/types/throttled_client_exception.hpp>
#include <belfry/visit_error.hpp>

#include "support/catch.hpp"

#include <concepts>
#include <string>

// The other exceptions of the operation stay incomplete: a program includes only those that it handles.
namespace {

using namespace belfry;
namespace voice = belfry::chime_sdk_voice;

constexpr voice::operations::GetSpeakerSearchTask operation;

Error answered(int status, const char* type, const char* body = R"({"Message":"no such task"})") {
    const auto result = decode(operation, HttpResponse{status, {{"x-amzn-errortype", type}}, body});
    REQUIRE_FALSE(result);
    return result.error();
}

/// As S3 answers HEAD requests.
struct NotFound {};
template <std::same_as<NotFound> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "NotFound", .error_code = "NotFound"};
}
struct Forbidden {};
template <std::same_as<Forbidden> S> constexpr Description<0> belfry_describe(const S*) {
    return {.name = "Forbidden", .error_code = "Forbidden"};
}

struct Taken {
    std::string by;
    std::string message;
};

Taken visit(const Error& error) {
    Taken taken;
    const bool handled = visit_error(
        operation, error,
        [&](const voice::NotFoundException& e) { taken = {"not found", e.message.value_or("")}; },
        [&](const voice::ThrottledClientException&) { taken = {"throttled", ""}; },
        [&](const Error& e) { taken = {"else", e.code}; });
    CHECK(handled);
    return taken;
}

TEST_CASE("a modelled error goes to the handler of its exception, with its members") {
    const Taken taken = visit(answered(404, "NotFoundException"));
    CHECK(taken.by == "not found");
    CHECK(taken.message == "no such task");
    CHECK(visit(answered(429, "ThrottledClientException")).by == "throttled");
}

TEST_CASE("an exception without a handler goes to the handler of belfry::Error") {
    const Taken taken = visit(answered(409, "ConflictException"));
    CHECK(taken.by == "else");
    CHECK(taken.message == "ConflictException");
}

TEST_CASE("an error that the model does not list goes to the handler of belfry::Error") {
    CHECK(visit(answered(400, "NewException")).by == "else");
}

TEST_CASE("an exception whose body cannot be read goes to the handler of belfry::Error") {
    CHECK(visit(answered(404, "NotFoundException", "{")).by == "else");
}

TEST_CASE("an error without a body is the exception that is named after its status") {
    const auto status_only = [](int status, const char* body) {
        return decode(operation, HttpResponse{status, {}, body}).error();
    };
    CHECK(status_only(404, "").code == "404");
    CHECK(status_only(404, "").message == "Not Found");
    CHECK(status_only(403, "").message == "Forbidden");
    CHECK(status_only(404, "").as<NotFound>());
    CHECK(status_only(403, "").as<Forbidden>());
    CHECK_FALSE(status_only(404, "").as<Forbidden>());
    CHECK_FALSE(status_only(404, "").as<voice::NotFoundException>());
    CHECK_FALSE(status_only(404, "gone").as<NotFound>());
    CHECK_FALSE(status_only(418, "").as<NotFound>());
}

TEST_CASE("a failure without a response goes to the handler of belfry::Error") {
    Error error;
    error.kind = ErrorKind::transport;
    error.code = "NotFoundException";
    CHECK(visit(error).by == "else");
}

TEST_CASE("visit_error returns false if no handler accepts the error") {
    const auto never = [](const voice::NotFoundException&) { FAIL(); };
    CHECK_FALSE(visit_error(operation, answered(409, "ConflictException"), never));
    CHECK_FALSE(visit_error(operation, answered(409, "ConflictException")));
}

TEST_CASE("the first of two handlers for one type is called and keeps its state") {
    struct Counter {
        int calls = 0;
        void operator()(const voice::NotFoundException&) { ++calls; }
    } counter;
    const auto never = [](const voice::NotFoundException&) { FAIL(); };
    CHECK(visit_error(operation, answered(404, "NotFoundException"), counter, never));
    CHECK(counter.calls == 1);
}

TEST_CASE("a handler may take several exceptions") {
    struct Either {
        std::string taken;
        void operator()(const voice::NotFoundException&) { taken = "not found"; }
        void operator()(const voice::ThrottledClientException&) { taken = "throttled"; }
    } either;
    CHECK(visit_error(operation, answered(429, "ThrottledClientException"), either));
    CHECK(either.taken == "throttled");
}

} // namespace
