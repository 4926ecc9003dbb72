// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/async.hpp>
#include <belfry/http/file_source.hpp>
#include <belfry/schema/print.hpp>

#include "unit/async/loop.hpp"
#include "unit/body/streaming_service.hpp"
#include "unit/call/canned.hpp"

#include <cstdio>
#include <stdexcept>
#include <support/catch.hpp>

using namespace belfry; // NOLINT
using test::CollectingSink;
using test::GetResponse;
using test::PutRequest;
using test::Reply;

namespace {

struct Fixture {
    test::FakeEnvironment environment{};
    test::StreamingTransport transport{};
    ClientCore core{test::streaming_service,
                    {.region = "us-east-1",
                     .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                     .max_response_bytes = 20,
                     .environment = &environment},
                    transport};

    Result<GetResponse> call(const PutRequest& input, ResponseBodySink* to = nullptr) {
        CallOptions options;
        options.response_body = to;
        return detail::invoke<test::Exchange>(core, input, options);
    }
};

/// The same operation, with a body that is unsigned by its model.
struct UnsignedExchange {
    using Input = PutRequest;
    using Output = GetResponse;
    friend constexpr Operation belfry_describe_operation(const UnsignedExchange*) {
        Operation operation = belfry_describe_operation(static_cast<const test::Exchange*>(nullptr));
        operation.signing = RequestSigning::unsigned_payload;
        return operation;
    }
};

/// A source that can be read only once.
auto once(std::string text) {
    return CallableSource(
        [text = std::move(text), at = std::size_t{0}](char* buffer, std::size_t capacity) mutable {
            const std::size_t count = std::min(capacity, text.size() - at);
            text.copy(buffer, count, at);
            at += count;
            return static_cast<std::ptrdiff_t>(count);
        });
}

} // namespace

TEST_CASE("a body is read from its source for each attempt") {
    Fixture f;
    f.transport.replies = {{.end = TransportStatus::connection_reset, .reads_half = true},
                           {.status = 503},
                           {.status = 200, .pieces = {"answer"}}};
    MemorySource source("all these bytes");
    const auto result = f.call({.body = source, .name = "n"});
    REQUIRE(result);
    CHECK(result->body->view() == "answer");
    REQUIRE(f.transport.bodies.size() == 3);
    CHECK(f.transport.bodies[0].size() < 15);
    CHECK(f.transport.bodies[1] == "all these bytes");
    CHECK(f.transport.bodies[2] == "all these bytes");
    for (const HttpRequest& request : f.transport.requests) {
        CHECK(request.content_length == 15);
        CHECK(request.body.empty());
        CHECK(*request.headers.find("Content-Type") == "application/octet-stream");
    }
}

TEST_CASE("an exception of a body's callables ends the call with an error") {
    Fixture f;
    f.transport.replies = {{.pieces = {"one", "two", "three"}}};
    std::string taken;
    CallableBodySink sink([&taken](std::span<const std::byte> bytes) {
        if (!taken.empty()) throw std::runtime_error("no room");
        taken.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return true;
    });
    const auto result = f.call({.body = "held"}, &sink);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(taken == "one");

    CallableSource reads([](char*, std::size_t) -> std::ptrdiff_t { throw std::runtime_error("no disk"); });
    CHECK(f.call({.body = StreamingBlob(reads, 8)}).error().kind == ErrorKind::signing);
    CallableSource rewinds([](char*, std::size_t) { return std::ptrdiff_t{0}; },
                           []() -> bool { throw std::runtime_error("a tape"); });
    char byte = 0;
    CHECK(rewinds.read(&byte, 1) == 0);
    CHECK_FALSE(rewinds.rewind());
    CHECK(reads.read(&byte, 1) == -1);
}

TEST_CASE("the bytes of a streaming member are the body") {
    Fixture f;
    f.transport.replies = {{}};
    REQUIRE(f.call({.body = "held"}));
    REQUIRE(f.call({.body = std::string("held, too")}));
    REQUIRE(f.call({.body = Blob("a blob")}));
    CHECK(f.transport.bodies == std::vector<std::string>{"held", "held, too", "a blob"});
}

TEST_CASE("a source that cannot be rewound is an error on the second attempt") {
    Fixture f;
    f.transport.replies = {{.status = 503}};
    auto source = once("one shot");
    // Unsigned, because signing reads the body once already.
    ClientCore core(
        test::streaming_service,
        {.region = "us-east-1", .credentials = anonymous_credentials(), .environment = &f.environment},
        f.transport);
    const auto result =
        detail::invoke<test::Exchange>(core, {.body = StreamingBlob(source, 8)}, CallOptions{});
    REQUIRE_FALSE(result);
    CHECK(f.transport.bodies == std::vector<std::string>{"one shot"});
    CHECK(result.error().http_status == 503);
    CHECK(result.error().message.find("source cannot be rewound") != std::string::npos);

    const auto read = f.call({.body = StreamingBlob(source, 8)});
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::signing);
    CHECK(f.transport.bodies.size() == 1);
}

