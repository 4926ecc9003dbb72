// SPDX-License-Identifier: Apache-2.0
#include <belfry/body/checksum.hpp>
#include <belfry/call/call.hpp>
#include <belfry/checksum_provider.hpp>
#if defined(BELFRY_TEST_HAS_OPENSSL)
#include <belfry/openssl_checksums.hpp>
#endif
#if defined(BELFRY_TEST_HAS_XXHASH)
#include <belfry/xxhash.hpp>
#endif

#include "unit/body/streaming_service.hpp"
#include "unit/call/canned.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <support/catch.hpp>

using namespace belfry; // NOLINT
using test::CollectingSink;
using test::GetResponse;
using test::Reply;

namespace {

class Algorithm : public OpenEnum<Algorithm> {
  public:
    enum Value : std::uint32_t { Unknown_, CRC32, CRC32C, SHA1, SHA256, CRC64NVME };
    constexpr Algorithm() noexcept = default;
    constexpr Algorithm(Value value) noexcept : OpenEnum(static_cast<std::uint32_t>(value)) {} // NOLINT
    explicit Algorithm(std::string_view wire) { assign(wire, enum_values()); }
    [[nodiscard]] static constexpr const EnumValues& enum_values() noexcept { return values_; }

  private:
    static constexpr std::uint32_t starts_[] = {0, 5, 11, 15, 21, 30};
    static constexpr EnumValues values_{
        .text = "CRC32CRC32CSHA1SHA256CRC64NVME", .starts = starts_, .count = 5};
};

struct StoreRequest {
    std::optional<StreamingBlob> body{};
    std::optional<Algorithm> algorithm{};
    std::optional<std::string> crc32c{};
    std::optional<std::string> mode{};
    std::optional<std::string> encoding{};
    std::optional<std::string> content_md5{};
    std::optional<std::string> range{};
};
inline constexpr std::string_view store_member_names[] = {
    "Body", "Algorithm", "ChecksumCRC32C", "Mode", "ContentEncoding", "ContentMD5", "Range"};
inline constexpr ShapeExtras store_shape_extras{.member_names = store_member_names};
template <std::same_as<StoreRequest> S> constexpr Description<7> belfry_describe(const S*) {
    return {
        .name = "StoreRequest",
        .members =
            {{"Body", type_of<decltype(S::body)>, offsetof(S, body), Location::payload,
              MemberFlags::streaming},
             {"x-amz-sdk-checksum-algorithm", type_of<decltype(S::algorithm)>, offsetof(S, algorithm),
              Location::header},
             {"x-amz-checksum-crc32c", type_of<decltype(S::crc32c)>, offsetof(S, crc32c), Location::header},
             {"x-amz-checksum-mode", type_of<decltype(S::mode)>, offsetof(S, mode), Location::header},
             {"Content-Encoding", type_of<decltype(S::encoding)>, offsetof(S, encoding), Location::header},
             {"Content-MD5", type_of<decltype(S::content_md5)>, offsetof(S, content_md5), Location::header},
             {"Range", type_of<decltype(S::range)>, offsetof(S, range), Location::header}},
        .extras = &store_shape_extras};
}

inline constexpr Service store_service{.id = "Store",
                                       .name = "store",
                                       .api_version = "2000-01-01",
                                       .signing_name = "s3",
                                       .protocol = &rest_json,
                                       .endpoint_rules = &chime_sdk_voice::endpoint_rules,
                                       .sign_path_verbatim = true};

inline constexpr ChecksumAlgorithm response_algorithms[] = {
    ChecksumAlgorithm::xxhash128, ChecksumAlgorithm::xxhash3, ChecksumAlgorithm::crc64nvme,
    ChecksumAlgorithm::xxhash64,  ChecksumAlgorithm::crc32c,  ChecksumAlgorithm::crc32,
    ChecksumAlgorithm::sha1,      ChecksumAlgorithm::sha256,  ChecksumAlgorithm::sha512};
inline constexpr ChecksumTraits store_checksum{
    .algorithm_member = "Algorithm", .mode_member = "Mode", .response_algorithms = response_algorithms};
inline constexpr ChecksumTraits md5_checksum{.required = true};
inline constexpr ChecksumTraits required_checksum{.required = true, .algorithm_member = "Algorithm"};

inline constexpr BodyTraits store_body{
    .streaming_output = true, .add_checksums = &detail::add_checksums, .checksum = &store_checksum};
inline constexpr BodyTraits md5_body{.add_checksums = &detail::add_checksums, .checksum = &md5_checksum};
inline constexpr BodyTraits required_body{.add_checksums = &detail::add_checksums,
                                          .checksum = &required_checksum};
inline constexpr OperationHooks store_hooks{.encode_body = &detail::encode_streaming_payload,
                                            .make_body = &detail::make_streaming_body<store_body>};
inline constexpr OperationHooks md5_hooks{.make_body = &detail::make_streaming_body<md5_body>};
inline constexpr OperationHooks required_hooks{.make_body = &detail::make_streaming_body<required_body>};

template <const OperationHooks& Hooks> struct Store {
    using Input = StoreRequest;
    using Output = GetResponse;
    friend constexpr Operation belfry_describe_operation(const Store*) {
        return {.service = &store_service,
                .name = "Store",
                .method = "PUT",
                .uri = "/object",
                .success_status = 200,
                .input = &structure_of<StoreRequest>,
                .output = &structure_of<GetResponse>,
                .encode_query_and_headers = &detail::encode_query_and_headers,
                .hooks = &Hooks};
    }
};

struct Fixture {
    explicit Fixture(std::string endpoint, ChecksumUse use = ChecksumUse::when_supported,
                     CredentialsHandle credentials = Credentials{"AKIDEXAMPLE", "secret"}, bool md5 = false,
                     ChecksumProvider* checksums = nullptr)
        : core(store_service,
               {.region = "us-east-1",
                .credentials = std::move(credentials),
                .endpoint = std::move(endpoint),
                .request_checksums = use,
                .content_md5 = md5,
                .response_checksums = use,
                .checksums = checksums,
                .environment = &environment},
               transport) {
        transport.replies = {{}};
    }

