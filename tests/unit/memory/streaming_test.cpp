// SPDX-License-Identifier: Apache-2.0
#include <belfry/body/checksum.hpp>
#include <belfry/body/compression.hpp>
#include <belfry/body/tree_hash.hpp>
#if BELFRY_TEST_HAS_ZLIB
#include <belfry/interop/zlib.hpp>
#endif

#include "unit/body/streaming_service.hpp"
#include "unit/memory/drivers.hpp"

#include <new>

using namespace belfry; // NOLINT
using test::RunOutcome;

namespace {

struct StoreRequest {
    std::optional<StreamingBlob> body{};
    std::optional<std::string> algorithm{};
    std::optional<std::string> mode{};
};
inline constexpr std::string_view member_names[] = {"Body", "Algorithm", "Mode"};
inline constexpr ShapeExtras extras{.member_names = member_names};
template <std::same_as<StoreRequest> S> constexpr Description<3> belfry_describe(const S*) {
    return {
        .name = "StoreRequest",
        .members = {{"Body", type_of<decltype(S::body)>, offsetof(S, body), Location::payload,
                     MemberFlags::streaming},
                    {"x-amz-sdk-checksum-algorithm", type_of<decltype(S::algorithm)>, offsetof(S, algorithm),
                     Location::header},
                    {"x-amz-checksum-mode", type_of<decltype(S::mode)>, offsetof(S, mode), Location::header}},
        .extras = &extras};
}

inline constexpr Service service{.id = "Store",
                                 .name = "store",
                                 .api_version = "2000-01-01",
                                 .signing_name = "s3",
                                 .protocol = &rest_json,
                                 .endpoint_rules = &chime_sdk_voice::endpoint_rules,
                                 .sign_path_verbatim = true};
inline constexpr ChecksumAlgorithm algorithms[] = {ChecksumAlgorithm::crc64nvme, ChecksumAlgorithm::sha256};
inline constexpr ChecksumTraits checksum{
    .algorithm_member = "Algorithm", .mode_member = "Mode", .response_algorithms = algorithms};
inline constexpr BodyTraits checked{
    .streaming_output = true, .add_checksums = &detail::add_checksums, .checksum = &checksum};
inline constexpr BodyTraits compressed{.compress = &detail::compress_request};
inline constexpr BodyTraits hashed{.add_checksums = &detail::add_tree_hash};
template <const BodyTraits& Traits>
inline constexpr OperationHooks hooks{.encode_body = &detail::encode_streaming_payload,
                                      .make_body = &detail::make_streaming_body<Traits>};

template <const BodyTraits& Traits> struct Store {
    using Input = StoreRequest;
    using Output = test::GetResponse;
    friend constexpr Operation belfry_describe_operation(const Store*) {
        return {.service = &service,
                .name = "Store",
                .method = "PUT",
                .uri = "/object",
                .success_status = 200,
                .input = &structure_of<StoreRequest>,
                .output = &structure_of<test::GetResponse>,
                .encode_query_and_headers = &detail::encode_query_and_headers,
                .hooks = &hooks<Traits>};
    }
};

struct Fixture {
    explicit Fixture(std::string endpoint, GzipCompressor* compressor = nullptr)
        : core(service,
               {.region = "us-east-1",
                .credentials = test::long_keys,
                .endpoint = std::move(endpoint),
                .compressor = compressor,
                .min_compression_size = 0,
                .environment = &environment},
               transport) {
        // The SHA-256 of the body, in base64: hashlib.
        transport.replies = {{{500, {}, "out of order"}},
                             {{200,
                               {{"x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
                                {"x-name", "a name that is too long for a string's own buffer"}},
                               "hello"}}};
    }
    template <const BodyTraits& Traits>
    RunOutcome call(const StoreRequest& input, ResponseBodySink* sink = nullptr) {
        transport.begin();
        CallOptions options;
        options.response_body = sink;
        const auto result = detail::invoke<Store<Traits>>(core, input, options);
        return result && result->name ? RunOutcome::success : RunOutcome::error;
    }
    test::QuietEnvironment environment{};
    test::PlayedTransport transport{};
    ClientCore core;
};

} // namespace

TEST_CASE("a streaming call without memory gives an exception or an error") {
    const std::string bytes(200'000, 'b');
    MemorySource source(bytes);
    // Over TLS with a trailer, without TLS in signed chunks.
    for (const char* const endpoint : {"https://store.example", "http://store.example"}) {
        Fixture f(endpoint);
        INFO(endpoint);
        std::string taken;
        const auto collect = [&](std::span<const std::byte> piece) {
            taken.append(reinterpret_cast<const char*>(piece.data()), piece.size());
            taken += " and more than fits into a string's own buffer";
            return true;
        };
        test::survives_without_memory(
            f.core,
            [&] {
                taken = std::string();
                CallableBodySink sink(collect);
                const RunOutcome outcome = f.call<checked>({.body = source, .algorithm = "CRC32"}, &sink);
                taken = std::string();
                return outcome;
            },
            10, 14);
        test::survives_without_memory(
            f.core,
            [&] { return f.call<checked>({.body = Blob(std::string(100, 'b')), .algorithm = "SHA256"}); }, 10,
            14);
    }
}

TEST_CASE("a checksum of the whole body without memory gives an exception or an error") {
    Fixture f("https://store.example");
    CallableSource source(
        [left = std::size_t{1}](char* buffer, std::size_t) mutable {
            const std::string piece(left * 100, 'a');
            buffer[0] = piece[0];
            return static_cast<std::ptrdiff_t>(std::exchange(left, 0));
        },
        [] { return true; });
    test::survives_without_memory(
        f.core, [&] { return f.call<hashed>({.body = StreamingBlob(source, 1)}); }, 10, 14);
}

#if BELFRY_TEST_HAS_ZLIB
TEST_CASE("compressing a body without memory gives an exception or an error") {
    ZlibCompressor zlib;
    Fixture f("https://store.example", &zlib);
    const std::string bytes(200'000, 'b');
    MemorySource source(bytes);
    test::survives_without_memory(f.core, [&] { return f.call<compressed>({.body = source}); }, 10, 14);
    test::survives_without_memory(f.core, [&] { return f.call<compressed>({.body = bytes}); }, 10, 14);
}
#endif