TEST_CASE("a body of unknown length is refused if the service requires its length") {
    Fixture f;
    auto source = once("how long?");
    const auto result = f.call({.body = StreamingBlob(source)});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(result.error().message.find("PutRequest.Body: the service requires Content-Length") == 0);
    CHECK(f.transport.requests.empty());
}

TEST_CASE("a member for Content-Length does not repeat the header") {
    Fixture f;
    f.transport.replies = {{}};
    MemorySource source("bytes");
    REQUIRE(f.call({.body = StreamingBlob(static_cast<BodySource&>(source)), .length = 5}));
    CHECK(f.transport.requests.back().content_length == 5);
    CHECK_FALSE(f.transport.requests.back().headers.contains("Content-Length"));
    REQUIRE(f.call({.body = "held", .length = 4}));
    CHECK(f.transport.requests.back().content_length == 4);
    for (const PutRequest& input :
         {PutRequest{.body = "held", .length = 5}, PutRequest{.body = source, .length = 6},
          PutRequest{.length = 1},
          PutRequest{.body = StreamingBlob(static_cast<BodySource&>(source)), .length = -1}}) {
        const auto result = f.call(input);
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::validation);
    }
}

TEST_CASE("encode without a client returns the source") {
    MemorySource source("bytes");
    const auto request = encode(test::Exchange{}, PutRequest{.body = source});
    REQUIRE(request);
    CHECK(request->source == &source);
    CHECK(request->content_length == 5);
}

TEST_CASE("a printed input shows the length of its body") {
    MemorySource source("bytes");
    std::string text;
    detail::Printer printer(text);
    const PutRequest known{.body = source};
    printer.structure(structure_of<PutRequest>, &known);
    const PutRequest unknown{.body = StreamingBlob(static_cast<BodySource&>(source))};
    printer.structure(structure_of<PutRequest>, &unknown);
    CHECK(text == "PutRequest{Body=5 bytes}PutRequest{Body=? bytes}");
}

TEST_CASE("a successful body is delivered to its sink, without the size limit and not to the member") {
    Fixture f;
    f.transport.replies = {
        {.headers = {{"Content-Length", "24"}, {"x-name", "n"}}, .pieces = {"twelve bytes", "and 12 more."}}};
    CollectingSink to;
    const auto result = f.call({}, &to);
    REQUIRE(result);
    CHECK(to.text == "twelve bytesand 12 more.");
    CHECK_FALSE(result->body.has_value());
    CHECK(result->name == "n");
    CHECK(to.restarts == 0);
}

TEST_CASE("without a sink the size limit applies") {
    Fixture f;
    f.transport.replies = {{.pieces = {"twelve bytes", "and 12 more."}}};
    const auto result = f.call({});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "ResponseTooLarge");
}

TEST_CASE("the body of an error is collected and not delivered") {
    Fixture f;
    f.transport.replies = {
        {.status = 400, .headers = {{"x-amzn-errortype", "Wrong"}}, .pieces = {R"({"message":"no"})"}}};
    CollectingSink to;
    const auto result = f.call({}, &to);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "Wrong");
    CHECK(result.error().message == "no");
    CHECK(to.text.empty());
}

TEST_CASE("a truncated body is an error, or is retried if the sink can restart") {
    Fixture f;
    const Reply cut{.headers = {{"Content-Length", "9"}}, .pieces = {"half"}};
    const Reply reset{.pieces = {"ha"}, .end = TransportStatus::connection_reset};
    const Reply whole{.headers = {{"Content-Length", "5"}}, .pieces = {"who", "le"}};
    f.transport.replies = {cut, reset, whole};
    CollectingSink to;
    const auto result = f.call({}, &to);
    REQUIRE(result);
    CHECK(to.text == "whole");
    CHECK(to.restarts == 2);
    CHECK(result.metadata().attempts == 3);

    f.transport.requests.clear();
    CollectingSink stubborn;
    stubborn.restartable = false;
    const auto failed = f.call({}, &stubborn);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == ErrorKind::transport);
    CHECK(failed.error().attempts == 1);
    CHECK(failed.error().message.find("4 bytes where Content-Length says 9") != std::string::npos);
    CHECK(failed.error().message.find("the sink cannot restart") != std::string::npos);
}