    template <const OperationHooks& Hooks = store_hooks>
    Result<GetResponse> call(const StoreRequest& input, ResponseBodySink* to = nullptr) {
        CallOptions options;
        options.response_body = to;
        return detail::invoke<Store<Hooks>>(core, input, options);
    }
    [[nodiscard]] const HttpRequest& sent() const { return transport.requests.back(); }
    [[nodiscard]] std::string header(std::string_view name) const {
        const auto value = sent().headers.find(name);
        return std::string(value.value_or("none"));
    }

    test::FakeEnvironment environment{};
    test::StreamingTransport transport{};
    ClientCore core;
};

constexpr const char* secure = "https://store.example";
constexpr const char* plain = "http://store.example";
// zlib.crc32(b"hello"), and the others by awscrt and hashlib, in base64.
constexpr const char* hello_crc32 = "NhCmhg==";

std::string chunked(std::string_view name, std::string_view value) {
    return "5\r\nhello\r\n0\r\nx-amz-checksum-" + std::string(name) + ":" + std::string(value) + "\r\n\r\n";
}

} // namespace

TEST_CASE("over TLS the checksum of a streaming body is sent in a trailer") {
    Fixture f(secure);
    MemorySource source("hello");
    for (const StoreRequest& input : {StoreRequest{.body = source}, StoreRequest{.body = "hello"}}) {
        f.transport.replies = {
            {.status = 503}, {.end = TransportStatus::connection_reset, .reads_half = true}, {}};
        f.transport.requests.clear();
        f.transport.bodies.clear();
        const auto result = f.call(input);
        INFO(result.error().message);
        REQUIRE(result);
        CHECK(f.transport.bodies.front() == chunked("crc32", hello_crc32));
        CHECK(f.transport.bodies.back() == chunked("crc32", hello_crc32));
        CHECK(f.sent().content_length == static_cast<std::int64_t>(f.transport.bodies.back().size()));
        CHECK(f.header("Content-Encoding") == "aws-chunked");
        CHECK(f.header("X-Amz-Trailer") == "x-amz-checksum-crc32");
        CHECK(f.header("X-Amz-Decoded-Content-Length") == "5");
        CHECK(f.header("X-Amz-Content-Sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        CHECK(f.header("x-amz-sdk-checksum-algorithm") == "CRC32");
        CHECK(f.header("x-amz-checksum-crc32") == "none");
    }
}

TEST_CASE("the input chooses the checksum algorithm") {
    Fixture f(secure);
    const std::pair<Algorithm, const char*> values[] = {
        {Algorithm::CRC32C, "mnG7TA=="},
        {Algorithm::SHA1, "qvTGHdzF6KLavt4PO0gs2a6pQ00="},
        {Algorithm::SHA256, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
        {Algorithm::CRC64NVME, "M3eFcAZSQlc="}};
    for (const auto& [algorithm, value] : values) {
        REQUIRE(f.call({.body = "hello", .algorithm = algorithm, .encoding = "gzip"}));
        const std::string name(f.header("X-Amz-Trailer").substr(15));
        CHECK(f.transport.bodies.back() == chunked(name, value));
        CHECK(f.header("Content-Encoding") == "gzip,aws-chunked");
    }
    const auto unknown = f.call({.body = "hello", .algorithm = Algorithm("XXHASH32")});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::validation);
    CHECK(unknown.error().message == "StoreRequest.Algorithm: the checksum algorithm 'XXHASH32' is not "
                                     "implemented; give the checksum itself, or choose another algorithm");
}

TEST_CASE("without TLS the chunks of a source are signed, and a body in memory is signed as a whole") {
    Fixture f(plain);
    MemorySource source("hello");
    f.transport.replies = {{.status = 503}, {}};
    REQUIRE(f.call({.body = source}));
    CHECK(f.header("X-Amz-Content-Sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
    const std::string body = f.transport.bodies.back();
    CHECK(f.sent().content_length == static_cast<std::int64_t>(body.size()));
    CHECK(body.find("5;chunk-signature=") == 0);
    CHECK(body.find("x-amz-trailer-signature:") != std::string::npos);
    CHECK(f.transport.bodies.front() == body);
    // Each attempt is signed at its own time.
    f.environment.time.seconds += 60;
    REQUIRE(f.call({.body = source}));
    CHECK(f.transport.bodies.front() != f.transport.bodies.back());

    REQUIRE(f.call({.body = "hello"}));
    CHECK(f.transport.bodies.back() == "hello");
    CHECK(f.header("x-amz-checksum-crc32") == hello_crc32);
    CHECK(f.header("X-Amz-Trailer") == "none");
    CHECK(f.header("X-Amz-Content-Sha256") ==
          "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");

    auto unknown = CallableSource([](char*, std::size_t) { return std::ptrdiff_t{0}; });
    const auto refused = f.call({.body = StreamingBlob(unknown)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("length of the body must be known") != std::string::npos);
}

TEST_CASE("an anonymous request has an unsigned trailer") {
    // Whether a provider has credentials is only known after the call.
    for (const bool fixed : {true, false}) {
        INFO(fixed);
        Fixture f(plain, ChecksumUse::when_supported,
                  fixed ? CredentialsHandle(anonymous_credentials())
                        : CredentialsHandle([] { return anonymous_credentials(); }));
        MemorySource source("hello");
        f.transport.replies = {{.status = 503}, {}};
        REQUIRE(f.call({.body = source}));
        CHECK(f.transport.bodies.front() == chunked("crc32", hello_crc32));
        CHECK(f.transport.bodies.back() == chunked("crc32", hello_crc32));
        CHECK(f.sent().content_length == static_cast<std::int64_t>(f.transport.bodies.back().size()));
        CHECK(f.header("X-Amz-Content-Sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        CHECK(f.header("Authorization") == "none");

        bool read = false;
        auto unknown = CallableSource([&read](char* buffer, std::size_t) {
            if (std::exchange(read, true)) return std::ptrdiff_t{0};
            return static_cast<std::ptrdiff_t>(std::string_view("hello").copy(buffer, 5));
        });
        REQUIRE(f.call({.body = StreamingBlob(unknown)}));
        CHECK(f.transport.bodies.back() == chunked("crc32", hello_crc32));
        CHECK(f.sent().content_length == -1);
    }
}

TEST_CASE("chunks are signed once the provider has credentials") {
    int asked = 0;
    Fixture f(plain, ChecksumUse::when_supported, CredentialsHandle([&asked] {
                  return asked++ == 0 ? anonymous_credentials() : Credentials{"AKIDEXAMPLE", "secret"};
              }));
    Fixture always(plain);
    MemorySource source("hello");
    f.transport.replies = {{.status = 503}, {}};
    REQUIRE(f.call({.body = source}));
    always.environment.time = f.environment.time;
    REQUIRE(always.call({.body = source}));
    CHECK(f.transport.bodies.front() == chunked("crc32", hello_crc32));
    CHECK(f.transport.bodies.back() == always.transport.bodies.back());
    CHECK(f.sent().content_length == always.sent().content_length);
    CHECK(f.header("X-Amz-Content-Sha256") == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER");
}

TEST_CASE("a source that cannot be rewound is sent in one attempt") {
    Fixture f(secure);
    bool read = false;
    auto once = CallableSource([&read](char* buffer, std::size_t) {
        if (std::exchange(read, true)) return std::ptrdiff_t{0};
        return static_cast<std::ptrdiff_t>(std::string_view("hello").copy(buffer, 5));
    });
    REQUIRE(f.call({.body = StreamingBlob(once, 5)}));
    CHECK(f.transport.bodies.back() == chunked("crc32", hello_crc32));
}

TEST_CASE("a checksum in the input is sent unchanged") {
    Fixture f(secure);
    REQUIRE(f.call({.body = "hello", .crc32c = "mine"}));
    CHECK(f.transport.bodies.back() == "hello");
    CHECK(f.header("x-amz-checksum-crc32c") == "mine");
    CHECK(f.header("x-amz-checksum-crc32") == "none");
    CHECK(f.header("X-Amz-Trailer") == "none");
    CHECK(f.header("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD");
}

TEST_CASE("when_required omits checksums that the operation does not require") {
    Fixture f(secure, ChecksumUse::when_required);
    REQUIRE(f.call({.body = "hello"}));
    CHECK(f.transport.bodies.back() == "hello");
    CHECK(f.header("x-amz-sdk-checksum-algorithm") == "none");
    CHECK(f.header("x-amz-checksum-mode") == "none");
    REQUIRE(f.call({.body = "hello", .algorithm = Algorithm::CRC32, .mode = "ENABLED"}));
    CHECK(f.transport.bodies.back() == chunked("crc32", hello_crc32));
    CHECK(f.header("x-amz-checksum-mode") == "ENABLED");
    REQUIRE(f.call<required_hooks>({.body = "hello"}));
    CHECK(f.header("x-amz-checksum-crc32") == hello_crc32);
    CHECK(f.header("x-amz-sdk-checksum-algorithm") == "CRC32");
}

TEST_CASE("a required checksum without a choice of algorithms is Content-MD5") {
    Fixture f(secure);
    REQUIRE(f.call<md5_hooks>({.body = "hello"}));
    CHECK(f.header("Content-MD5") == "XUFAKrxLKna5cZ2REBfFkg==");
    REQUIRE(f.call<md5_hooks>({.body = "hello", .content_md5 = "mine"}));
    CHECK(f.header("Content-MD5") == "mine");
}

TEST_CASE("content_md5 replaces every other checksum that the input does not pick") {
    const Credentials credentials{"AKIDEXAMPLE", "secret"};
    for (const char* const endpoint : {secure, plain}) {
        Fixture f(endpoint, ChecksumUse::when_supported, credentials, true);
        const auto check = [&f](const char* md5) {
            CHECK(f.header("Content-MD5") == md5);
            CHECK(f.header("x-amz-sdk-checksum-algorithm") == "none");
            CHECK(f.header("x-amz-checksum-crc32") == "none");
            CHECK(f.header("X-Amz-Trailer") == "none");
            CHECK(f.header("Content-Encoding") == "none");
            CHECK(f.transport.bodies.back() == "hello");
        };
        REQUIRE(f.call({.body = "hello"}));
        check("XUFAKrxLKna5cZ2REBfFkg==");
        MemorySource source("hello");
        REQUIRE(f.call({.body = source}));
        check("XUFAKrxLKna5cZ2REBfFkg==");
        REQUIRE(f.call({.body = "hello", .content_md5 = "mine"}));
        check("mine");
        REQUIRE(f.call<required_hooks>({.body = "hello"}));
        CHECK(f.header("Content-MD5") == "XUFAKrxLKna5cZ2REBfFkg==");
        CHECK(f.header("x-amz-checksum-crc32") == "none");

        REQUIRE(f.call({.body = "hello", .algorithm = Algorithm::CRC32}));
        CHECK(f.header("Content-MD5") == "none");
        CHECK(f.header("x-amz-sdk-checksum-algorithm") == "CRC32");
    }
    Fixture quiet(secure, ChecksumUse::when_required, credentials, true);
    REQUIRE(quiet.call({.body = "hello"}));
    CHECK(quiet.header("Content-MD5") == "none");
    REQUIRE(quiet.call<required_hooks>({.body = "hello"}));
    CHECK(quiet.header("Content-MD5") == "XUFAKrxLKna5cZ2REBfFkg==");
}

TEST_CASE("the checksum of a response is requested and verified") {
    Fixture f(secure);
    for (const bool streams : {false, true}) {
        CollectingSink to;
        ResponseBodySink* const sink = streams ? &to : nullptr;
        const auto answer = [&](Headers headers) {
            f.transport.replies = {{.headers = std::move(headers), .pieces = {"he", "llo"}}};
            to.text.clear();
            return f.call({}, sink);
        };
        const auto good = answer({{"x-amz-checksum-crc32", hello_crc32}});
        CHECK(f.header("x-amz-checksum-mode") == "ENABLED");
        REQUIRE(good);
        CHECK(good.metadata().verified_checksum == ChecksumAlgorithm::crc32);
        CHECK((streams ? to.text : good->body->bytes()) == "hello");

        // The preferred one counts.
        const auto best =
            answer({{"x-amz-checksum-sha1", "wrong"}, {"X-Amz-Checksum-Crc64nvme", "M3eFcAZSQlc="}});
        REQUIRE(best);
        CHECK(best.metadata().verified_checksum == ChecksumAlgorithm::crc64nvme);

        const auto bad = answer({{"x-amz-checksum-crc32", "AAAAAA=="}});
        REQUIRE_FALSE(bad);
        CHECK(bad.error().kind == ErrorKind::response);
        CHECK(bad.error().code == "ChecksumMismatch");
        CHECK(bad.error().attempts == 2);
        CHECK(bad.error().message.find(hello_crc32) != std::string::npos);

        const auto composite = answer({{"x-amz-checksum-crc32", "AAAAAA==-3"}});
        REQUIRE(composite);
        CHECK(composite.metadata().verified_checksum == ChecksumAlgorithm::none);
        const auto other = answer({{"x-amz-checksum-xxhash3", "AAAAAA=="}});
        REQUIRE(other);
        CHECK(other.metadata().verified_checksum == ChecksumAlgorithm::none);
    }
    // Error responses have no checksum.
    f.transport.replies = {
        {.status = 404, .headers = {{"x-amz-checksum-crc32", "AAAAAA=="}}, .pieces = {"{}"}}};
    const auto error = f.call({});
    REQUIRE_FALSE(error);
    CHECK(error.error().kind == ErrorKind::service);
    Fixture quiet(secure, ChecksumUse::when_required);
    quiet.transport.replies = {{.headers = {{"x-amz-checksum-crc32", "AAAAAA=="}}, .pieces = {"hello"}}};
    CHECK(quiet.call({}));
    CHECK_FALSE(quiet.call({.mode = "ENABLED"}));
}

TEST_CASE(
    "a range is not compared with the checksum of the whole object, and a part is compared with its own") {
    Fixture f(secure);
    for (const bool streams : {false, true}) {
        CollectingSink to;
        f.transport.replies = {{.status = 206,
                                .headers = {{"Content-Range", "bytes 0-3/5"},
                                            {"x-amz-checksum-crc32", hello_crc32},
                                            {"x-amz-checksum-type", "FULL_OBJECT"}},
                                .pieces = {"hell"}}};
        const auto range = f.call({.range = "bytes=0-3"}, streams ? &to : nullptr);
        REQUIRE(range);
        CHECK(range.metadata().verified_checksum == ChecksumAlgorithm::none);
        CHECK((streams ? to.text : range->body->bytes()) == "hell");
        const auto part = f.call({}, streams ? &to : nullptr);
        REQUIRE_FALSE(part);
        CHECK(part.error().code == "ChecksumMismatch");
    }
}

TEST_CASE("a response without a sink is verified") {
    Fixture f(secure);
    const CallOptions options;
    Call call(f.core, operation_of<Store<store_hooks>>, options);
    const StoreRequest input;
    REQUIRE(call.start(&input) == Call::Step::send);
    const HttpResponse changed{200, {{"x-amz-checksum-crc32", "AAAAAA=="}}, "hello"};
    REQUIRE(call.on_response(changed) == Call::Step::wait);
    REQUIRE(call.on_waited() == Call::Step::send);
    CHECK(call.on_response(changed) == Call::Step::done);
    GetResponse output;
    Result<GetResponse> result(std::in_place);
    CHECK_FALSE(call.finish(&output, result));
    CHECK(result.error().code == "ChecksumMismatch");
}

namespace {

struct Hello {
    ChecksumAlgorithm algorithm;
    const char* name;
    const char* checksum;
    const char* header;
};
/// The checksums of `hello`, by hashlib and awscrt.
constexpr Hello by_libraries[] = {
    {ChecksumAlgorithm::sha512, "SHA512",
     "m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==",
     "belfry::OpenSslChecksums (belfry/openssl_checksums.hpp)"},
    {ChecksumAlgorithm::xxhash64, "XXHASH64", "JseCfYifbaM=", "belfry::XxhashChecksums (belfry/xxhash.hpp)"},
    {ChecksumAlgorithm::xxhash3, "XXHASH3", "lVXoVVxi3P0=", "belfry::XxhashChecksums (belfry/xxhash.hpp)"},
    {ChecksumAlgorithm::xxhash128, "XXHASH128",
     "tenBrQcbPn/Hec+qXlI4GA==", "belfry::XxhashChecksums (belfry/xxhash.hpp)"}};

Fixture with(ChecksumProvider* checksums, const char* endpoint) {
    return Fixture(endpoint, ChecksumUse::when_supported, Credentials{"AKIDEXAMPLE", "secret"}, false,
                   checksums);
}

/// Knows `known` alone, whose hasher fails at one step.
class BrokenChecksums final : public ChecksumProvider {
  public:
    enum class Step : std::uint8_t { none, make, update, finish, restart };
    explicit BrokenChecksums(Step step, ChecksumAlgorithm known = ChecksumAlgorithm::xxhash3)
        : step_(step), known_(known) {}
    [[nodiscard]] bool knows(ChecksumAlgorithm algorithm) const noexcept override {
        return algorithm == known_;
    }
    [[nodiscard]] ChecksumHasher* make(ChecksumAlgorithm) noexcept override {
        return step_ == Step::make ? nullptr : new Hasher(step_);
    }

  private:
    class Hasher final : public ChecksumHasher {
      public:
        explicit Hasher(Step step) : step_(step) {}
        bool update(std::string_view bytes) noexcept override {
            sum_ = static_cast<unsigned char>(sum_ + bytes.size());
            return step_ != Step::update;
        }
        bool finish(std::span<unsigned char> checksum) noexcept override {
            std::fill(checksum.begin(), checksum.end(), sum_);
            return step_ != Step::finish;
        }
        bool restart() noexcept override {
            sum_ = 0;
            return step_ != Step::restart;
        }

      private:
        Step step_;
        unsigned char sum_ = 0;
    };
    Step step_;
    ChecksumAlgorithm known_;
};
using Step = BrokenChecksums::Step;

} // namespace

TEST_CASE("an algorithm that needs a library is refused with the header and the option that has it") {
    for (const Hello& hello : by_libraries) {
        // Another algorithm's provider does not help.
        BrokenChecksums others(Step::none, ChecksumAlgorithm::md5);
        for (ChecksumProvider* const checksums :
             {static_cast<ChecksumProvider*>(nullptr), static_cast<ChecksumProvider*>(&others)}) {
            Fixture f = with(checksums, secure);
            const auto refused = f.call({.body = "hello", .algorithm = Algorithm(hello.name)});
            REQUIRE_FALSE(refused);
            CHECK(refused.error().kind == ErrorKind::validation);
            CHECK(refused.error().message ==
                  "StoreRequest.Algorithm: the checksum algorithm '" + std::string(hello.name) +
                      "' needs a library: set ClientConfig::checksums to a " + hello.header +
                      ", give the checksum itself, or choose another algorithm");
            CHECK(f.transport.requests.empty());
        }
    }
}

TEST_CASE("responses with the checksum of a library are not verified without it") {
    Fixture f(secure);
    f.transport.replies = {{.headers = {{"x-amz-checksum-xxhash3", "AAAAAAAAAAA="}}, .pieces = {"hello"}}};
    const auto got = f.call({});
    REQUIRE(got);
    CHECK(got.metadata().verified_checksum == ChecksumAlgorithm::none);
    // One that Belfry computes is preferred to one that is not computed.
    f.transport.replies = {
        {.headers = {{"x-amz-checksum-xxhash128", "AAAA"}, {"x-amz-checksum-crc32", hello_crc32}},
         .pieces = {"hello"}}};
    const auto other = f.call({});
    REQUIRE(other);
    CHECK(other.metadata().verified_checksum == ChecksumAlgorithm::crc32);
}

TEST_CASE("a provider of the program's own is used, restarted for each attempt, and asked by name") {
    BrokenChecksums checksums(Step::none);
    Fixture f = with(&checksums, secure);
    MemorySource source("hello");
    f.transport.replies = {
        {.end = TransportStatus::connection_reset, .reads_half = true}, {.status = 503}, {}};
    REQUIRE(f.call({.body = source, .algorithm = Algorithm("XXHASH3")}));
    REQUIRE(f.transport.bodies.size() == 3);
    for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
        CHECK(f.transport.bodies[i] == chunked("xxhash3", "BQUFBQUFBQU="));
}

TEST_CASE("a library that fails ends the call before it is sent") {
    for (const Step step : {Step::make, Step::update, Step::finish}) {
        INFO(static_cast<int>(step));
        BrokenChecksums checksums(step);
        for (const char* const endpoint : {secure, plain}) {
            Fixture f = with(&checksums, endpoint);
            const auto failed = f.call({.body = "hello", .algorithm = Algorithm("XXHASH3")});
            REQUIRE_FALSE(failed);
            CHECK(failed.error().kind == ErrorKind::validation);
            CHECK(failed.error().message ==
                  "ClientConfig::checksums failed to compute the xxhash3 checksum of "
                  "the body");
            CHECK(failed.error().code == "ChecksumFailed");
            CHECK(f.transport.requests.empty());
        }
    }
}

TEST_CASE("a library that fails while a source is sent makes the body fail, and restarts can fail, too") {
    MemorySource source("hello");
    for (const Step step : {Step::update, Step::finish, Step::restart}) {
        INFO(static_cast<int>(step));
        BrokenChecksums checksums(step);
        Fixture f = with(&checksums, secure);
        const auto failed = f.call({.body = source, .algorithm = Algorithm("XXHASH3")});
        REQUIRE_FALSE(failed);
        CHECK(failed.error().kind == ErrorKind::transport);
        CHECK(f.transport.bodies.back().find("x-amz-checksum") == std::string::npos);
    }
}

TEST_CASE("a library that fails does not let a response pass as verified") {
    for (const Step step : {Step::make, Step::update, Step::finish}) {
        INFO(static_cast<int>(step));
        BrokenChecksums checksums(step);
        Fixture f = with(&checksums, secure);
        f.transport.replies = {
            {.headers = {{"x-amz-checksum-xxhash3", "BQUFBQUFBQU="}}, .pieces = {"he", "llo"}}};
        const auto failed = f.call({});
        REQUIRE_FALSE(failed);
        CHECK(failed.error().kind == ErrorKind::response);
        CHECK(failed.error().code == "ChecksumFailed");
    }
    BrokenChecksums checksums(Step::none);
    Fixture f = with(&checksums, secure);
    f.transport.replies = {
        {.headers = {{"x-amz-checksum-xxhash3", "BQUFBQUFBQU="}}, .pieces = {"he", "llo"}}};
    const auto got = f.call({});
    REQUIRE(got);
    CHECK(got.metadata().verified_checksum == ChecksumAlgorithm::xxhash3);
}

#if defined(BELFRY_TEST_HAS_OPENSSL) && defined(BELFRY_TEST_HAS_XXHASH)
TEST_CASE("checksums of libraries are sent in trailers and headers, and verify responses") {
    OpenSslChecksums sha512;
    XxhashChecksums inner(sha512);
    XxhashChecksums xxhash;
    OpenSslChecksums outer(xxhash);
    for (ChecksumProvider* const checksums :
         {static_cast<ChecksumProvider*>(&inner), static_cast<ChecksumProvider*>(&outer)}) {
        for (const Hello& hello : by_libraries) {
            INFO(hello.name);
            const std::string header = "x-amz-checksum-" + std::string(to_string(hello.algorithm));
            const std::string body = chunked(to_string(hello.algorithm), hello.checksum);
            Fixture f = with(checksums, secure);
            MemorySource source("hello");
            StoreRequest inputs[] = {{.body = source}, {.body = "hello"}};
            for (StoreRequest& input : inputs) {
                input.algorithm = Algorithm(hello.name);
                f.transport.replies = {
                    {.status = 503}, {.end = TransportStatus::connection_reset, .reads_half = true}, {}};
                f.transport.requests.clear();
                f.transport.bodies.clear();
                REQUIRE(f.call(input));
                REQUIRE(f.transport.bodies.size() == 3);
                CHECK(f.transport.bodies.front() == body);
                CHECK(f.transport.bodies.back() == body);
                CHECK(f.sent().content_length == static_cast<std::int64_t>(body.size()));
                CHECK(f.header("X-Amz-Trailer") == header);
                CHECK(f.header("x-amz-sdk-checksum-algorithm") == hello.name);
            }
            REQUIRE(f.call<required_hooks>({.body = "hello", .algorithm = Algorithm(hello.name)}));
            CHECK(f.header(header) == hello.checksum);

            Fixture open = with(checksums, plain);
            REQUIRE(open.call({.body = source, .algorithm = Algorithm(hello.name)}));
            const std::string signed_body = open.transport.bodies.back();
            CHECK(signed_body.find("\r\n" + header + ":" + hello.checksum + "\r\nx-amz-trailer-signature:") !=
                  std::string::npos);
            CHECK(open.sent().content_length == static_cast<std::int64_t>(signed_body.size()));
            REQUIRE(open.call({.body = "hello", .algorithm = Algorithm(hello.name)}));
            CHECK(open.header(header) == hello.checksum);

            f.transport.replies = {{.headers = {{header, hello.checksum}}, .pieces = {"hel", "lo"}}};
            f.transport.requests.clear();
            const auto got = f.call({});
            REQUIRE(got);
            CHECK(got.metadata().verified_checksum == hello.algorithm);
            f.transport.replies = {{.headers = {{header, hello.checksum}}, .pieces = {"hel", "lp"}}};
            const auto changed = f.call({});
            REQUIRE_FALSE(changed);
            CHECK(changed.error().code == "ChecksumMismatch");
            // A checksum of the checksums of parts.
            f.transport.replies = {
                {.headers = {{header, std::string(hello.checksum) + "-2"}}, .pieces = {"hel", "lp"}}};
            const auto composite = f.call({});
            REQUIRE(composite);
            CHECK(composite.metadata().verified_checksum == ChecksumAlgorithm::none);
        }
    }
    CHECK_FALSE(sha512.knows(ChecksumAlgorithm::xxhash3));
    CHECK_FALSE(xxhash.knows(ChecksumAlgorithm::sha512));
    CHECK(sha512.make(ChecksumAlgorithm::xxhash3) == nullptr);
    CHECK(xxhash.make(ChecksumAlgorithm::sha512) == nullptr);
}
#endif
