// SPDX-License-Identifier: Apache-2.0
#include <belfry/async/async.hpp>
#include <belfry/body_sinks.hpp>
#include <belfry/body_sources.hpp>

#include "support/catch.hpp"
#include "unit/async/loop.hpp"
#include "unit/body/streaming_service.hpp"
#include "unit/call/canned.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

namespace {

using namespace belfry;
using test::Exchange;
using test::GetResponse;
using test::PutRequest;
namespace fs = std::filesystem;

/// A folder that is empty at the beginning and removed at the end.
struct Folder {
    Folder() {
        std::uint8_t bytes[8];
        REQUIRE(detail::system_environment.random(bytes, sizeof bytes));
        std::ostringstream name;
        name << "belfry-files-";
        for (const int byte : bytes) name << byte;
        path = fs::temp_directory_path() / name.str();
        REQUIRE(fs::create_directory(path));
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::permissions(path, fs::perms::owner_all, ignored);
        fs::remove_all(path, ignored);
    }
    [[nodiscard]] std::string file(const char* name) const { return (path / name).string(); }
    [[nodiscard]] std::string write(const char* name, const std::string& text) const {
        std::ofstream(path / name, std::ios::binary) << text;
        return file(name);
    }
    [[nodiscard]] std::string read(const char* name) const {
        std::ifstream stream(path / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(path), fs::directory_iterator()));
    }
    fs::path path{};
};

struct Calls {
    Result<GetResponse> call(const PutRequest& input, ResponseBodySink* sink = nullptr) {
        CallOptions options;
        options.response_body = sink;
        return detail::invoke<Exchange>(core, input, options);
    }
    test::StreamingTransport transport{};
    test::FakeEnvironment environment{};
    ClientCore core{
        test::streaming_service,
        {.region = "us-east-1",
         .credentials = Credentials{.access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret"},
         .environment = &environment},
        transport};
};

/// Reads with pieces of an odd size.
std::string all_of(BodySource& source) {
    std::string text;
    char buffer[5];
    for (;;) {
        const std::ptrdiff_t got = source.read(buffer, sizeof buffer);
        REQUIRE(got >= 0);
        if (got == 0) return text;
        text.append(buffer, static_cast<std::size_t>(got));
    }
}

} // namespace

TEST_CASE("the body of a missing file is refused with the path and the system's reason") {
    Calls f;
    f.transport.replies = {{}};
    FileSource source("/nowhere/to/be/found");
    const auto result = f.call({.body = source});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(result.error().message ==
          std::string("PutRequest.Body: cannot open '/nowhere/to/be/found': ") + std::strerror(ENOENT));
    CHECK(f.transport.requests.empty());
}

TEST_CASE("a folder is not a body, and a file pointer may not be null") {
    const Folder folder;
    Calls f;
    f.transport.replies = {{}};
    FileSource source(folder.path.string().c_str());
    const auto result = f.call({.body = source});
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::validation);
    CHECK(result.error().message.find(folder.path.string()) != std::string::npos);
    FileSource none(static_cast<std::FILE*>(nullptr));
    CHECK_FALSE(none.is_open());
    CHECK(f.call({.body = none}).error().message == "PutRequest.Body: there is no file: the pointer is null");
    CHECK(f.transport.requests.empty());
}

TEST_CASE("a source can be a part of a file, and is read again from the part's start") {
    const Folder folder;
    const std::string path = folder.write("parts", "0123456789abcdef");
    Calls f;
    f.transport.replies = {{.status = 503}, {}};
    FileSource middle(path.c_str(), 4, 8);
    CHECK(middle.length() == 8);
    REQUIRE(f.call({.body = middle}));
    CHECK(f.transport.bodies == std::vector<std::string>{"456789ab", "456789ab"});
    CHECK(f.transport.requests[0].content_length == 8);
    FileSource rest(path.c_str(), 12);
    CHECK(rest.length() == 4);
    CHECK(all_of(rest) == "cdef");
    FileSource last(path.c_str(), 15, 1);
    CHECK(all_of(last) == "f");
    FileSource nothing(path.c_str(), 16);
    CHECK(nothing.length() == 0);
    CHECK(all_of(nothing).empty());
    FileSource empty(path.c_str(), 3, 0);
    CHECK(empty.length() == 0);
    CHECK(all_of(empty).empty());

    std::FILE* const file = std::fopen(path.c_str(), "rb");
    REQUIRE(file != nullptr);
    std::fseek(file, 10, SEEK_SET);
    FileSource three(file, 3);
    CHECK(three.length() == 3);
    CHECK(all_of(three) == "abc");
    REQUIRE(three.rewind());
    CHECK(all_of(three) == "abc");
    std::fclose(file);
}

