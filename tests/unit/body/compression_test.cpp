// SPDX-License-Identifier: Apache-2.0
#if BELFRY_TEST_HAS_ZLIB
#include <belfry/body/checksum.hpp>
#include <belfry/body/compression.hpp>
#include <belfry/interop/zlib.hpp>

#include "unit/body/streaming_service.hpp"
#include "unit/call/canned.hpp"

#include <random>
#include <support/catch.hpp>
#include <support/gunzip.hpp>

using namespace belfry; // NOLINT

namespace {

struct SendRequest {
    std::optional<std::string> text{};
    std::optional<std::string> encoding{};
};
template <std::same_as<SendRequest> S> constexpr Description<2> belfry_describe(const S*) {
    return {.name = "SendRequest",
            .members = {{"text", type_of<decltype(S::text)>, offsetof(S, text)},
                        {"Content-Encoding", type_of<decltype(S::encoding)>, offsetof(S, encoding),
                         Location::header}}};
}
struct StreamRequest {
    std::optional<StreamingBlob> body{};
};
template <std::same_as<StreamRequest> S> constexpr Description<1> belfry_describe(const S*) {
    return {.name = "StreamRequest",
            .members = {{"body", type_of<decltype(S::body)>, offsetof(S, body), Location::payload,
                         MemberFlags::streaming}}};
}
inline constexpr ChecksumTraits md5{.required = true};
inline constexpr BodyTraits send_body{
    .compress = &detail::compress_request, .add_checksums = &detail::add_checksums, .checksum = &md5};
inline constexpr BodyTraits stream_body{.compress = &detail::compress_request};
inline constexpr OperationHooks send_hooks{.make_body = &detail::make_streaming_body<send_body>};
inline constexpr OperationHooks stream_hooks{.encode_body = &detail::encode_streaming_payload,
                                             .make_body = &detail::make_streaming_body<stream_body>};

template <class In, const OperationHooks& Hooks> struct Send {
    using Input = In;
    using Output = test::GetResponse;
    friend constexpr Operation belfry_describe_operation(const Send*) {
        return {.service = &test::streaming_service,
                .name = "Send",
                .method = "POST",
                .uri = "/",
                .success_status = 200,
                .input = &structure_of<In>,
                .output = &structure_of<Output>,
                .signing = RequestSigning::unsigned_payload,
                .encode_query_and_headers = &detail::encode_query_and_headers,
                .hooks = &Hooks};
    }
};

struct Fixture {
    explicit Fixture(GzipCompressor* compressor, std::size_t min_size = 10'240)
        : core(test::streaming_service,
               {.region = "us-east-1",
                .credentials = Credentials{"AKIDEXAMPLE", "secret"},
                .compressor = compressor,
                .min_compression_size = min_size,
                .environment = &environment},
               transport) {
        transport.replies = {{}};
    }
    template <class In, const OperationHooks& Hooks> bool call(const In& input) {
        return detail::invoke<Send<In, Hooks>>(core, input, {}).has_value();
    }
    [[nodiscard]] std::string encoding() const {
        const auto value = transport.requests.back().headers.find("Content-Encoding");
        return std::string(value.value_or("none"));
    }
    test::FakeEnvironment environment{};
    test::StreamingTransport transport{};
    ClientCore core;
};

} // namespace

TEST_CASE("a body above the minimum size is compressed if there is a compressor") {
    ZlibCompressor zlib;
    Fixture f(&zlib);
    const std::string large(10'230, 'x');
    REQUIRE((f.call<SendRequest, send_hooks>({.text = large})));
    CHECK(f.encoding() == "gzip");
    CHECK(test::gunzip(f.transport.bodies.back()) == R"({"text":")" + large + "\"}");
    CHECK(f.transport.requests.back().content_length ==
          static_cast<std::int64_t>(f.transport.bodies.back().size()));
    REQUIRE((f.call<SendRequest, send_hooks>({.text = large, .encoding = "custom"})));
    CHECK(f.encoding() == "custom, gzip");

    REQUIRE((f.call<SendRequest, send_hooks>({.text = large.substr(11)})));
    CHECK(f.encoding() == "none");
    Fixture without(nullptr);
    REQUIRE((without.call<SendRequest, send_hooks>({.text = large})));
    CHECK(without.encoding() == "none");
    CHECK(without.transport.bodies.back() == R"({"text":")" + large + "\"}");
}

TEST_CASE("the checksum is that of the compressed body") {
    ZlibCompressor zlib;
    Fixture f(&zlib, 0);
    REQUIRE((f.call<SendRequest, send_hooks>({.text = "text"})));
    Checksum md5_sum(ChecksumAlgorithm::md5);
    md5_sum.update(f.transport.bodies.back());
    std::string expected;
    md5_sum.finish(expected);
    CHECK(*f.transport.requests.back().headers.find("Content-MD5") == expected);
}

TEST_CASE("a body from a source is compressed while it is sent, for each attempt") {
    ZlibCompressor zlib;
    Fixture f(&zlib, 1'000);
    std::mt19937 random(3);
    std::string text;
    while (text.size() < 300'000) text += std::to_string(random() % 1'000);
    MemorySource source(text);
    f.transport.replies = {{.status = 503}, {}};
    REQUIRE((f.call<StreamRequest, stream_hooks>({.body = source})));
    REQUIRE(f.transport.bodies.size() == 2);
    CHECK(f.transport.requests.back().content_length == -1);
    CHECK(f.encoding() == "gzip");
    CHECK(f.transport.bodies.back().size() < text.size());
    for (const std::string& body : f.transport.bodies) CHECK(test::gunzip(body) == text);

    MemorySource small("small");
    REQUIRE((f.call<StreamRequest, stream_hooks>({.body = small})));
    CHECK(f.transport.bodies.back() == "small");
    CHECK(f.encoding() == "none");
}

TEST_CASE("zlib's source has the exact length, also for an empty body") {
    ZlibCompressor zlib;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{16'384}, std::size_t{16'385}}) {
        const std::string text(size, 'a');
        MemorySource source(text);
        BodySource* const compressed = zlib.compress(source);
        REQUIRE(compressed != nullptr);
        std::string bytes;
        char buffer[3];
        for (std::ptrdiff_t got = 0; (got = compressed->read(buffer, sizeof buffer)) != 0;) {
            REQUIRE(got > 0);
            bytes.append(buffer, static_cast<std::size_t>(got));
        }
        CHECK(test::gunzip(bytes) == text);
        delete compressed;
        std::string whole;
        REQUIRE(zlib.compress(text, whole));
        CHECK(test::gunzip(whole) == text);
    }
    auto failing = CallableSource([](char*, std::size_t) { return std::ptrdiff_t{-1}; });
    BodySource* const compressed = zlib.compress(failing);
    REQUIRE(compressed != nullptr);
    char byte = 0;
    CHECK(compressed->read(&byte, 1) == -1);
    CHECK_FALSE(compressed->rewind());
    delete compressed;
}
#endif