TEST_CASE("a sink is restarted only for another attempt, and a retry that is impossible takes no tokens") {
    Fixture f;
    f.transport.replies = {{.pieces = {"half"}, .end = TransportStatus::connection_reset}};
    RetryTokenBucket& tokens = f.core.state().retry_tokens;
    tokens = RetryTokenBucket(20);
    CollectingSink stubborn;
    stubborn.restartable = false;
    REQUIRE_FALSE(f.call({}, &stubborn));
    CHECK(stubborn.restarts == 1);
    CHECK(tokens.available() == 20);

    // Enough for one retry.
    f.transport.requests.clear();
    CollectingSink to;
    const auto failed = f.call({}, &to);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().attempts == 2);
    CHECK(failed.error().message.find("no further attempt") == std::string::npos);
    CHECK(to.restarts == 1);
    CHECK(to.text == "half");
    CHECK(tokens.available() == 6);
}

TEST_CASE("a sink that stops ends the call") {
    Fixture f;
    f.transport.replies = {{.pieces = {"one", "two", "three"}}};
    CollectingSink to;
    to.enough = 4;
    const auto result = f.call({}, &to);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(to.text == "onetwo");
}

TEST_CASE("an asynchronous call delivers its body to the sink") {
    Fixture f;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    const AsyncCaller caller(f.core, transport, timer);
    CollectingSink to;
    CallOptions options;
    options.response_body = &to;
    std::optional<Result<GetResponse>> result;
    MemorySource source("bytes");
    caller.start(test::Exchange{}, PutRequest{.body = source}, options,
                 [&](Result<GetResponse> got) { result.emplace(std::move(got)); });
    REQUIRE(transport.pending.size() == 1);
    CHECK(transport.pending[0].request->source == &source);
    transport.answer(200, "a body that is longer than the limit", {{"x-name", "n"}});
    REQUIRE(result.has_value());
    REQUIRE(*result);
    CHECK(to.text == "a body that is longer than the limit");
    CHECK((*result)->name == "n");
}

TEST_CASE("a file is a body source") {
    std::FILE* const file = std::tmpfile();
    REQUIRE(file != nullptr);
    std::fputs("not this, but this", file);
    std::fseek(file, 10, SEEK_SET);
    {
        FileSource source(file);
        CHECK(source.length() == 8);
        char buffer[32];
        for (int i = 0; i < 2; ++i) {
            REQUIRE(source.rewind());
            CHECK(source.read(buffer, 3) == 3);
            CHECK(source.read(buffer, sizeof buffer) == 5);
            CHECK(std::string(buffer, 5) == " this");
            CHECK(source.read(buffer, sizeof buffer) == 0);
        }
    }
    std::fclose(file);
    FileSource missing("/nowhere/to/be/found");
    CHECK_FALSE(missing.is_open());
    CHECK(missing.length() == -1);
    char byte = 0;
    CHECK(missing.read(&byte, 1) == -1);
    CHECK_FALSE(missing.rewind());
}

TEST_CASE("a body that the model leaves unsigned is signed without TLS") {
    test::FakeEnvironment environment;
    const auto client = [&environment](std::string endpoint, Transport& transport) {
        return ClientCore(test::streaming_service,
                          {.region = "us-east-1",
                           .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                           .endpoint = std::move(endpoint),
                           .environment = &environment},
                          transport);
    };
    const auto header = [](const test::StreamingTransport& transport, std::string_view name) {
        const auto value = transport.requests.back().headers.find(name);
        return std::string(value.value_or("none"));
    };
    for (const std::string endpoint :
         {"http://stream.example", "https://stream.example", "HTTPS://stream.example"}) {
        INFO(endpoint);
        const bool secure = endpoint.front() == 'H' || endpoint.find("https") == 0;
        test::StreamingTransport transport;
        transport.replies = {{.status = 503}, {}};
        const ClientCore core = client(endpoint, transport);
        MemorySource source("hello");
        REQUIRE(detail::invoke<UnsignedExchange>(core, {.body = source}, {}));
        CHECK(transport.bodies == std::vector<std::string>{"hello", "hello"});
        CHECK(header(transport, "X-Amz-Content-Sha256") == (secure ? "UNSIGNED-PAYLOAD" : "none"));
        const std::string unsigned_authorization = header(transport, "Authorization");
        transport.requests.clear();
        environment.time = test::FakeEnvironment().time;
        REQUIRE(detail::invoke<test::Exchange>(core, {.body = source}, {}));
        CHECK((header(transport, "Authorization") == unsigned_authorization) == !secure);
        environment.time = test::FakeEnvironment().time;

        auto unrepeatable = once("hello");
        const auto sent =
            detail::invoke<UnsignedExchange>(core, {.body = StreamingBlob(unrepeatable, 5)}, {});
        CHECK(transport.requests.size() == (secure ? 3 : 2));
        if (!secure) CHECK(sent.error().message == "the body could not be rewound after it was hashed");
    }
}