TEST_CASE("a part beyond the end of the file is refused with the path") {
    const Folder folder;
    const std::string path = folder.write("short", "0123456789");
    Calls f;
    f.transport.replies = {{}};
    for (const auto& [offset, length] :
         {std::pair<std::int64_t, std::int64_t>{0, 11}, {10, 1}, {11, -1}, {4, 7}, {11, 0}}) {
        INFO(offset << ", " << length);
        FileSource source(path.c_str(), offset, length);
        CHECK_FALSE(source.is_open());
        CHECK(f.call({.body = source}).error().message ==
              "PutRequest.Body: the offset and the length reach beyond the end of '" + path + "'");
    }
    FileSource negative(path.c_str(), -1, 2);
    CHECK(f.call({.body = negative}).error().message ==
          "PutRequest.Body: the offset is negative, for '" + path + "'");
    CHECK(f.transport.requests.empty());
}

TEST_CASE("a file that becomes shorter while it is sent fails the call with its path") {
    const Folder folder;
    const std::string path = folder.write("shrinks", std::string(100'000, 'x'));
    Calls f;
    f.transport.replies = {{}};
    FileSource source(path.c_str());
    fs::resize_file(path, 10);
    const auto result = f.call({.body = source});
    REQUIRE_FALSE(result);
    // It is read first to be signed.
    CHECK(result.error().code == "BodyFailed");
    CHECK(result.error().message ==
          "the body could not be read to hash it: the file became shorter while it was read: '" + path + "'");
    CHECK(f.transport.requests.empty());

    // Here it shrinks after it was signed.
    FileSource other(folder.write("other", std::string(100'000, 'x')).c_str());
    const ClientCore core(test::streaming_service,
                          {.region = "us-east-1", .credentials = anonymous_credentials()},
                          [&](const HttpRequest& request, ResponseSink&) -> TransportResult {
                              fs::resize_file(folder.path / "other", 10);
                              char buffer[100'000];
                              while (request.source->read(buffer, sizeof buffer) > 0) {
                              }
                              return {TransportStatus::body_failed, "the body source failed"};
                          });
    CHECK(detail::invoke<Exchange>(core, {.body = other}, {}).error().message ==
          "the body source failed: the file became shorter while it was read: '" + folder.file("other") +
              "'");
}

TEST_CASE("memory of any byte type is a body source") {
    const std::vector<unsigned char> bytes{'b', 'y', 't', 'e', 's'};
    MemorySource of_vector(bytes);
    CHECK(of_vector.length() == 5);
    CHECK(all_of(of_vector) == "bytes");
    const std::array<std::byte, 2> two{std::byte{'h'}, std::byte{'i'}};
    MemorySource of_array(two);
    CHECK(all_of(of_array) == "hi");
    MemorySource of_span(std::span<const std::byte>(two).first(1));
    CHECK(all_of(of_span) == "h");
    MemorySource of_text(std::string_view("text"));
    CHECK(all_of(of_text) == "text");
    // A temporary would be gone when the source is read, and other elements are not bytes.
    STATIC_REQUIRE_FALSE(std::is_constructible_v<MemorySource, std::vector<unsigned char>>);
    STATIC_REQUIRE_FALSE(std::is_constructible_v<MemorySource, const std::vector<int>&>);
    STATIC_REQUIRE(std::is_constructible_v<MemorySource, std::span<const unsigned char>>);
}

TEST_CASE("a file sink writes a complete body under its name") {
    const Folder folder;
    const std::string path = folder.write("out", "what was there before");
    Calls f;
    f.transport.replies = {{.pieces = {"a body ", "in two pieces"}}};
    FileSink sink(path);
    const auto result = f.call({}, &sink);
    REQUIRE(result);
    CHECK(folder.read("out") == "a body in two pieces");
    CHECK(folder.files() == 1);
    // The same sink serves the next call, and an empty body is an empty file.
    f.transport.replies = {{}};
    REQUIRE(f.call({}, &sink));
    CHECK(folder.read("out").empty());
    CHECK(folder.files() == 1);
}

TEST_CASE("a file sink keeps the older file if the call fails") {
    const Folder folder;
    const std::string path = folder.write("out", "what was there before");
    Calls f;
    f.transport.replies = {{.pieces = {"half of "}, .end = TransportStatus::truncated}};
    {
        FileSink sink(path);
        CHECK_FALSE(f.call({}, &sink));
        CHECK(f.transport.requests.size() == 3);
        CHECK(folder.read("out") == "what was there before");
    }
    CHECK(folder.files() == 1);
    f.transport.replies = {{.status = 404, .pieces = {"no such thing"}}};
    {
        FileSink sink(path);
        CHECK_FALSE(f.call({}, &sink));
    }
    CHECK(folder.read("out") == "what was there before");
    CHECK(folder.files() == 1);
    {
        FileSink never(folder.file("never"));
    }
    CHECK(folder.files() == 1);
}

TEST_CASE("a file sink keeps the older file if the rest of the response cannot be read") {
    const Folder folder;
    const std::string path = folder.write("out", "what was there before");
    const Headers broken{{"Last-Modified", "yesterday"}};
    Calls f;
    FileSink sink(path);
    f.transport.replies = {{.headers = broken, .pieces = {"a long ", "new body"}}};
    const auto result = f.call({}, &sink);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::response);
    CHECK(result.error().message.find("Last-Modified") != std::string::npos);
    CHECK(f.transport.requests.size() == 2);
    CHECK(folder.read("out") == "what was there before");
    // The next call with the sink drops what the failed one wrote.
    f.transport.requests.clear();
    f.transport.replies = {{.pieces = {"short"}}};
    REQUIRE(f.call({}, &sink));
    CHECK(folder.read("out") == "short");
    CHECK(folder.files() == 1);
    // So does an attempt after a response that cannot be read.
    f.transport.requests.clear();
    f.transport.replies = {{.headers = broken, .pieces = {"a long ", "new body"}}, {.pieces = {"again"}}};
    REQUIRE(f.call({}, &sink));
    CHECK(folder.read("out") == "again");
    CHECK(folder.files() == 1);
}

TEST_CASE("a file sink that is used again after a failed call does not keep its bytes") {
    const Folder folder;
    Calls f;
    FileSink sink(folder.file("out"));
    f.transport.replies = {{.pieces = {"half of "}, .end = TransportStatus::truncated}};
    REQUIRE_FALSE(f.call({}, &sink));
    f.transport.requests.clear();
    f.transport.replies = {{.pieces = {"whole"}}};
    REQUIRE(f.call({}, &sink));
    CHECK(folder.read("out") == "whole");
    CHECK(folder.files() == 1);
}

TEST_CASE("a file sink of an asynchronous call keeps the older file until its output was read") {
    const Folder folder;
    const std::string path = folder.write("out", "what was there before");
    Calls f;
    test::FakeAsyncTransport transport;
    test::FakeTimer timer;
    const AsyncCaller caller(f.core, transport, timer);
    FileSink sink(path);
    CallOptions options;
    options.response_body = &sink;
    std::vector<ErrorKind> results;
    const auto start = [&] {
        caller.start(Exchange{}, PutRequest{}, options,
                     [&](const Result<GetResponse>& result) { results.push_back(result.error().kind); });
    };
    start();
    transport.answer(200, "a new body", {{"Last-Modified", "yesterday"}});
    timer.pass(Duration::seconds(60));
    REQUIRE(transport.pending.size() == 1);
    transport.answer(200, "a new body", {{"Last-Modified", "yesterday"}});
    CHECK(results == std::vector{ErrorKind::response});
    CHECK(folder.read("out") == "what was there before");
    start();
    transport.answer(200, "a new body", {{"Last-Modified", "yesterday"}});
    timer.pass(Duration::seconds(60));
    transport.answer(200, "another body", {{"Last-Modified", "Sun, 02 Jan 2000 20:34:56 GMT"}});
    CHECK(results == std::vector{ErrorKind::response, ErrorKind::none});
    CHECK(folder.read("out") == "another body");
    CHECK(folder.files() == 1);
}

TEST_CASE("a file sink starts over for a retry") {
    const Folder folder;
    Calls f;
    f.transport.replies = {{.pieces = {"a longer first attempt"}, .end = TransportStatus::connection_reset},
                           {.pieces = {"the ", "second"}}};
    FileSink sink(folder.file("out"));
    REQUIRE(f.call({}, &sink));
    CHECK(folder.read("out") == "the second");
    CHECK(folder.files() == 1);
}

TEST_CASE("a file that cannot be created or replaced fails the call with the path and the reason") {
    const Folder folder;
    Calls f;
    f.transport.replies = {{.pieces = {"bytes"}}};
    FileSink nowhere(folder.file("no/such/folder"));
    const auto missing = f.call({}, &nowhere);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ErrorKind::cancelled);
    CHECK(missing.error().message == "the call was cancelled: cannot create a file beside '" +
                                         folder.file("no/such/folder") + "': " + std::strerror(ENOENT));
    CHECK(f.transport.requests.size() == 1);

    REQUIRE(fs::create_directory(folder.path / "taken"));
    FileSink taken(folder.file("taken"));
    const auto replaced = f.call({}, &taken);
    REQUIRE_FALSE(replaced);
    CHECK(replaced.error().message ==
          "the call was cancelled: cannot replace '" + folder.file("taken") + "': " + std::strerror(EISDIR));
    CHECK(folder.files() == 1);
    FileSink late(folder.file("late"));
    CHECK(late.on_body(std::as_bytes(std::span("bytes", 5))));
    REQUIRE(fs::create_directory(folder.path / "late"));
    CHECK_FALSE(late.complete());
    CHECK(late.failure().starts_with("cannot replace '" + folder.file("late") + "': "));
    CHECK(folder.files() == 2);
}

TEST_CASE("a sink that cannot keep a complete body fails the call with its reason") {
    class Refusing final : public ResponseBodySink {
      public:
        bool on_body(std::span<const std::byte>) noexcept override { return true; }
        bool complete() noexcept override { return false; }
        [[nodiscard]] std::string failure() const override { return "the shelf is full"; }
    } sink;
    Calls f;
    f.transport.replies = {{.pieces = {"bytes"}}};
    const auto result = f.call({}, &sink);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == "SinkFailed");
    CHECK(result.error().message == "the sink did not keep the body: the shelf is full");
    CHECK(f.transport.requests.size() == 1);
}

#if !defined(_WIN32)
TEST_CASE("a device is not replaced by a file") {
    Calls f;
    f.transport.replies = {{.pieces = {"bytes"}}};
    FileSink sink("/dev/null");
    const auto result = f.call({}, &sink);
    REQUIRE_FALSE(result);
    CHECK(result.error().message ==
          std::string("the call was cancelled: cannot replace '/dev/null': ") + std::strerror(EINVAL));
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("a write that the system refuses fails the call and leaves no file") {
    const Folder folder;
    const std::string path = folder.write("out", "what was there before");
    Calls f;
    f.transport.replies = {{.pieces = {std::string(200'000, 'x'), std::string(200'000, 'y')}}};
    // A limit for the size of files stands for a full disk. Without the handler its signal ends the program.
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{100'000, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    FileSink sink(path);
    const auto result = f.call({}, &sink);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::cancelled);
    CHECK(result.error().message ==
          "the call was cancelled: cannot write to '" + path + "': " + std::strerror(EFBIG));
    CHECK(folder.read("out") == "what was there before");
    CHECK(folder.files() == 1);
}
#endif
